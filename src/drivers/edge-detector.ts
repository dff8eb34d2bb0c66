import type { Event } from '../core/event.ts';
import type { Site } from '../core/site.ts';
import type { Reading } from '../core/time.ts';
import { windowsOf } from '../core/totals.ts';
import type { Durable } from '../core/village.ts';
import { explain } from '../words/error-codes.ts';
import { failed } from '../words/failure.ts';
import { isToBeTold, noTotal, riseOf, totalBefore, type Total } from './rise.ts';

/** One thing that polling saw. */
export type Sight =
  | { readonly see: 'terminal'; readonly terminal: string; readonly answered: boolean; readonly reason: string }
  /** A unit with sensors on which no terminal hangs: nobody else would miss it. */
  | { readonly see: 'gauge'; readonly line: string; readonly unit: number; readonly answered: boolean }
  /** Somebody else has had no answer: in an alarm, or after a stop. */
  | { readonly see: 'doubt'; readonly terminal: string }
  | { readonly see: 'reading'; readonly sensor: string; readonly value: number; readonly at: number };

interface TerminalEdge {
  /** Null until enough was seen since the start or a doubt: the box may remember a loss or a suspicion from before it. */
  readonly lost: boolean | null;
  /** How often in a row it was seen the other way than `lost` says; while that is null, how often it answered or did not. */
  readonly against: number;
  /** What was seen last. */
  readonly answered: boolean;
  /** How often it stopped being well, by a loss or a doubt, and that counts still: one is forgotten with every `forgetAfter` polls. */
  readonly losses: number;
  /** Polls since one was forgotten. */
  readonly polls: number;
}

interface ThresholdEdge {
  readonly above: boolean;
  readonly against: number;
  /** Was it ever read below since the start? */
  readonly wasBelow: boolean;
  /** Of one that looks at how much a running total grows. */
  readonly total: Total;
}

export interface Edges {
  readonly terminals: Readonly<Record<string, TerminalEdge>>;
  readonly thresholds: Readonly<Record<string, ThresholdEdge>>;
  /** The reading of a running total that was told last, by sensor; null where nobody knows what fell since then, and when. */
  readonly told: Readonly<Record<string, Reading | null>>;
}

export const noEdges: Edges = { terminals: {}, thresholds: {}, told: {} };

/** What is known before anything was seen: what totals stood at before the start. */
export interface Before {
  readonly totals: Durable['totals'];
  readonly isDownKnown: boolean;
}

/** Three polls in a row without an answer lose a unit, two with one bring it back: a single bad frame is no event. */
const lostAfter = 3;
const backAfter = 2;
/**
 * A unit that comes and goes would fill the journal and the way to the centre, day and night. After so many losses and doubts
 * it stays lost or in doubt until one is forgotten, an hour's polls later as a village usually asks: it is told 24 times a
 * day, and these.
 */
const mostLosses = 32;
const forgetAfter = 720;
/** Two readings in a row, so that one damaged value triggers nothing; it re-arms only well below. */
const crossAfter = 2;
const rearmBelow = 0.9;

const unseen: ThresholdEdge = { above: false, against: 0, wasBelow: false, total: noTotal };

export const nothingBefore: Before = { totals: {}, isDownKnown: false };

const keyOf = (sensor: string, threshold: string): string => `${sensor} ${threshold}`;

/** The edges of a box that starts. */
export const edgesBefore = (site: Site, { totals, isDownKnown }: Before): Edges => {
  const known = site.sensors.flatMap(({ id, thresholds }) => {
    const reads = totals[id] ?? [];
    return thresholds.flatMap(({ id: threshold, withinMs }): [string, ThresholdEdge][] => {
      if (withinMs === undefined) return [];
      return [[keyOf(id, threshold), { ...unseen, total: totalBefore(reads, withinMs, isDownKnown) }]];
    });
  });
  const told = Object.entries(totals).flatMap(([sensor, reads]) => {
    const newest = reads.at(-1);
    return newest === undefined ? [] : [[sensor, isDownKnown ? newest : null] as const];
  });
  return { ...noEdges, thresholds: Object.fromEntries(known), told: Object.fromEntries(told) };
};

interface Detected {
  readonly edges: Edges;
  readonly events: readonly Event[];
}

/** How often in a row it must be seen so before that is believed. */
const needed = (answered: boolean): number => (answered ? backAfter : lostAfter);

/** One poll more of a terminal; nothing was seen of it before. */
const polled = (edge: TerminalEdge | undefined, answered: boolean): TerminalEdge => {
  const { losses, polls, ...before } = edge ?? { lost: null, against: 0, answered, losses: 0, polls: 0 };
  const forgets = losses > 0 && polls + 1 >= forgetAfter;
  return { ...before, losses: forgets ? losses - 1 : losses, polls: losses === 0 || forgets ? 0 : polls + 1 };
};

