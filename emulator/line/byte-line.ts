import type { Clock } from '../clock.ts';
import { flipOneBit, type Random } from '../random.ts';
import { byteTimeMs, type LineFormat } from './rtu-frame.ts';
import { createWire, type Wire } from './wire.ts';

/** The one device of a line that carries plain bytes: a speech chip, a satellite terminal. */
export interface ByteDevice {
  /** `gapMs` is the silence before the first of these bytes. */
  receive(bytes: Uint8Array, gapMs: number): void;
}

export interface ByteLineOptions {
  readonly clock: Clock;
  readonly format: LineFormat;
  readonly random: Random;
  readonly noise: () => number;
  /** Built with the way back to the client. */
  readonly device: (send: (bytes: Uint8Array) => void) => ByteDevice;
}

/** A line without frames of its own: bytes reach the device when their time on the wire is over, and so do its replies. */
export const createByteLine = ({ clock, format, random, noise, device }: ByteLineOptions): { readonly wire: Wire } => {
  const byteMs = byteTimeMs(format);
  let lastEnd = Number.NEGATIVE_INFINITY;
  let freeAt = Number.NEGATIVE_INFINITY;
  const noisy = (bytes: Uint8Array): Uint8Array => (random() < noise() ? flipOneBit(bytes, random) : bytes);
  const wire = createWire({
    clock,
    byteMs,
    onCollision: () => undefined,
    onArrival: ({ bytes, startsAt, endsAt }) => {
      const gapMs = startsAt - lastEnd;
      lastEnd = endsAt;
      clock.at(endsAt, () => station.receive(noisy(bytes), gapMs));
    },
  });
  // A full-duplex line has no collisions: what is sent while another reply is under way follows it.
  const station = device((bytes) => {
    const startAt = Math.max(clock.now(), freeAt);
    freeAt = startAt + bytes.length * byteMs;
    wire.transmitter.send(noisy(bytes), startAt);
  });
  return { wire };
};
