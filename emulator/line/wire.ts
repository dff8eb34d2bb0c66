import type { Clock } from '../clock.ts';
import { createTransmitter, type Transmitter } from './transmitter.ts';

/** One client's end: a pty or a TCP connection. */
export interface Attachment {
  /** Bytes that the client wrote, as they come. */
  receive(bytes: Uint8Array): void;
  detach(): void;
}

/** Both directions of one pair of wires at a real baud rate. */
export interface Wire {
  attach(send: (bytes: Uint8Array) => void): Attachment;
  readonly transmitter: Transmitter;
  /** Ends everything under way; timers already set do nothing any more. */
  close(): void;
}

export interface Arrival {
  readonly bytes: Uint8Array;
  /** First bit of the first byte, last bit of the last, on the clock's scale. */
  readonly startsAt: number;
  readonly endsAt: number;
}

export interface WireOptions {
  readonly clock: Clock;
  readonly byteMs: number;
  readonly onArrival: (arrival: Arrival) => void;
  readonly onCollision: () => void;
}

/** A client that writes faster than the line carries fills its port's buffer for this long; the rest is lost, as in a real port. */
const backlogMaxMs = 5000;

/**
 * Takes what a client writes at once and says when it would have been on the wire. Replies go to the client that spoke
 * last; a line has one client at a time, and two only while one is being swapped for the other.
 */
export const createWire = ({ clock, byteMs, onArrival, onCollision }: WireOptions): Wire => {
  const ends = new Map<Attachment, (bytes: Uint8Array) => void>();
  let speaker: Attachment | null = null;
  let receivingUntil = Number.NEGATIVE_INFINITY;
  let open = true;
  const transmitter = createTransmitter({
    clock,
    byteMs,
    collided: onCollision,
    deliver: (bytes) => {
      if (!open) return;
      const to = speaker === null ? undefined : ends.get(speaker);
      if (to !== undefined) to(bytes);
      else for (const send of ends.values()) send(bytes);
    },
  });
  return {
    transmitter,
    attach: (send) => {
      const attachment: Attachment = {
        receive: (bytes) => {
          if (!open || bytes.length === 0 || !ends.has(attachment)) return;
          speaker = attachment;
          const startsAt = Math.max(clock.now(), receivingUntil);
          const room = Math.floor((clock.now() + backlogMaxMs - startsAt) / byteMs);
          const taken = new Uint8Array(bytes.subarray(0, Math.max(0, room)));
          if (taken.length === 0) return;
          receivingUntil = startsAt + taken.length * byteMs;
          onArrival({ bytes: taken, startsAt, endsAt: receivingUntil });
        },
        detach: () => {
          ends.delete(attachment);
          if (speaker === attachment) speaker = null;
        },
      };
      ends.set(attachment, send);
      return attachment;
    },
    close: () => {
      open = false;
      transmitter.stop();
      ends.clear();
    },
  };
};
