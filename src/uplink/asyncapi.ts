import type { TSchema } from 'typebox';
import {
  boxMessages,
  centreMessages,
  messageMaxBytes,
  SignedOutcomeSchema,
  SignedSnapshotSchema,
  SignedStatusSchema,
  subprotocol,
} from './messages.ts';
import { SignedReceiptSchema } from './receipt-message.ts';
import { messageExamples, signedExamples } from './examples.ts';

/** Schemas of other rooms that belong into the document; given by the caller, because edges do not import each other. */
export interface SignedContents {
  readonly envelope: TSchema;
  readonly time: TSchema;
}

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json | undefined };

const summary = {
  zh: [
    '鸣锣设备与预警中心之间的 WebSocket 消息。设备总是主动连接。',
    '连接后设备先发 snapshot，再发 time-request，然后按序发送未确认的 receipts；中心保存后以 acknowledge 确认到某一编号。',
    '指令带录音时，设备以 audio-wanted 逐块索取，中心以 audio-chunk 回答；断线后从已存之处继续。没有索取的块会被拒绝。',
    '未确认的回执在断线重连后会重发，编号（number）用于去重。所有重要内容均以原始字节 Ed25519 签名：先验签，再解析。',
  ].join('\n'),
  en: [
    'WebSocket messages between a mingluo box and a warning centre. The box always connects to the centre.',
    'After each connect the box sends snapshot first, then time-request, then the unacknowledged receipts in order; the centre stores them and acknowledges up to a number.',
    'Where an order names a recording, the box asks for it chunk by chunk with audio-wanted and the centre answers with audio-chunk; after a cut it goes on from what is stored. A chunk that was not asked for is refused.',
    'Unacknowledged receipts are sent again after a reconnect; `number` tells a repeated one. Whatever matters is signed with Ed25519 over raw bytes: verify first, parse then.',
    `Every message is one text frame of JSON with a field \`type\`, at most ${messageMaxBytes} bytes. Subprotocol: ${subprotocol}. No compression. The box sends a WebSocket ping every 30 s and leaves after two of these without an answer. It also sends one before each changed state and waits for its answer, so that a slow line carries one state at a time: answer every ping with its own content.`,
    'Keep to 20 messages a second; what is above waits.',
  ].join('\n'),
};

const plain = (value: unknown): Json => JSON.parse(JSON.stringify(value)) as Json;

const contentOf: Readonly<Record<string, { readonly field: string; readonly schema: string }>> = {
  snapshot: { field: 'signed', schema: 'SignedSnapshot' },
  receipts: { field: 'items[].signed', schema: 'SignedReceipt' },
  status: { field: 'signed', schema: 'SignedStatus' },
  outcome: { field: 'signed', schema: 'SignedOutcome' },
  order: { field: 'envelope', schema: 'Envelope' },
  time: { field: 'statement', schema: 'SignedTime' },
};

const messageOf = (name: string, schema: TSchema): Json => {
  const content = contentOf[name];
  return {
    name,
    title: name,
    contentType: 'application/json',
    payload: plain(schema),
    ...(content === undefined
      ? {}
      : {
          'x-signed-content': { field: content.field, schema: { $ref: `#/components/schemas/${content.schema}` } },
        }),
    examples: (messageExamples[name] ?? []).map((payload) => ({ payload: plain(payload) })),
  };
};

const operation = (action: 'send' | 'receive', name: string): Json => ({
  action,
  channel: { $ref: '#/channels/centre' },
  messages: [{ $ref: `#/channels/centre/messages/${name}` }],
});

/**
 * The AsyncAPI 3.0 document of the uplink, seen from the box (`send` is box → centre). It is generated, never edited:
 * a test compares docs/reference/asyncapi.json with it.
 */
export const asyncApiDocument = (signed: SignedContents): Json => {
  const all: readonly (readonly [string, TSchema])[] = [
    ...Object.entries(boxMessages),
    ...Object.entries(centreMessages),
  ];
  const refs = Object.fromEntries(all.map(([name]) => [name, { $ref: `#/components/messages/${name}` }]));
  const schemas: Readonly<Record<string, TSchema>> = {
    Envelope: signed.envelope,
    SignedTime: signed.time,
    SignedReceipt: SignedReceiptSchema,
    SignedOutcome: SignedOutcomeSchema,
    SignedSnapshot: SignedSnapshotSchema,
    SignedStatus: SignedStatusSchema,
  };
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'mingluo uplink',
      version: '1.0.0',
      description: `${summary.en}\n\n${summary.zh}`,
      license: { name: 'Apache-2.0' },
    },
    defaultContentType: 'application/json',
    servers: {
      centre: {
        host: 'centre.example',
        protocol: 'wss',
        description:
          'The centre. The box pins the SHA-256 of its public key (SPKI); plain ws is for loopback only. 中心；设备固定其公钥指纹，明文仅限本机。',
      },
    },
    channels: {
      centre: {
        address: '/',
        servers: [{ $ref: '#/servers/centre' }],
        bindings: { ws: { bindingVersion: '0.1.0' } },
        messages: refs,
      },
    },
    operations: Object.fromEntries([
      ...Object.keys(boxMessages).map((name) => [`send-${name}`, operation('send', name)] as const),
      ...Object.keys(centreMessages).map((name) => [`receive-${name}`, operation('receive', name)] as const),
    ]),
    components: {
      messages: Object.fromEntries(all.map(([name, schema]) => [name, messageOf(name, schema)])),
      schemas: Object.fromEntries(
        Object.entries(schemas).map(([name, schema]) => {
          const example = signedExamples[name];
          return [name, { ...schemaObject(schema), ...(example === undefined ? {} : { examples: [plain(example)] }) }];
        }),
      ),
    },
  };
};

const schemaObject = (schema: TSchema): Readonly<Record<string, Json>> =>
  JSON.parse(JSON.stringify(schema)) as Readonly<Record<string, Json>>;

/** The file as it stands in docs/reference: two blanks of indent and a last newline. */
export const asyncApiText = (signed: SignedContents): string =>
  `${JSON.stringify(asyncApiDocument(signed), null, 2)}\n`;
