import Type, { type Static } from 'typebox';
import { audioBoxMessages, audioCentreMessages } from './audio-messages.ts';
import {
  closed,
  counters,
  health,
  identifier,
  InstantSchema,
  nonce,
  nullable,
  quietResult,
  stage,
  status,
  word,
} from './message-parts.ts';
import { endedHow } from './receipt-message.ts';

/** Longest WebSocket message either way, in bytes. */
export const messageMaxBytes = 65_536;
/** The WebSocket subprotocol both sides must name. */
export const subprotocol = 'mingluo.v1';
/** Most receipts in one `receipts` message. */
export const receiptsPerMessage = 32;

const signature = Type.String({
  pattern: '^[A-Za-z0-9+/]{86}==$',
  description: 'Ed25519 signature over the UTF-8 bytes of the signed string, base64. 签名。',
});
const signedString = (what: string) =>
  Type.String({ maxLength: messageMaxBytes, description: `Raw JSON of ${what}, exactly as signed. 签名原文。` });

const JournalSchema = Type.Object(
  {
    records: Type.Integer({ minimum: 0, description: 'Records in the journal. 日志条数。' }),
    head: Type.String({ pattern: '^[0-9a-f]{64}$', description: 'SHA-256 of the newest record, hex. 日志链首。' }),
  },
  { ...closed, description: 'Keep the newest one: it witnesses the journal. 请保存，作为日志见证。' },
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
        gone: Type.Integer({
          minimum: 0,
          description:
            'What up to here was not acknowledged was given up and never comes: acknowledge behind it. 至此未确认的已放弃，不会再来，请从其后确认。',
        }),
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
export type SignedSnapshot = Static<typeof SignedSnapshotSchema>;
export type SignedStatus = Static<typeof SignedStatusSchema>;
export type SignedOutcome = Static<typeof SignedOutcomeSchema>;
export type BoxMessage = { [K in keyof typeof boxMessages]: Static<(typeof boxMessages)[K]> }[keyof typeof boxMessages];
export type CentreMessage = {
  [K in keyof typeof centreMessages]: Static<(typeof centreMessages)[K]>;
}[keyof typeof centreMessages];
