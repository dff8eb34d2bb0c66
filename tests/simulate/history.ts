import type { Receipt } from '../../src/core/receipt.ts';
import type { TerminalWiring } from '../../src/core/wiring.ts';
import type { MemoryDisk } from '../../src/store/memory-disk.ts';
import type { SimVillage } from './sim-village.ts';

/** A fault of the world, from when to when; `line` null: it touches every line (none: the network, the disk). */
export interface FaultSpan {
  readonly kind: string;
  readonly line: string | null;
  /** Only this unit of the line is touched: every other one must be served as ever. Absent: all of them. */
  readonly unit?: number;
  readonly from: number;
  to: number | null;
}

/** What really happened, as only the simulated world can know it. */
export interface History {
  readonly faults: FaultSpan[];
  readonly counts: Map<string, number>;
  readonly stops: { readonly at: number; readonly life: number }[];
  /** `knownUpTo`: what began to sound later may stand in no record, because the disk failed or was at work. */
  readonly deaths: { readonly at: number; readonly how: string; readonly knownUpTo: number }[];
  /** When the box last had everything on its disk. */
  recordedAt: number;
  readonly starts: { readonly at: number }[];
  /** Ids of local triggers that people gave. */
  readonly triggers: Set<string>;
  /** Receipts as the box released them, over all its lives, in order. */
  readonly released: Receipt[];
  /** Orders begun after an instant count as new for a stop. */
  readonly lastIssueAt: { at: number };
  /** Who has alarmed, and when: the hour's share of siren time doubles with a second one. */
  readonly alarmSources: { readonly at: number; readonly from: string }[];
  /** People who answered for the alerts (叫应). */
  readonly answers: { readonly at: number; readonly person: string }[];
  /** Stops that were given and not taken at once, in words. */
  readonly deafTo: string[];
  /** Alerts that still waited for an answer when somebody had answered, in words. */
  readonly unanswered: string[];
  /** When rain was poured: only then may a sensor start a plan. */
  readonly rains: number[];
  /** The checkpoint's files as they were at some moments. */
  readonly oldCheckpoints: Map<string, Buffer>[];
  /** The whole disk as it was at one moment. */
  oldDisk: MemoryDisk | null;
}

export const newHistory = (): History => ({
  faults: [],
  counts: new Map(),
  stops: [],
  deaths: [],
  recordedAt: -Infinity,
  starts: [],
  triggers: new Set(),
  released: [],
  lastIssueAt: { at: -Infinity },
  alarmSources: [],
  answers: [],
  deafTo: [],
  unanswered: [],
  rains: [],
  oldCheckpoints: [],
  oldDisk: null,
});

/**
 * A unit that was given up is back within ten seconds of answering, and its output is put right by the
 * exchanges that follow: what the box cannot reach it cannot switch, and no record or rule could change that.
 */
const recoveryMs = 12_000;

const touches = ({ output, proof, speechLine }: TerminalWiring, { line, unit }: FaultSpan): boolean => {
  if (line === null) return false;
  const places = [output, proof].filter((place) => place?.line === line);
  if (unit === undefined) return places.length > 0 || speechLine === line;
  return places.some((place) => place?.unit === unit);
};

/** True when nothing has touched the terminal's own unit, or its line as a whole, since `from`, nor shortly before. */
export const wasQuiet = (history: History, terminal: TerminalWiring, from: number, to: number): boolean =>
  !history.faults.some(
    (span) => span.from <= to && (span.to === null || span.to + recoveryMs >= from) && touches(terminal, span),
  );

export const anyFault = (history: History, kinds: readonly string[], from: number, to: number): boolean =>
  history.faults.some((span) => kinds.includes(span.kind) && span.from <= to && (span.to === null || span.to >= from));

/** Had another line its port, and it that one's, at any moment of this span? Then units of the same address are taken for each other. */
export const wasExchanged = (history: History, line: string | undefined, from: number, to: number): boolean =>
  history.faults.some(
    (span) => span.kind === 'renamed' && span.line === line && span.from <= to && (span.to === null || span.to >= from),
  );

/** Is this terminal heard at this very moment? */
export const sounds = ({ world }: SimVillage, terminal: string): boolean =>
  world.timeline.of(terminal).at(-1)?.toMs === null;

export const soundingSince = ({ world }: SimVillage, terminal: string): number | null => {
  const last = world.timeline.of(terminal).at(-1);
  return last?.toMs === null ? last.fromMs : null;
};

/** Was it heard at any moment of this span? */
export const wasHeard = ({ world }: SimVillage, terminal: string, from: number, to: number): boolean =>
  world.timeline.of(terminal).some((stretch) => stretch.fromMs <= to && (stretch.toMs ?? Infinity) >= from);

/** Was it silent at any moment of this span? */
export const wasSilent = ({ world }: SimVillage, terminal: string, from: number, to: number): boolean => {
  let heardUntil = from;
  for (const { fromMs, toMs } of world.timeline.of(terminal)) {
    if ((toMs ?? Infinity) < from) continue;
    if (fromMs > to) break;
    if (fromMs > heardUntil) return true;
    heardUntil = Math.max(heardUntil, toMs ?? Infinity);
  }
  return heardUntil < to;
};
