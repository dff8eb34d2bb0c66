import type { Receipt } from '../../src/core/receipt.ts';
import type { TerminalWiring } from '../../src/core/wiring.ts';
import type { SimVillage } from './sim-village.ts';

/** A fault of the world, from when to when; `line` null: it touches every line (none: the network, the disk). */
export interface FaultSpan {
  readonly kind: string;
  readonly line: string | null;
  readonly from: number;
  to: number | null;
}

/** What really happened, as only the simulated world can know it. */
export interface History {
  readonly faults: FaultSpan[];
  readonly counts: Map<string, number>;
  readonly stops: { readonly at: number; readonly life: number }[];
  /** `recorded`: nothing was in memory only when the box died. */
  readonly deaths: { readonly at: number; readonly how: string; readonly recorded: boolean }[];
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
  /** The machine's or the centre's clock has been wrong: wall times prove nothing any more. */
  clockWasWrong: boolean;
}

export const newHistory = (): History => ({
  faults: [],
  counts: new Map(),
  stops: [],
  deaths: [],
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
  clockWasWrong: false,
});

/** A unit that was disturbed is believed again only so long after. */
const recoveryMs = 20_000;

const linesOf = ({ output, proof, speechLine }: TerminalWiring): readonly string[] =>
  [output?.line, proof?.line, speechLine].flatMap((line) => line ?? []);

/** True when nothing has touched the terminal's lines since `from`, nor shortly before. */
export const wasQuiet = (history: History, terminal: TerminalWiring, from: number, to: number): boolean => {
  const lines = linesOf(terminal);
  return !history.faults.some(
    (span) =>
      span.line !== null &&
      lines.includes(span.line) &&
      span.from <= to &&
      (span.to === null || span.to + recoveryMs >= from),
  );
};

export const anyFault = (history: History, kinds: readonly string[], from: number, to: number): boolean =>
  history.faults.some(
    (span) => kinds.includes(span.kind) && span.from <= to && (span.to === null || span.to + recoveryMs >= from),
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
