import Type from 'typebox';

export const closed = { additionalProperties: false } as const;
export const identifier = Type.String({ minLength: 1, maxLength: 64, pattern: '^[!-~]+$' });
export const nonce = Type.String({ pattern: '^[0-9a-f]{32}$', description: '16 random bytes, hex. 随机数。' });
export const count = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });
export const nullable = <T extends Type.TSchema>(schema: T) => Type.Union([Type.Null(), schema]);
export const status = Type.Enum(['actual', 'drill', 'test']);
export const health = Type.Enum(['well', 'suspect', 'lost']);
export const quietResult = Type.Enum(['good', 'amplifier-fault', 'horn-open', 'no-reply', 'unsupported']);
export const word = Type.String({ maxLength: 512 });
export const counters = { due: count, sounded: count, failed: count, unknown: count };

export const InstantSchema = Type.Object(
  {
    mono: Type.Number({ description: "Milliseconds on the box's own scale, never backward. 单调时钟。" }),
    wall: Type.Number({ description: 'Milliseconds since 1970-01-01T00:00:00Z. 墙上时钟。' }),
    trust: Type.Enum(['trusted', 'guessed'], { description: 'Was the wall clock confirmed? 时钟是否可信。' }),
  },
  closed,
);

/** One stage of what becomes of an order: a closed object that begins with its name. */
export const stage = <N extends string, P extends Type.TProperties>(name: N, fields: P) =>
  Type.Object({ stage: Type.Literal(name), ...fields }, closed);
