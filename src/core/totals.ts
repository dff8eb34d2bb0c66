import type { Event } from './event.ts';
import type { Site } from './site.ts';
import type { MonoMs, Reading } from './time.ts';
import type { Work } from './work.ts';

/** The times within which a sensor's total may grow by so much, ms, the shortest first; none where no threshold looks at that. */
export const windowsOf = (site: Site, sensor: string): readonly MonoMs[] =>
  site.sensors
    .flatMap(({ id, thresholds }) => (id === sensor ? thresholds : []))
    .flatMap(({ withinMs }) => (withinMs === undefined ? [] : [withinMs]))
    .sort((a, b) => a - b);

/** A window is remembered to one part of so many. */
export const windowParts = 36;
/** Above so many readings each window keeps its parts, and no more. */
const totalsMax = 64;

/** One from before the window stays: between two that are kept, the total stood where the older one says. */
const ofWindow = (reads: readonly Reading[], from: MonoMs): readonly Reading[] => {
  const firstInside = reads.findIndex(({ at }) => at > from);
  return reads.slice(Math.max(0, firstInside - 1));
};

/** Of the readings those that a window needs: from the oldest on, none sooner after another than a part of it. */
const partsOf = (reads: readonly Reading[], windowMs: number): readonly Reading[] =>
  reads.reduce<readonly Reading[]>((kept, one) => {
    const isDue = one.at - (kept.at(-1)?.at ?? -Infinity) >= windowMs / windowParts;
    return isDue ? [...kept, one] : kept;
  }, []);

/** What the windows need, and the newest reading. */
const neededBy = (windows: readonly MonoMs[], reads: readonly Reading[]): readonly Reading[] => {
  const newest = reads.at(-1);
  if (newest === undefined || reads.length <= totalsMax) return reads;
  const parts = windows.map((windowMs) => partsOf(ofWindow(reads, newest.at - windowMs), windowMs));
  const needed = new Set([...parts.flat(), newest]);
  return reads.filter((one) => needed.has(one));
};

/** The same growth, seen from a newest reading of that value. */
const endingAt = (reads: readonly Reading[], value: number): readonly Reading[] => {
  const by = value - (reads.at(-1)?.value ?? value);
  return reads.map((one) => ({ at: one.at, value: one.value + by }));
};

/** Keeps what a total stood at, so that what fell before a restart is not forgotten. */
export const keepTotal = (work: Work, { sensor, value, ageMs, anew }: Event & { kind: 'total' }): void => {
  const windows = windowsOf(work.site, sensor);
  const longest = windows.at(-1);
  if (longest === undefined) return;
  const { totals } = work.durable;
  const at = work.at.mono - ageMs;
  const older = (totals[sensor] ?? []).filter((one) => one.at < at);
  const before = anew === true ? endingAt(older, value) : older;
  const reads = ofWindow([...before, { at, value }], at - longest);
  work.durable.totals = { ...totals, [sensor]: neededBy(windows, reads) };
};

/** What a changed site does not look at any more is forgotten. */
export const keepTotals = (work: Work): void => {
  const kept = Object.entries(work.durable.totals).filter(([sensor]) => windowsOf(work.site, sensor).length > 0);
  work.durable.totals = Object.fromEntries(kept);
};
