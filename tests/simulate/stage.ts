import type { Dice } from './dice.ts';
import type { FaultSpan, History } from './history.ts';
import type { SimVillage } from './sim-village.ts';

/** What a happening can reach. */
export interface Stage {
  readonly village: SimVillage;
  readonly history: History;
  readonly dice: Dice;
  /** No new fault begins after this: the village is given time to get well. */
  readonly faultsUntil: number;
}

export interface Happening {
  readonly name: string;
  readonly perHour: number;
  /** Faults stop before the end of a run; orders and people do not. */
  readonly fault: boolean;
  readonly act: (stage: Stage) => void;
}

export const normal = (name: string, perHour: number, act: Happening['act']): Happening => ({
  ...{ name, perHour, act },
  fault: false,
});

export const fault = (name: string, perHour: number, act: Happening['act']): Happening => ({
  ...{ name, perHour, act },
  fault: true,
});

export const usualSpans: readonly number[] = [500, 3_000, 20_000, 120_000, 600_000];

/** Begins a fault of a kind, on a line or on none, and ends it after one of these times. */
export const span = (
  stage: Stage,
  { lengths = usualSpans, ...where }: Pick<FaultSpan, 'kind' | 'line' | 'unit'> & { lengths?: readonly number[] },
  ends: () => void,
): void => {
  const { village, history, dice, faultsUntil } = stage;
  const entry: FaultSpan = { ...where, from: village.time.now(), to: null };
  history.faults.push(entry);
  const longest = Math.max(1, faultsUntil - village.time.now());
  village.time.after(Math.min(longest, dice.oneOf(lengths)), () => {
    ends();
    entry.to = village.time.now();
    village.note(`fault over: ${where.kind} ${where.line ?? ''}`);
  });
};
