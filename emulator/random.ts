/** A seeded source of numbers in [0, 1): the same seed gives the same village, noise and babble included. */
export type Random = () => number;

/** Mulberry32, 32 bits of state: more than enough for faults that must be repeatable. */
export const seededRandom = (seed: number): Random => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
};

/** A copy of `bytes` with one bit turned over. */
export const flipOneBit = (bytes: Uint8Array, random: Random): Uint8Array => {
  const copy = Uint8Array.from(bytes);
  const index = Math.floor(random() * copy.length);
  const byte = copy[index];
  if (byte !== undefined) copy[index] = byte ^ (1 << Math.floor(random() * 8));
  return copy;
};
