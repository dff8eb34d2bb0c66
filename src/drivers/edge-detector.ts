import type { Event } from '../core/event.ts';
import type { Site } from '../core/site.ts';

/** One thing that polling saw. */
export type Sight =
  | { readonly see: 'terminal'; readonly terminal: string; readonly answered: boolean; readonly reason: string }
  /** Somebody else has had no answer: in an alarm, or after a stop. */
  | { readonly see: 'doubt'; readonly terminal: string }
  | { readonly see: 'reading'; readonly sensor: string; readonly value: number };

interface TerminalEdge {
  /** Null until enough was seen since the start or a doubt: the box may remember a loss or a suspicion from before it. */
  readonly lost: boolean | null;
  /** How often in a row it was seen the other way than `lost` says; while that is null, how often it answered or did not. */
  readonly against: number;
  /** What was seen last. */
  readonly answered: boolean;
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

/** How often in a row it must be seen so before that is believed. */
const needed = (answered: boolean): number => (answered ? backAfter : lostAfter);

const seeTerminal = (edges: Edges, sight: Sight & { see: 'terminal' }): Detected => {
  const { terminal, answered, reason } = sight;
  const before = edges.terminals[terminal] ?? { lost: null, against: 0, answered };
  const against = before.lost === !answered ? 0 : before.answered === answered ? before.against + 1 : 1;
  const turned = against >= needed(answered);
  const now: TerminalEdge = turned ? { lost: !answered, against: 0, answered } : { ...before, against, answered };
  const event: Event = answered ? { kind: 'unit-back', terminal } : { kind: 'unit-lost', terminal, reason };
  return { edges: { ...edges, terminals: { ...edges.terminals, [terminal]: now } }, events: turned ? [event] : [] };
};

/** What was believed of a terminal is open again, so that the next good polls say that it answers. */
const doubt = (edges: Edges, terminal: string): Edges => {
  if (edges.terminals[terminal]?.lost === true) return edges;
  return { ...edges, terminals: { ...edges.terminals, [terminal]: { lost: null, against: 0, answered: false } } };
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
export const detectEdges = (site: Site, edges: Edges, sight: Sight): Detected => {
  if (sight.see === 'doubt') return { edges: doubt(edges, sight.terminal), events: [] };
  return sight.see === 'terminal' ? seeTerminal(edges, sight) : seeReading(site, edges, sight);
};
