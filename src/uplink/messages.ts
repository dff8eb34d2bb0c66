import Type, { type Static } from 'typebox';
import { audioBoxMessages, audioCentreMessages } from './audio-messages.ts';

/** Longest WebSocket message either way, in bytes. */
export const messageMaxBytes = 65_536;
/** The WebSocket subprotocol both sides must name. */
export const subprotocol = 'mingluo.v1';
/** Most receipts in one `receipts` message. */
export const receiptsPerMessage = 32;

const closed = { additionalProperties: false } as const;
const signature = Type.String({
  pattern: '^[A-Za-z0-9+/]{86}==$',
  description: 'Ed25519 signature over the UTF-8 bytes of the signed string, base64. 签名。',
});
const identifier = Type.String({ minLength: 1, maxLength: 64, pattern: '^[!-~]+$' });
const nonce = Type.String({ pattern: '^[0-9a-f]{32}$', description: '16 random bytes, hex. 随机数。' });
const count = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });
const nullable = <T extends Type.TSchema>(schema: T) => Type.Union([Type.Null(), schema]);
const signedString = (what: string) =>
  Type.String({ maxLength: messageMaxBytes, description: `Raw JSON of ${what}, exactly as signed. 签名原文。` });

const InstantSchema = Type.Object(
  {
    mono: Type.Number({ description: "Milliseconds on the box's own scale, never backward. 单调时钟。" }),
    wall: Type.Number({ description: 'Milliseconds since 1970-01-01T00:00:00Z. 墙上时钟。' }),
    trust: Type.Enum(['trusted', 'guessed'], { description: 'Was the wall clock confirmed? 时钟是否可信。' }),
  },
  closed,
);

const JournalSchema = Type.Object(
  {
    records: Type.Integer({ minimum: 0, description: 'Records in the journal. 日志条数。' }),
    head: Type.String({ pattern: '^[0-9a-f]{64}$', description: 'SHA-256 of the newest record, hex. 日志链首。' }),
  },
  { ...closed, description: 'Keep the newest one: it witnesses the journal. 请保存，作为日志见证。' },
);

const status = Type.Enum(['actual', 'drill', 'test']);
const grade = Type.Enum(['microphone', 'sound', 'current', 'status', 'chip', 'switched', 'none']);
const health = Type.Enum(['well', 'suspect', 'lost']);
const quietResult = Type.Enum(['good', 'amplifier-fault', 'horn-open', 'no-reply', 'unsupported']);
const word = Type.String({ maxLength: 512 });
const counters = { due: count, sounded: count, failed: count, unknown: count };

const stage = <N extends string, P extends Type.TProperties>(name: N, fields: P) =>
  Type.Object({ stage: Type.Literal(name), ...fields }, closed);

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

