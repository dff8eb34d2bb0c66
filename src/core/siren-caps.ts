import type { Site } from './site.ts';
import type { MonoMs } from './time.ts';
import type { SirenUse } from './village.ts';

const hourMs = 3_600_000;

/** Only what a cap can still see: the last hour. */
export const recentUse = (use: readonly SirenUse[], now: MonoMs): readonly SirenUse[] =>
  use.filter((entry) => entry.to > now - hourMs);

/** Sounding time since the last pause of at least `sirenPauseMs`. */
const runMs = (use: readonly SirenUse[], now: MonoMs, pauseMs: number): number => {
  let until = now;
  let sum = 0;
  for (const entry of [...use].reverse()) {
    if (until - entry.to >= pauseMs) break;
    sum += entry.onMs;
    until = Math.min(until, entry.from);
  }
  return sum;
};

/**
 * How long the sirens of a zone may still sound now (reliability: 180 s, then 60 s pause; 20 minutes an hour, doubled
 * once two different sources have alarmed). 0 means the zone is capped; speech is not.
 */
export const sirenBudgetMs = (site: Site, use: readonly SirenUse[], now: MonoMs, source: string): number => {
  const { sirenLongestMs, sirenPauseMs, sirenPerHourMs } = site.limits;
  const recent = recentUse(use, now);
  const sources = new Set([...recent.map((entry) => entry.source), source]);
  const hourly = (sources.size > 1 ? 2 : 1) * sirenPerHourMs - recent.reduce((sum, entry) => sum + entry.onMs, 0);
  return Math.max(0, Math.min(hourly, sirenLongestMs - runMs(recent, now, sirenPauseMs)));
};

/** A tone that was cut short used less than planned: the entry ends at `now`. */
export const trimUse = (use: readonly SirenUse[], now: MonoMs): readonly SirenUse[] =>
  use.map((entry) =>
    entry.to <= now || entry.to === entry.from
      ? entry
      : { ...entry, to: now, onMs: Math.min(entry.onMs, Math.max(0, now - entry.from)) },
  );

/** Entries of one source that began in the same minute are one: an hour of short tones stays sixty entries. */
export const withUse = (use: readonly SirenUse[], entry: SirenUse): readonly SirenUse[] => {
  const last = use.at(-1);
  const minute = ({ from }: SirenUse): number => Math.floor(from / 60_000);
  if (last === undefined || last.source !== entry.source || minute(last) !== minute(entry)) return [...use, entry];
  return [...use.slice(0, -1), { ...last, to: entry.to, onMs: last.onMs + entry.onMs }];
};
