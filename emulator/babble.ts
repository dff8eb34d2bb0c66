import type { Cancel, Clock } from './clock.ts';
import type { Transmitter } from './line/transmitter.ts';
import type { Random } from './random.ts';

const burstBytesMax = 12;
const pauseMsMax = 60;

/** A station that talks when nobody asked: short bursts of random bytes with short pauses, until stopped. */
export const startBabble = (clock: Clock, transmitter: Transmitter, random: Random): Cancel => {
  let stop: Cancel = () => undefined;
  const burst = (): void => {
    const length = 1 + Math.floor(random() * burstBytesMax);
    const bytes = Uint8Array.from({ length }, () => Math.floor(random() * 256));
    transmitter.send(bytes, clock.now());
    stop = clock.at(clock.now() + 5 + random() * pauseMsMax, burst);
  };
  burst();
  return () => stop();
};
