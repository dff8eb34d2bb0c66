import type { Exchange, Lane } from './line.ts';
import type { LineAction, Outcome } from './machine-settings.ts';
import { isRead, isRepeatable } from './reply-shape.ts';
import type { Probe } from './unit-book.ts';

/** An exchange on its way through the line. */
export interface Job {
  /** The submitter's number; null for a probe of the line's own. */
  readonly id: number | null;
  readonly lane: Lane;
  readonly unit: number;
  readonly pdu: Uint8Array;
  readonly turnaroundMs: number;
  readonly trace: string | null;
  readonly queuedAt: number;
  /** See `Exchange`. */
  readonly starts: number | null;
  readonly ends: readonly number[];
  attemptsLeft: number;
}

const longestTurnaroundMs = 60_000;

/** What is wrong with an exchange, in words; null when nothing is. */
export const faultOf = ({ unit, pdu, turnaroundMs, attempts }: Exchange): string | null => {
  if (!Number.isInteger(unit) || unit < 0 || unit > 255) return `unit ${unit}`;
  if (pdu.length < 1 || pdu.length > 253) return `PDU length ${pdu.length}`;
  const code = pdu[0] ?? 0;
  if (code === 0 || code > 127) return `function ${code}`;
  if (unit === 0 && isRead(pdu)) return `function ${code} as a broadcast`;
  if (!(turnaroundMs >= 0 && turnaroundMs <= longestTurnaroundMs)) return `turnaroundMs ${turnaroundMs}`;
  if (attempts !== undefined && !(Number.isInteger(attempts) && attempts >= 1 && attempts <= 3)) {
    return `attempts ${attempts}`;
  }
  return null;
};

const attemptsOf = ({ lane, unit, pdu, attempts }: Exchange): number => {
  if (unit === 0) return 1;
  return attempts ?? (lane !== 'poll' && isRepeatable(pdu) ? 2 : 1);
};

/** It is to be sent in its turn even while a late reply could still pass for its own. */
export const cannotWait = ({ lane, pdu }: Pick<Job, 'lane' | 'pdu'>): boolean =>
  (lane === 'alarm' || lane === 'upkeep') && !isRead(pdu);

/** Submitters count upwards; a probe of the line's own is nobody's order. */
const isOlder = (one: Job, other: Job): boolean => one.id !== null && other.id !== null && one.id < other.id;

/** Upkeep and an order of which either may undo the other: the same unit, or a broadcast on either side. */
const mayUndo = (upkeep: Job, order: Job): boolean =>
  upkeep.lane === 'upkeep' &&
  order.lane === 'alarm' &&
  !isRead(order.pdu) &&
  !isRead(upkeep.pdu) &&
  (upkeep.unit === order.unit || upkeep.unit === 0 || order.unit === 0);

const endsStartOf = ({ ends }: Job, { starts }: Job): boolean => starts !== null && ends.includes(starts);

/** What waits and was decided before this order would undo it, or start what it ends: it is not sent any more. */
export const givesWay = (waiting: Job, order: Job): boolean =>
  isOlder(waiting, order) && (mayUndo(waiting, order) || endsStartOf(order, waiting));

/** Sent once more, behind this newer one, it would switch back what that one switches. */
export const isOverruled = (failed: Job, newer: Job): boolean =>
  isOlder(failed, newer) && (endsStartOf(newer, failed) || endsStartOf(failed, newer));

/** The job of a valid exchange; its bytes are copied, so that the submitter may reuse them. */
export const jobOf = (id: number, exchange: Exchange, queuedAt: number): Job => ({
  id,
  lane: exchange.lane,
  unit: exchange.unit,
  pdu: exchange.pdu.slice(),
  turnaroundMs: exchange.turnaroundMs,
  trace: exchange.trace,
  queuedAt,
  starts: exchange.starts ?? null,
  ends: exchange.ends ?? [],
  attemptsLeft: attemptsOf(exchange),
});

/** The line's own question to a quarantined unit; nobody waits for its reply. */
export const probeJob = ({ unit, pdu, turnaroundMs }: Probe, now: number): Job => {
  const nobodys = { id: null, lane: 'poll', trace: null, starts: null, ends: [] } as const;
  return { ...nobodys, unit, pdu, turnaroundMs, queuedAt: now, attemptsLeft: 1 };
};

/** The action that tells the submitter, if there is one. */
export const settleAction = (job: Job, outcome: Outcome, sentAt: number, endedAt: number): LineAction[] => {
  if (job.id === null) return [];
  const timing = { queuedMs: sentAt - job.queuedAt, sentAt, endedAt };
  return [{ do: 'settle', id: job.id, outcome, timing }];
};
