import type { Cancel, Clock } from '../clock.ts';
import { flipOneBit, type Random } from '../random.ts';
import { byteTimeMs, cutRequests, sealFrame, silenceMs, type LineFormat } from './rtu-frame.ts';
import type { Transmitter } from './transmitter.ts';
import { createWire, type Arrival, type Wire } from './wire.ts';

/** What a unit sends back. */
export interface Answer {
  readonly address: number;
  readonly pdu: Uint8Array;
  /** From the end of the request; the line waits for its own silence in any case. */
  readonly afterMs: number;
  /** Probability that this unit's own transmitter turns a bit over. */
  readonly noise: number;
}

/** A unit as the line sees it. */
export interface LineUnit {
  readonly address: number;
  /** Null when it stays silent. */
  request(pdu: Uint8Array): Answer | null;
  broadcast(pdu: Uint8Array): void;
}

/** What went over a line since it was opened. */
export interface LineCounters {
  requests: number;
  broadcasts: number;
  replies: number;
  /** Bytes that no CRC confirmed. */
  garbageBytes: number;
  /** Requests that began less than 3.5 characters after the last byte on the line. */
  silenceBreaks: number;
  /** Gaps of more than 1.5 characters inside a request. */
  gapsInside: number;
  collisions: number;
}

export interface RtuLineOptions {
  readonly clock: Clock;
  readonly format: LineFormat;
  readonly units: readonly LineUnit[];
  readonly random: Random;
  /** Probability that one bit of a frame is turned over on the way, each way. */
  readonly noise: () => number;
  /** Frames that break the silence rules are lost, as on a unit that keeps the standard to the letter. */
  readonly strict: boolean;
}

export interface RtuLine {
  readonly wire: Wire;
  readonly counters: Readonly<LineCounters>;
  /** A request that came without RTU framing (Modbus TCP): the reply PDU, or null, after the unit's own time. */
  exchange(address: number, pdu: Uint8Array, done: (pdu: Uint8Array | null) => void): void;
}

const freshCounters = (): LineCounters => ({
  requests: 0,
  broadcasts: 0,
  replies: 0,
  garbageBytes: 0,
  silenceBreaks: 0,
  gapsInside: 0,
  collisions: 0,
});

interface Pending {
  bytes: Uint8Array;
  endsAt: number;
  spoilt: boolean;
  cancel: Cancel;
}

const joined = (a: Uint8Array, b: Uint8Array): Uint8Array => {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
};

/** Every unit that listens to this address speaks; two at once are no frame. */
const speak = (units: readonly LineUnit[], address: number, pdu: Uint8Array): Answer | null => {
  const answers = units
    .filter((unit) => unit.address === address)
    .flatMap((unit) => {
      const answer = unit.request(pdu);
      return answer === null ? [] : [answer];
    });
  const [first] = answers;
  if (first === undefined || answers.length === 1) return first ?? null;
  return { ...first, pdu: first.pdu.map((byte, index) => byte ^ (index === 0 ? 0 : 0xa5)), address: 0xff };
};

/** 1.5 characters as a share of 3.5: a longer gap inside a frame breaks it. */
const shortestGap = 1.5 / 3.5;

/** One request to whom it concerns: a broadcast to all, without an answer. */
const serve = (units: readonly LineUnit[], counters: LineCounters, address: number, pdu: Uint8Array): Answer | null => {
  if (address === 0) {
    counters.broadcasts += 1;
    for (const unit of units) unit.broadcast(pdu);
    return null;
  }
  counters.requests += 1;
  const answer = speak(units, address, pdu);
  if (answer !== null) counters.replies += 1;
  return answer;
};

/** Where the rules of silence were kept and where not; `strict` makes every break a spoilt frame. */
const createJudge = (t35: number, strict: boolean, counters: LineCounters) => ({
  start: (startsAt: number, lastRequestEnd: number, transmitter: Transmitter): boolean => {
    if (transmitter.isSending(startsAt)) {
      counters.collisions += 1;
      transmitter.garble();
      return true;
    }
    if (startsAt - Math.max(lastRequestEnd, transmitter.endsAt) >= t35) return false;
    counters.silenceBreaks += 1;
    return strict;
  },
  gap: (heard: Pending, startsAt: number): boolean => {
    if (startsAt - heard.endsAt <= t35 * shortestGap) return heard.spoilt;
    counters.gapsInside += 1;
    return heard.spoilt || strict;
  },
});

/** A Modbus RTU line with its units, paced to the baud rate. It takes any bytes and throws at none. */
export const createRtuLine = (options: RtuLineOptions): RtuLine => {
  const { clock, units, random, noise } = options;
  const byteMs = byteTimeMs(options.format);
  const t35 = silenceMs(options.format.baud);
  const counters = freshCounters();
  const judge = createJudge(t35, options.strict, counters);
  let pending: Pending | null = null;
  let lastRequestEnd = Number.NEGATIVE_INFINITY;

  const noisy = (bytes: Uint8Array, probability: number): Uint8Array =>
    probability > 0 && random() < probability ? flipOneBit(bytes, random) : bytes;
  const reply = (answer: Answer, endsAt: number): void => {
    const frame = noisy(sealFrame(answer.address, answer.pdu), Math.max(noise(), answer.noise));
    wire.transmitter.send(frame, endsAt + Math.max(t35, answer.afterMs));
  };
  const recognise = (): void => {
    const heard = pending;
    if (heard === null) return;
    pending = null;
    heard.cancel();
    lastRequestEnd = heard.endsAt;
    const { frames, garbage } = heard.spoilt
      ? { frames: [], garbage: heard.bytes.length }
      : cutRequests(noisy(heard.bytes, noise()));
    counters.garbageBytes += garbage;
    for (const frame of frames) {
      const answer = serve(units, counters, frame[0] ?? 0, frame.slice(1, -2));
      if (answer !== null) reply(answer, heard.endsAt);
    }
  };
  const onArrival = ({ bytes, startsAt, endsAt }: Arrival): void => {
    if (pending !== null && startsAt - pending.endsAt > t35) recognise();
    const spoilt =
      pending === null ? judge.start(startsAt, lastRequestEnd, wire.transmitter) : judge.gap(pending, startsAt);
    pending?.cancel();
    const all = pending === null ? bytes : joined(pending.bytes, bytes);
    pending = { bytes: all, endsAt, spoilt, cancel: clock.at(endsAt + t35, recognise) };
  };
  const wire = createWire({ clock, byteMs, onArrival, onCollision: () => (counters.collisions += 1) });
  const exchange: RtuLine['exchange'] = (address, pdu, done) => {
    const answer = serve(units, counters, address, pdu);
    if (answer === null) done(null);
    else clock.at(clock.now() + answer.afterMs, () => done(answer.pdu));
  };
  return { wire, counters, exchange };
};
