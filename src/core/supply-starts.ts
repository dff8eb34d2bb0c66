import { segmentsBeginning } from './segments.ts';
import type { Site, Supply } from './site.ts';
import type { MonoMs } from './time.ts';
import type { Durable, ZonePlay } from './village.ts';

/** The starts of a play at the sirens of one supply, after an instant and not after another. */
const startsOf = (site: Site, supply: Supply, play: ZonePlay, span: { after: MonoMs; until: MonoMs }): MonoMs[] => {
  if (play.tone === null) return [];
  const fed = new Set(site.terminals.flatMap((one) => (one.supply === supply.id ? [one.id] : [])));
  return segmentsBeginning(play, span.after, span.until).flatMap(({ terminal, onAt }) =>
    fed.has(terminal) ? [onAt] : [],
  );
};

/**
 * Every start the supply still has to bear or has just borne, earliest first: all segments of all cadences on air, and
 * what began within the gap in plays that are gone. `now` in box time.
 */
export const knownStarts = (
  site: Site,
  durable: Pick<Durable, 'plays' | 'supplyStarts'>,
  supply: Supply,
  now: MonoMs,
): readonly MonoMs[] => {
  const span = { after: now - supply.startGapMs, until: Infinity };
  const begun = (durable.supplyStarts[supply.id] ?? []).filter((start) => start > span.after);
  const live = Object.values(durable.plays).flatMap((play) => startsOf(site, supply, play, span));
  return [...begun, ...live].sort((a, b) => a - b);
};

/** What a play that leaves the air has begun within the gap: the battery feels it still. The same object where nothing. */
export const rememberStarts = (
  site: Site,
  before: Durable['supplyStarts'],
  play: ZonePlay,
  now: MonoMs,
): Durable['supplyStarts'] => {
  let after = before;
  for (const supply of site.supplies) {
    const since = now - supply.startGapMs;
    const begun = startsOf(site, supply, play, { after: since, until: now });
    if (begun.length === 0) continue;
    const kept = (after[supply.id] ?? []).filter((start) => start > since);
    after = { ...after, [supply.id]: [...kept, ...begun] };
  }
  return after;
};

/** The starts of one siren's cadence: `count` of them, `everyMs` apart. */
export interface Cadence {
  readonly count: number;
  readonly everyMs: number;
}

/** A search that has been pushed on this often is given up: it must never hold up an alarm. */
const triesMax = 64;

/** The start at a place of this list; behind the last one lies none, however long one waits. */
export const startAt = (starts: readonly MonoMs[], place: number): MonoMs => starts[place] ?? Infinity;

const lowerBound = (sorted: readonly MonoMs[], value: MonoMs): number => {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (startAt(sorted, middle) < value) low = middle + 1;
    else high = middle;
  }
  return low;
};

/** The other starts of the same cadence that lie within the gap of start `index`. */
const siblings = ({ count, everyMs }: Cadence, index: number, at: MonoMs, gapMs: number): readonly MonoMs[] => {
  const found: MonoMs[] = [];
  const reach = Math.floor((gapMs - 1) / everyMs);
  for (let other = Math.max(0, index - reach); other <= Math.min(count - 1, index + reach); other += 1)
    if (other !== index) found.push(at + (other - index) * everyMs);
  return found;
};

/** By how much one start must move for the first clash around it to be over; null: none. Infinity: it clashes with itself. */
const clashAt = (
  known: readonly MonoMs[],
  own: { readonly at: MonoMs; readonly siblings: readonly MonoMs[] },
  supply: Supply,
): number | null => {
  const { startGapMs } = supply;
  const most = Math.max(1, supply.startsAtOnce);
  const from = lowerBound(known, own.at - startGapMs + 1);
  const to = lowerBound(known, own.at + startGapMs);
  const near = known.slice(from, to);
  if (near.length + own.siblings.length < most) return null;
  const all = [...near, ...own.siblings, own.at].sort((a, b) => a - b);
  for (let first = 0; first + most < all.length; first += 1) {
    const low = startAt(all, first);
    const high = startAt(all, first + most);
    if (high - low >= startGapMs) continue;
    const mover = near.find((start) => start >= low && start <= high);
    return mover === undefined ? Infinity : mover + startGapMs - own.at;
  }
  return null;
};

const clashOf = (known: readonly MonoMs[], cadence: Cadence, supply: Supply, at: MonoMs): number | null => {
  for (let index = 0; index < cadence.count; index += 1) {
    const start = at + index * cadence.everyMs;
    const near = siblings(cadence, index, start, supply.startGapMs);
    const clash = clashAt(known, { at: start, siblings: near }, supply);
    if (clash !== null) return clash;
  }
  return null;
};

/**
 * The earliest instant in [`from`, `until`] at which a whole cadence may begin, so that with all `known` starts (earliest
 * first) no more than `startsAtOnce` lie within the supply's gap; null where there is none, or none was found soon.
 */
export const freeStart = (
  known: readonly MonoMs[],
  cadence: Cadence,
  supply: Supply,
  span: { readonly from: MonoMs; readonly until: MonoMs },
): MonoMs | null => {
  let at = span.from;
  for (let tries = 0; tries < triesMax && at <= span.until; tries += 1) {
    const clash = clashOf(known, cadence, supply, at);
    if (clash === null) return at;
    at += Math.max(1, clash);
  }
  return null;
};

export const startsFrom = (at: MonoMs, { count, everyMs }: Cadence): readonly MonoMs[] =>
  Array.from({ length: count }, (_, index) => at + index * everyMs);
