import type { Site, Terminal } from './site.ts';
import { freeStart, knownStarts, startsFrom, type Cadence } from './supply-starts.ts';
import type { MonoMs } from './time.ts';
import type { Durable, TonePlay } from './village.ts';

/** A tone that should sound: whole cycles, at most `limitMs` of sound. */
export interface WantedTone {
  readonly onMs: number;
  readonly offMs: number;
  readonly cycles: number;
  readonly limitMs: number;
}

/** Where the supplies allow it. `whole`: at every siren and with every cycle, nothing was cut. */
export interface PlacedTone {
  readonly offMs: number;
  readonly totalMs: number;
  /** How long it sounds in all. */
  readonly soundMs: number;
  readonly starts: TonePlay['starts'];
  readonly whole: boolean;
}

/** The time line of a tone that may sound for at most `limitMs`: whole cycles, then what is left of the limit. */
export const timeLineMs = ({ onMs, offMs, cycles, limitMs }: WantedTone): number => {
  if (onMs * cycles <= limitMs) return (onMs + offMs) * cycles - offMs;
  const whole = Math.floor(limitMs / onMs);
  const rest = limitMs - whole * onMs;
  return rest > 0 ? whole * (onMs + offMs) + rest : whole * (onMs + offMs) - offMs;
};

/** Only every `step`-th cycle of the tone: what a supply allows that cannot bear them all. */
const thinned = ({ onMs, offMs, cycles, limitMs }: WantedTone, step: number): WantedTone => ({
  onMs,
  offMs: step * (onMs + offMs) - onMs,
  cycles: Math.ceil(cycles / step),
  limitMs,
});

/** Fewer cycles at all sirens go before all cycles at fewer sirens: everybody shall hear something. */
const thinnings = [2, 3, 4, 6, 8] as const;

export interface Placing {
  readonly site: Site;
  readonly durable: Pick<Durable, 'plays' | 'supplyStarts'>;
  readonly now: MonoMs;
}

const cadenceOf = (tone: WantedTone): Cadence => {
  const everyMs = Math.max(1, tone.onMs + tone.offMs);
  return { everyMs, count: Math.ceil(timeLineMs(tone) / everyMs) };
};

/** The latest start: within one period; a tone that sounds once may wait until every siren of its supply had its turn. */
const latestMs = ({ site }: Placing, cadence: Cadence, supply: Site['supplies'][number]): number => {
  if (cadence.count > 1) return cadence.everyMs;
  const sharing = site.terminals.filter((one) => one.supply === supply.id).length;
  return Math.max(cadence.everyMs, supply.startGapMs * sharing);
};

const place = (placing: Placing, sirens: readonly Terminal[], tone: WantedTone): TonePlay['starts'] => {
  const { site, durable, now } = placing;
  const cadence = cadenceOf(tone);
  const known = new Map<string, readonly MonoMs[]>();
  return sirens.flatMap((siren) => {
    const supply = site.supplies.find((candidate) => candidate.id === siren.supply);
    if (supply === undefined) return [{ terminal: siren.id, delayMs: 0 }];
    const before = known.get(supply.id) ?? knownStarts(site, durable, supply, now);
    const span = { from: now, until: now + latestMs(placing, cadence, supply) };
    const at = freeStart(before, cadence, supply, span);
    if (at === null) return [];
    known.set(
      supply.id,
      [...before, ...startsFrom(at, cadence)].sort((a, b) => a - b),
    );
    return [{ terminal: siren.id, delayMs: at - now }];
  });
};

const placeAll = (placing: Placing, sirens: readonly Terminal[], tone: WantedTone): Omit<PlacedTone, 'whole'> => ({
  offMs: tone.offMs,
  totalMs: timeLineMs(tone),
  soundMs: Math.min(tone.limitMs, tone.onMs * tone.cycles),
  starts: place(placing, sirens, tone),
});

/**
 * Sirens that share a battery start in waves of `startsAtOnce`, in every segment of every cadence on air, so that the
 * inrush never drops it. Where the whole cadence of all sirens has no room, cycles are left out, and at last sirens. Pure.
 */
export const placeTone = (placing: Placing, sirens: readonly Terminal[], wanted: WantedTone): PlacedTone => {
  const all = placeAll(placing, sirens, wanted);
  let best: PlacedTone = { ...all, whole: all.starts.length === sirens.length };
  for (const step of thinnings) {
    if (best.starts.length === sirens.length || step > wanted.cycles) break;
    const fewer = placeAll(placing, sirens, thinned(wanted, step));
    if (fewer.starts.length > best.starts.length) best = { ...fewer, whole: false };
  }
  return best;
};
