import Type, { type Static } from 'typebox';

/** Most raw bytes of audio in one message. */
export const chunkMaxBytes = 32_768;

const closed = { additionalProperties: false } as const;
const sha256 = Type.String({
  pattern: '^[0-9a-f]{64}$',
  description: 'SHA-256 of the whole file, hex. 文件的 SHA-256。',
});
const order = Type.String({
  minLength: 1,
  maxLength: 64,
  pattern: '^[!-~]+$',
  description: 'Id of the order. 指令编号。',
});
const position = Type.Integer({ minimum: 0, maximum: 20_000_000 });

/** What the box says of recordings. */
export const audioBoxMessages = {
  'audio-wanted': Type.Object(
    {
      type: Type.Literal('audio-wanted'),
      order,
      sha256,
      offset: { ...position, description: 'All before it is here: send from this byte on. 从此字节起。' },
      length: Type.Integer({
        minimum: 1,
        maximum: chunkMaxBytes,
        description: 'At most so many bytes, in one chunk. 至多这么多字节，一块发完。',
      }),
    },
    {
      ...closed,
      description:
        'Please send one chunk. The next one is asked for when it is stored, so that an order never waits behind more than one. 请求一块音频。',
    },
  ),
  'audio-progress': Type.Object(
    {
      type: Type.Literal('audio-progress'),
      order,
      sha256,
      received: position,
      bytes: position,
      state: Type.Enum(['receiving', 'stored', 'refused'], {
        description: 'Stored: complete, hash and sound proven, on the disk. stored 表示已完整落盘并通过校验。',
      }),
      code: Type.Union([
        Type.Null(),
        Type.String({ maxLength: 64, description: 'Why it was refused. 拒绝原因代码。' }),
      ]),
    },
    { ...closed, description: 'How far the audio of an order has come; the receipts say it signed. 音频进度。' },
  ),
} as const;

/** What the centre answers. */
export const audioCentreMessages = {
  'audio-chunk': Type.Object(
    {
      type: Type.Literal('audio-chunk'),
      sha256,
      offset: { ...position, description: 'Of the first byte of this chunk, as it was asked for. 本块起始字节。' },
      data: Type.String({
        minLength: 4,
        maxLength: ((chunkMaxBytes + 1) * 4) / 3,
        pattern: '^[A-Za-z0-9+/]+={0,2}$',
        description: 'Base64 of at most 32768 bytes. 音频字节（base64）。',
      }),
    },
    { ...closed, description: 'The answer to audio-wanted; one that nobody asked for is refused. 音频块。' },
  ),
} as const;

export type AudioChunk = Static<(typeof audioCentreMessages)['audio-chunk']>;
export type AudioMessage = {
  [K in keyof typeof audioBoxMessages]: Static<(typeof audioBoxMessages)[K]>;
}[keyof typeof audioBoxMessages];
