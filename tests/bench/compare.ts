import { brief, type Row, type Said, type Spread } from './goal.ts';
import type { Measured, Results } from './report.ts';

/** A ratio that is worse than the last recorded one by more than chance explains. */
export interface Fall {
  readonly section: string;
  readonly id: string;
  readonly what: Said;
  readonly before: number;
  readonly now: number;
  /** What chance explains between the two. */
  readonly noise: number;
}

/** A part of the last value that is never called a fall, rounds or not. */
const leastPart = 0.1;
/** The same where a row did not tell what its rounds were. */
const leastPartWithoutRounds = 0.25;

const widthOf = (spread: Spread | undefined): number => (spread === undefined ? 0 : spread.max - spread.min);

/**
 * How far two measurements of the same thing may lie apart by chance: as far as the rounds of either lay apart, and at least
 * a tenth of the last value. Where the rounds are not known: a quarter of the last value or of the goal.
 */
export const noiseOf = (before: Row, now: Row): number => {
  const isKnown = before.spread !== undefined && now.spread !== undefined;
  const size = Math.abs(before.value);
  const least = isKnown ? leastPart * size : leastPartWithoutRounds * Math.max(size, Math.abs(before.goal));
  return Math.max(least, widthOf(before.spread), widthOf(now.spread));
};

/** How much worse it is now; negative where it is better. */
const worseBy = (before: Row, now: Row): number =>
  now.op === '<=' ? now.value - before.value : before.value - now.value;

const isFall = (before: Row, now: Row): boolean => {
  // What could not be measured at all, or never came, is worse than any number.
  if (!Number.isFinite(now.value)) return Number.isFinite(before.value);
  return Number.isFinite(before.value) && worseBy(before, now) > noiseOf(before, now);
};

/** The rows of one section that fell, compared by their ids. A row that was not there before, or asks something else now, has nothing to fall from. */
export const fallsOf = (section: string, before: Measured | undefined, now: Pick<Measured, 'rows'>): readonly Fall[] =>
  now.rows.flatMap((row) => {
    const last = before?.rows.find(({ id }) => id === row.id);
    if (last === undefined || last.op !== row.op || !isFall(last, row)) return [];
    const { id, what, value } = row;
    return [{ section, id, what, before: last.value, now: value, noise: noiseOf(last, row) }];
  });

/** Ids of rows that were measured before and are not there any more. */
export const goneFrom = (before: Measured | undefined, now: Pick<Measured, 'rows'>): readonly string[] =>
  (before?.rows ?? []).flatMap(({ id }) => (now.rows.some((row) => row.id === id) ? [] : [id]));

/** What a person reads of it. */
export const fallLine = ({ section, id, what, before, now, noise }: Fall): string =>
  [
    `退步 · FALL  ${section} ${id}: ${brief(before)} → ${brief(now)}（波动 · noise ${brief(noise)}）`,
    `      ${what.zh} · ${what.en}`,
  ].join('\n');

/**
 * The results as they are to be recorded: a section with a fall keeps what was recorded before, so that the next run is
 * compared with that again, unless somebody accepts the fall.
 */
export const recorded = (
  before: Results,
  fresh: Results,
  { fell, accept }: { readonly fell: ReadonlySet<string>; readonly accept: boolean },
): Results => ({
  ...before,
  ...Object.fromEntries(Object.entries(fresh).filter(([name]) => accept || !fell.has(name))),
});

/** The most serious word a run has: a fall, a section that could not be measured, a missed goal, nothing. */
export const exitCodeOf = ({
  missed,
  unmeasured,
  falls,
}: Readonly<Record<'missed' | 'unmeasured' | 'falls', number>>): 0 | 1 | 2 | 3 => {
  if (falls > 0) return 3;
  if (unmeasured > 0) return 2;
  return missed > 0 ? 1 : 0;
};