const endedHow = Type.Enum([
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

export const SnapshotSchema = Type.Object(
  {
    box: identifier,
    boot: Type.String({ maxLength: 64, description: 'Id of this start of the box. 启动编号。' }),
    software: Type.String({ maxLength: 64 }),
    at: InstantSchema,
    journal: JournalSchema,
    receipts: Type.Object(
      {
        latest: Type.Integer({ minimum: 0, description: 'Newest receipt number; 0: none yet. 最新回执号。' }),
        acknowledged: Type.Integer({ minimum: 0, description: 'Acknowledged up to here. 已确认至。' }),
      },
      closed,
    ),
    broadcasts: Type.Array(
      Type.Object(
        {
          id: word,
          alert: nullable(word),
          status: nullable(status),
          zones: Type.Array(word),
          state: Type.Enum(['queued', 'playing', 'preempted', 'held']),
          ...counters,
        },
        closed,
      ),
      { maxItems: 64 },
    ),
    terminals: Type.Array(
      Type.Object(
        {
          id: word,
          health,
          sounding: Type.Enum(['yes', 'no', 'unknown']),
          ageMs: nullable(Type.Number()),
          quietTest: Type.Optional(quietResult),
        },
        closed,
      ),
      { maxItems: 512 },
    ),
    troubles: Type.Array(word, { maxItems: 32, description: 'Error codes true now. 当前问题代码。' }),
  },
  closed,
);

/** `sequence` counts the signed states of one boot from 1, so that an older one is never taken for a newer. */
const sequence = Type.Integer({ minimum: 1, description: 'Order among the states of one boot. 状态序号。' });

export const SignedSnapshotSchema = Type.Object(
  { v: Type.Literal(1), type: Type.Literal('box.snapshot'), sequence, ...SnapshotSchema.properties },
  {
    ...closed,
    description:
      'Full state of the site: first message after each connect, and again within 10 s after a terminal or a broadcast changed. 全量状态。',
  },
);

export const SignedStatusSchema = Type.Object(
  {
    v: Type.Literal(1),
    type: Type.Literal('box.status'),
    sequence,
    box: identifier,
    boot: SnapshotSchema.properties.boot,
    at: InstantSchema,
    journal: JournalSchema,
    receipts: SnapshotSchema.properties.receipts,
    nonce: nullable(nonce),
  },
  { ...closed, description: 'Sign of life and journal head; answers `ping`. 心跳与日志链首。' },
);

export const SignedOutcomeSchema = Type.Object(
  {
    v: Type.Literal(1),
    type: Type.Literal('order.outcome'),
    box: identifier,
    at: InstantSchema,
    order: Type.String({ maxLength: 64, description: 'Id of the order that came again. 指令编号。' }),
    outcome: Type.Union(
      [
        stage('accepted', {}),
        stage('refused', { code: word }),
        stage('done', { what: word }),
        stage('ended', { how: endedHow, ...counters }),
      ],
      { description: 'What became of it; `accepted`: it waits or sounds. 该指令的结果。' },
    ),
  },
  {
    ...closed,
    description: 'The outcome an order had, told again because the same order came again. 重复指令的原结果。',
  },
);

const signedMessage = <N extends string>(type: N, what: string, description: string) =>
  Type.Object({ type: Type.Literal(type), signed: signedString(what), signature }, { ...closed, description });

export const boxMessages = {
  snapshot: signedMessage(
    'snapshot',
    'SignedSnapshot',
    'Full state: first after each connect, and again when it has changed. 全量状态：连接后首条，变化后再发。',
  ),
  receipts: Type.Object(
    {
      type: Type.Literal('receipts'),
      items: Type.Array(Type.Object({ signed: signedString('SignedReceipt'), signature }, closed), {
        minItems: 1,
        maxItems: receiptsPerMessage,
      }),
    },
    { ...closed, description: 'Receipts in order, sent again until acknowledged. 回执，按序，直到确认。' },
  ),
  status: signedMessage('status', 'SignedStatus', 'Sign of life, or the answer to ping. 心跳或对 ping 的回答。'),
  outcome: signedMessage(
    'outcome',
    'SignedOutcome',
    'The answer to an order that had come before: nothing sounds again. 对重复指令的回答。',
  ),
  'time-request': Type.Object(
    { type: Type.Literal('time-request'), nonce },
    { ...closed, description: 'Please answer with signed time at once. 请求签名授时。' },
  ),
  ...audioBoxMessages,
  problem: Type.Object(
    {
      type: Type.Literal('problem'),
      code: Type.String({ maxLength: 64, description: 'Error code; see the table of errors. 错误代码。' }),
      field: nullable(Type.String({ maxLength: 128 })),
      zh: Type.String({ maxLength: 512 }),
      en: Type.String({ maxLength: 512 }),
    },
    { ...closed, description: 'A message of yours was no message of this document. 收到的消息不合规范。' },
  ),
} as const;

export const centreMessages = {
  order: Type.Object(
    {
      type: Type.Literal('order'),
      key: identifier,
      signature,
      envelope: Type.String({
        minLength: 1,
        maxLength: 8192,
        description: 'Raw JSON of the envelope (at most 8192 bytes of UTF-8), exactly as signed. 信封原文。',
      }),
    },
    { ...closed, description: 'A signed order; see order-envelope.md. 签名指令。' },
  ),
  time: Type.Object(
    {
      type: Type.Literal('time'),
      key: identifier,
      signature,
      statement: Type.String({ minLength: 1, maxLength: 1024, description: 'Raw JSON of SignedTime. 授时原文。' }),
    },
    { ...closed, description: 'The answer to time-request. 授时。' },
  ),
  ...audioCentreMessages,
  acknowledge: Type.Object(
    {
      type: Type.Literal('acknowledge'),
      number: Type.Integer({
        minimum: 1,
        maximum: Number.MAX_SAFE_INTEGER,
        description: 'All receipts up to this number are safely kept. 此号及以前的回执均已保存。',
      }),
    },
    { ...closed, description: 'Receipts up to a number are stored at the centre. 确认回执。' },
  ),
  ping: Type.Object(
    { type: Type.Literal('ping'), nonce },
    { ...closed, description: 'Asks for a fresh signed status. 请求最新签名状态。' },
  ),
} as const;

export type Snapshot = Static<typeof SnapshotSchema>;
export type SignedReceipt = Static<typeof SignedReceiptSchema>;
export type SignedSnapshot = Static<typeof SignedSnapshotSchema>;
export type SignedStatus = Static<typeof SignedStatusSchema>;
export type SignedOutcome = Static<typeof SignedOutcomeSchema>;
export type BoxMessage = { [K in keyof typeof boxMessages]: Static<(typeof boxMessages)[K]> }[keyof typeof boxMessages];
export type CentreMessage = {
  [K in keyof typeof centreMessages]: Static<(typeof centreMessages)[K]>;
}[keyof typeof centreMessages];
