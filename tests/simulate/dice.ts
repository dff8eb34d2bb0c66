import { seededRandom } from '../../emulator/random.ts';

/** Chance from a seed: one stream for each purpose, so that a new use of one does not shift all others. */
export interface Dice {
  /** A number of [0, 1). */
  readonly unit: () => number;
  /** A whole number of [from, to]. */
  readonly whole: (from: number, to: number) => number;
  readonly chance: (share: number) => boolean;
  readonly oneOf: <T>(list: readonly T[]) => T;
  /** Some of these, at least one. */
  readonly someOf: <T>(list: readonly T[]) => readonly T[];
  /** Ms until the next of things that happen `perHour` times an hour on average. */
  readonly waitMs: (perHour: number) => number;
  readonly hex: (bytes: number) => string;
  readonly stream: (name: string) => Dice;
}

const mixed = (seed: number, name: string): number =>
  Array.from(name).reduce((sum, letter) => (Math.imul(sum, 33) ^ letter.charCodeAt(0)) >>> 0, seed >>> 0);

export const diceOf = (seed: number): Dice => {
  const unit = seededRandom(seed);
  const whole = (from: number, to: number): number => from + Math.floor(unit() * (to - from + 1));
  const oneOf = <T>(list: readonly T[]): T => {
    const one = list[Math.floor(unit() * list.length)];
    if (one === undefined) throw new Error('nothing to choose from');
    return one;
  };
  return {
    unit,
    whole,
    chance: (share) => unit() < share,
    oneOf,
    someOf: (list) => {
      const some = list.filter(() => unit() < 0.4);
      return some.length > 0 ? some : [oneOf(list)];
    },
    waitMs: (perHour) => Math.max(1, Math.round((-Math.log(1 - unit()) * 3_600_000) / perHour)),
    hex: (bytes) =>
      Array.from({ length: bytes }, () =>
        Math.floor(unit() * 256)
          .toString(16)
          .padStart(2, '0'),
      ).join(''),
    stream: (name) => diceOf(mixed(seed, name)),
  };
};
