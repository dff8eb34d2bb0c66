import type { Clock } from '../clock.ts';

/** Bytes on their way from the line to the client, no faster than the baud rate allows. */
export interface Transmitter {
  /** Begins at `startAtMs` (now, if that has passed). What is under way and what begins spoil each other. */
  send(bytes: Uint8Array, startAtMs: number): void;
  /** True while a byte is on the wire at this instant. */
  isSending(atMs: number): boolean;
  /** When the last byte went out, or goes out as far as begun. */
  readonly endsAt: number;
  /** Spoils what is still under way: two stations spoke at once. */
  garble(): void;
  stop(): void;
}

export interface TransmitterOptions {
  readonly clock: Clock;
  readonly byteMs: number;
  readonly deliver: (bytes: Uint8Array) => void;
  readonly collided: () => void;
}

/** Bytes due within this time leave in one write: a timer per byte would cost more than it shows. */
const batchMs = 3;

interface Job {
  readonly bytes: Uint8Array;
  readonly startAt: number;
  sent: number;
}

const spoil = (bytes: Uint8Array, from: number): void => {
  for (let at = from; at < bytes.length; at += 1) bytes[at] = (bytes[at] ?? 0) ^ 0x5a;
};

/** What is left of the one and what begins, both spoilt, from where the one was. */
const clashOf = ({ bytes, startAt, sent }: Job, late: Uint8Array, byteMs: number): Job => {
  const rest = bytes.subarray(sent);
  const merged = new Uint8Array(Math.max(rest.length, late.length)).fill(0x5a);
  merged.set(rest);
  return { bytes: merged, startAt: startAt + sent * byteMs, sent: 0 };
};

/** The sending half of a line. Each byte is delivered when its last bit would have left, in batches of a few ms. */
export const createTransmitter = ({ clock, byteMs, deliver, collided }: TransmitterOptions): Transmitter => {
  let job: Job | null = null;
  let endsAt = Number.NEGATIVE_INFINITY;
  let generation = 0;
  const pump = (): void => {
    const current = job;
    if (current === null) return;
    const now = clock.now();
    // The small allowance keeps rounding from leaving a byte behind that is due this very instant.
    const due = Math.min(current.bytes.length, Math.floor((now - current.startAt) / byteMs + 1e-6));
    if (due > current.sent) {
      deliver(current.bytes.subarray(current.sent, due));
      current.sent = due;
    }
    if (current.sent === current.bytes.length) {
      job = null;
      endsAt = Math.max(endsAt, now);
      return;
    }
    const lastAt = current.startAt + current.bytes.length * byteMs;
    const nextAt = Math.max(current.startAt + (current.sent + 1) * byteMs, now + batchMs);
    const mine = generation;
    clock.at(Math.min(nextAt, lastAt), () => (mine === generation ? pump() : undefined));
  };
  const garble = (): void => {
    if (job !== null) spoil(job.bytes, job.sent);
  };
  const begin = (bytes: Uint8Array, startAt: number): void => {
    pump();
    const running = job;
    if (running !== null) {
      collided();
      garble();
      job = clashOf(running, bytes, byteMs);
    } else job = { bytes: new Uint8Array(bytes), startAt, sent: 0 };
    generation += 1;
    endsAt = job.startAt + job.bytes.length * byteMs;
    pump();
  };
  return {
    send: (bytes, startAtMs) => {
      if (bytes.length === 0) return;
      if (startAtMs <= clock.now()) begin(bytes, startAtMs);
      else clock.at(startAtMs, () => begin(bytes, startAtMs));
    },
    isSending: (atMs) => job !== null && atMs >= job.startAt && atMs < endsAt,
    get endsAt() {
      return endsAt;
    },
    garble,
    stop: () => {
      generation += 1;
      job = null;
    },
  };
};
