import Type from 'typebox';
import {
  closed,
  count,
  counters,
  health,
  identifier,
  InstantSchema,
  nullable,
  quietResult,
  stage,
  status,
  word,
} from './message-parts.ts';

const grade = Type.Enum(['microphone', 'sound', 'current', 'status', 'chip', 'switched', 'none']);

const FirstSoundPartsSchema = Type.Object(
  {
    intakeMs: Type.Number(),
    verifyMs: Type.Number(),
    durableMs: Type.Number(),
    queueMs: Type.Number(),
    lineMs: Type.Number(),
    deviceMs: Type.Number(),
  },
  closed,
);

export const endedHow = Type.Enum([
  'completed',
  'stopped',
  'cancelled',
  'cleared',
  'expired',
  'interrupted',
  'replaced',
  'dropped',
]);

/** One schema a stage; the words are those of src/core/receipt.ts. */
export const StageSchema = Type.Union([
  stage('received', {}),
  stage('verified', {}),
  stage('refused', { code: word, detail: word }),
  stage('queued', { zones: Type.Array(word), due: count }),
  stage('started', { zone: word, pass: count }),
  stage('preempted', { zone: word, by: word }),
  stage('resumed', { zone: word, pass: count, rule: word }),
  stage('terminal', {
    terminal: word,
    verdict: Type.Enum(['sounded', 'failed', 'unknown']),
    grade,
    reason: nullable(word),
    value: nullable(Type.Number()),
    unit: nullable(word),
    ageMs: Type.Number(),
  }),
  stage('degraded', { zone: word, reason: word }),
  stage('first-sound', { totalMs: Type.Number(), parts: FirstSoundPartsSchema }),
  stage('ended', {
    how: endedHow,
    ...counters,
  }),
  stage('done', { what: word }),
  stage('answered', { person: word, source: Type.Enum(['console', 'panel', 'cli']), afterMs: Type.Number() }),
  stage('unproven-silence', { terminals: Type.Array(word) }),
  stage('health', { terminal: word, health, reason: word }),
  stage('quiet-test', {
    terminal: word,
    result: quietResult,
  }),
  stage('restarted', { clean: Type.Boolean(), boot: word }),
  stage('noted', { code: word, detail: word }),
]);

/** Names of the centre's message chain, one for each stage (and for each verdict of a terminal). */
export const receiptTypes = [
  'ack.received',
  'ack.valid',
  'ack.refused',
  'broadcast.queued',
  'broadcast.playing',
  'broadcast.preempted',
  'broadcast.resumed',
  'terminal.sounded',
  'terminal.failed',
  'terminal.unknown',
  'broadcast.degraded',
  'broadcast.first-sound',
  'broadcast.ended',
  'order.done',
  'duty.answered',
  'terminal.silence-unproven',
  'terminal.health',
  'terminal.quiet-test',
  'box.restarted',
  'box.noted',
] as const;
export type ReceiptType = (typeof receiptTypes)[number];

export const SignedReceiptSchema = Type.Object(
  {
    v: Type.Literal(1),
    type: Type.Enum([...receiptTypes], { description: 'Name of this event. 事件名。' }),
    box: identifier,
    receipt: Type.Object(
      {
        number: Type.Integer({
          minimum: 1,
          description: 'Counts without gaps per box: the idempotency key. 连续编号，去重依据。',
        }),
        at: InstantSchema,
        trace: Type.String({ description: "The order's id; empty when about the box itself. 指令编号。" }),
        alert: nullable(word),
        broadcast: nullable(word),
        status: nullable(status),
        body: StageSchema,
      },
      closed,
    ),
  },
  { ...closed, description: 'One stage of what became of an order. 回执原文。' },
);

export type SignedReceipt = Type.Static<typeof SignedReceiptSchema>;
