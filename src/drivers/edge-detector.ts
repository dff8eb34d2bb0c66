import type { Event } from '../core/event.ts';
import type { Site } from '../core/site.ts';

/** One thing that polling saw. */
export type Sight =
  | { readonly see: 'terminal'; readonly terminal: string; readonly answered: boolean; readonly reason: string }
  | { readonly see: 'reading'; readonly sensor: string; readonly value: number };

interface TerminalEdge {
  readonly lost: boolean;
  /** How often in a row it was seen the other way than `lost` says. */
  readonly against: number;
}

interface ThresholdEdge {
  readonly above: boolean;
  readonly against: number;
}

export interface Edges {
  readonly terminals: Readonly<Record<string, TerminalEdge>>;
  readonly thresholds: Readonly<Record<string, ThresholdEdge>>;
}

export const noEdges: Edges = { terminals: {}, thresholds: {} };

/** Three polls in a row without an answer lose a unit, two with one bring it back: a single bad frame is no event. */
const lostAfter = 3;
const backAfter = 2;
/** Two readings in a row, so that one damaged value triggers nothing; it re-arms only well below. */
const crossAfter = 2;
const rearmBelow = 0.9;

interface Detected {
  readonly edges: Edges;
  readonly events: readonly Event[];
}

const seeTerminal = (edges: Edges, sight: Sight & { see: 'terminal' }): Detected => {
  const { terminal, answered, reason } = sight;
  const before = edges.terminals[terminal] ?? { lost: false, against: 0 };
  const against = answered === before.lost ? before.against + 1 : 0;
  const turned = against >= (before.lost ? backAfter : lostAfter);
  const now: TerminalEdge = turned ? { lost: !before.lost, against: 0 } : { ...before, against };
  const event: Event = now.lost ? { kind: 'unit-lost', terminal, reason } : { kind: 'unit-back', terminal };
  return { edges: { ...edges, terminals: { ...edges.terminals, [terminal]: now } }, events: turned ? [event] : [] };
};

const seeReading = (site: Site, edges: Edges, { sensor, value }: Sight & { see: 'reading' }): Detected => {
  const events: Event[] = [];
  const thresholds = { ...edges.thresholds };
  for (const { id, atLeast } of site.sensors.find((one) => one.id === sensor)?.thresholds ?? []) {
    const key = `${sensor} ${id}`;
    const before = thresholds[key] ?? { above: false, against: 0 };
    const contrary = before.above ? value < atLeast * rearmBelow : value >= atLeast;
    const against = contrary ? before.against + 1 : 0;
    const turned = against >= crossAfter;
    thresholds[key] = turned ? { above: !before.above, against: 0 } : { ...before, against };
    if (turned && !before.above) events.push({ kind: 'threshold', sensor, threshold: id, value });
  }
  return { edges: { ...edges, thresholds }, events };
};

/**
 * Turns what polling sees into events at edges only (design §2.1): a unit lost or back, a threshold crossed upward. The
 * same sight again makes no event. Pure.
 */
export const detectEdges = (site: Site, edges: Edges, sight: Sight): Detected =>
  sight.see === 'terminal' ? seeTerminal(edges, sight) : seeReading(site, edges, sight);
