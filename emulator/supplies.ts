import type { Site } from '../src/core/site.ts';
import type { Clock } from './clock.ts';

/** How long a unit needs to come back after its supply broke down. */
export const rebootMs = 2000;
/** From the start that was too much to the collapse of the voltage. */
const collapseMs = 50;
/** Starts this much closer than the stated gap still count as apart: the wire itself has some jitter. */
const jitterShare = 0.1;

export interface Supplies {
  /** A siren drew its starting current. */
  started(terminal: string): void;
}

/**
 * Batteries that sirens share. More than `startsAtOnce` starts within `startGapMs` pull the voltage down: `brownOut` is
 * then called once with all sirens that had started within that time.
 */
export const createSupplies = (
  site: Site,
  clock: Clock,
  brownOut: (terminals: readonly string[]) => void,
): Supplies => {
  const starts = new Map<string, { readonly terminal: string; readonly at: number }[]>();
  const supplyOf = new Map(site.terminals.map((terminal) => [terminal.id, terminal.supply]));
  return {
    started: (terminal) => {
      const supply = site.supplies.find((each) => each.id === supplyOf.get(terminal));
      if (supply === undefined) return;
      const at = clock.now();
      const windowMs = supply.startGapMs * (1 - jitterShare);
      const recent = (starts.get(supply.id) ?? []).filter((start) => at - start.at <= windowMs);
      recent.push({ terminal, at });
      starts.set(supply.id, recent);
      const drawing = new Set(recent.map((start) => start.terminal));
      if (drawing.size !== supply.startsAtOnce + 1) return;
      clock.at(at + collapseMs, () => {
        const fallen = (starts.get(supply.id) ?? []).map((start) => start.terminal);
        starts.delete(supply.id);
        if (fallen.length > supply.startsAtOnce) brownOut([...new Set(fallen)]);
      });
    },
  };
};
