import type { Clock } from '../clock.ts';

/** The wall time that this centre lives in: it starts where it is told and runs on with the machine. */
export interface CentreClock {
  readonly mono: () => number;
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  readonly wall: () => number;
  readonly set: (wallMs: number) => void;
}

export const createCentreClock = (clock: Clock, startWallMs: number): CentreClock => {
  let [wallMs, atMs] = [startWallMs, clock.now()];
  return {
    mono: () => clock.now(),
    wall: () => Math.round(wallMs + clock.now() - atMs),
    set: (next) => {
      [wallMs, atMs] = [next, clock.now()];
    },
  };
};
