import type { Event } from './event.ts';
import type { Site } from './site.ts';
import type { MonoMs, Reading } from './time.ts';
import type { Work } from './work.ts';

/** The longest window in which a sensor's total may grow, in ms; 0 where no threshold of it looks at that. */
export const longestWithin = (site: Site, sensor: string): number =>
  Math.max(
    0,
    ...site.sensors.flatMap(({ id, thresholds }) =>
      id === sensor ? thresholds.map(({ withinMs }) => withinMs ?? 0) : [],
    ),
  );

/** A window is remembered in so many parts, however often the driver tells. */
const totalsMax = 64;

/** One from before the window stays: between two that are kept, the total stood where the older one says. */
const ofWindow = (reads: readonly Reading[], from: MonoMs): readonly Reading[] => {
  const firstInside = reads.findIndex(({ at }) => at > from);
  return reads.slice(Math.max(0, firstInside - 1)).slice(-totalsMax);
};

/** The same growth, seen from a newest reading of that value. */
const endingAt = (reads: readonly Reading[], value: number): readonly Reading[] => {
  const by = value - (reads.at(-1)?.value ?? value);
  return reads.map((one) => ({ at: one.at, value: one.value + by }));
};

/** Keeps what a total stood at, so that what fell before a restart is not forgotten. */
export const keepTotal = (work: Work, { sensor, value, ageMs, anew }: Event & { kind: 'total' }): void => {
  const withinMs = longestWithin(work.site, sensor);
  if (withinMs === 0) return;
  const { totals } = work.durable;
  const at = work.at.mono - ageMs;
  const older = (totals[sensor] ?? []).filter((one) => one.at < at);
  const before = anew === true ? endingAt(older, value) : older;
  work.durable.totals = { ...totals, [sensor]: ofWindow([...before, { at, value }], at - withinMs) };
};

/** What a changed site does not look at any more is forgotten. */
export const keepTotals = (work: Work): void => {
  const kept = Object.entries(work.durable.totals).filter(([sensor]) => longestWithin(work.site, sensor) > 0);
  work.durable.totals = Object.fromEntries(kept);
};