const seeTerminal = (edges: Edges, sight: Sight & { see: 'terminal' }): Detected => {
  const { terminal, answered } = sight;
  const before = polled(edges.terminals[terminal], answered);
  const against = before.lost === !answered ? 0 : before.answered === answered ? before.against + 1 : 1;
  const stays = answered && before.losses >= mostLosses;
  const turned = against >= needed(answered) && !stays;
  const losses = turned && before.lost === false ? before.losses + 1 : before.losses;
  const now: TerminalEdge = turned
    ? { ...before, lost: !answered, against: 0, answered, losses }
    : { ...before, against, answered };
  const reason = losses >= mostLosses ? 'comes-and-goes' : sight.reason;
  const event: Event = answered ? { kind: 'unit-back', terminal } : { kind: 'unit-lost', terminal, reason };
  return { edges: { ...edges, terminals: { ...edges.terminals, [terminal]: now } }, events: turned ? [event] : [] };
};

/** How many units with sensors alone do not answer: no id of a terminal has a space in it. */
export const silentGauges = ({ terminals }: Edges): number =>
  Object.entries(terminals).filter(([key, { lost }]) => lost === true && key.includes(' ')).length;

/** A gauge that is gone starts no plan any more: that is noted, at an edge and as seldom as the loss of a terminal. */
const seeGauge = (edges: Edges, { line, unit, answered }: Sight & { see: 'gauge' }): Detected => {
  const key = `${line} ${unit}`;
  const wasLost = edges.terminals[key]?.lost === true;
  const seen = seeTerminal(edges, { see: 'terminal', terminal: key, answered, reason: '' });
  const isLost = seen.edges.terminals[key]?.lost === true;
  const { failure } = failed(isLost ? 'unit-silent' : 'unit-answers', { line, unit });
  const note: Event = { kind: 'noted', code: failure.code, detail: explain(failure).en };
  return { edges: seen.edges, events: wasLost === isLost ? [] : [note] };
};

/**
 * That a terminal is well is open again: the next good polls say that it answers, the silent ones go on being counted. One
 * that is lost stays lost. Answers before the doubt say nothing of after it.
 */
const doubt = (edges: Edges, terminal: string): Edges => {
  const edge = edges.terminals[terminal];
  if (edge === undefined || edge.lost === true) return edges;
  const losses = edge.lost === false ? edge.losses + 1 : edge.losses;
  const open: TerminalEdge = { ...edge, lost: null, against: edge.answered ? 0 : edge.against, losses };
  return { ...edges, terminals: { ...edges.terminals, [terminal]: open } };
};

/** A total that is looked at over a time is told now and then, so that a restart does not forget it. */
const tellTotal = (site: Site, edges: Edges, { sensor, at }: Sight & { see: 'reading' }): Detected => {
  // As finely as the shortest needs it: what fell before a short window is no rain of it after a restart.
  const [withinMs] = windowsOf(site, sensor);
  const looking = site.sensors
    .flatMap(({ id, thresholds }) => (id === sensor ? thresholds : []))
    .find((one) => one.withinMs === withinMs);
  const sure = looking === undefined ? null : (edges.thresholds[keyOf(sensor, looking.id)]?.total.sure ?? null);
  const told = edges.told[sensor];
  if (withinMs === undefined || sure === null || !isToBeTold(told ?? null, sure, withinMs))
    return { edges, events: [] };
  const total = { kind: 'total', sensor, value: sure.value, ageMs: at - sure.at } as const;
  const event: Event = told === null ? { ...total, anew: true } : total;
  return { edges: { ...edges, told: { ...edges.told, [sensor]: sure } }, events: [event] };
};

const crossThresholds = (site: Site, edges: Edges, { sensor, ...reading }: Sight & { see: 'reading' }): Detected => {
  const events: Event[] = [];
  const thresholds = { ...edges.thresholds };
  for (const { id, atLeast, withinMs } of site.sensors.find((one) => one.id === sensor)?.thresholds ?? []) {
    const key = keyOf(sensor, id);
    const before = thresholds[key] ?? unseen;
    const grown = withinMs === undefined ? null : riseOf(before.total, reading, withinMs);
    const value = grown?.rise ?? reading.value;
    const total = grown?.total ?? noTotal;
    const wasBelow = before.wasBelow || value < atLeast;
    const contrary = before.above ? value < atLeast * rearmBelow : value >= atLeast;
    const against = contrary ? before.against + 1 : 0;
    const turned = against >= crossAfter;
    thresholds[key] = turned
      ? { above: !before.above, against: 0, wasBelow, total }
      : { ...before, against, wasBelow, total };
    const crossing = { kind: 'threshold', sensor, threshold: id, value } as const;
    if (turned && !before.above) events.push(wasBelow ? crossing : { ...crossing, atStart: true });
  }
  return { edges: { ...edges, thresholds }, events };
};

const seeReading = (site: Site, edges: Edges, sight: Sight & { see: 'reading' }): Detected => {
  const crossed = crossThresholds(site, edges, sight);
  const told = tellTotal(site, crossed.edges, sight);
  return { edges: told.edges, events: [...crossed.events, ...told.events] };
};

/**
 * Turns what polling sees into events at edges only: a unit lost or back, a threshold crossed upward. The
 * same sight again makes no event. Pure.
 */
export const detectEdges = (site: Site, edges: Edges, sight: Sight): Detected => {
  if (sight.see === 'doubt') return { edges: doubt(edges, sight.terminal), events: [] };
  if (sight.see === 'gauge') return seeGauge(edges, sight);
  return sight.see === 'terminal' ? seeTerminal(edges, sight) : seeReading(site, edges, sight);
};
