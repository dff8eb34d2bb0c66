/** Milliseconds on the box's own monotonic scale. It never runs backward, also not across restarts (the journal keeps it). */
export type MonoMs = number;

/** Milliseconds since 1970-01-01T00:00:00Z. */
export type WallMs = number;

/** One instant as an edge saw it. `guessed` means no trusted source has confirmed the wall clock since start. */
export interface Instant {
  readonly mono: MonoMs;
  readonly wall: WallMs;
  readonly trust: 'trusted' | 'guessed';
}

/** A value that was read at an instant, in the unit of its sensor. */
export interface Reading {
  readonly at: MonoMs;
  readonly value: number;
}

const dayMs = 86_400_000;
const beijingOffsetMs = 8 * 3_600_000;

/** Minutes since Beijing midnight, 0–1439. Beijing time is UTC + 08:00 all year: plain arithmetic, no locale. */
export const beijingMinuteOfDay = (wall: WallMs): number =>
  Math.floor(((((wall + beijingOffsetMs) % dayMs) + dayMs) % dayMs) / 60_000);

/** Whole Beijing days since 1970-01-01: the key of daily caps. */
export const beijingDay = (wall: WallMs): number => Math.floor((wall + beijingOffsetMs) / dayMs);

/** The wall instant of a minute of a given Beijing day. */
export const wallOfBeijing = (day: number, minuteOfDay: number): WallMs =>
  day * dayMs - beijingOffsetMs + minuteOfDay * 60_000;
