import Type from 'typebox';

/** Objects of the site's files know their keys: any other key is an error with a place and the nearest valid word. */
export const closed = { additionalProperties: false } as const;

/** What a person reads, in both languages. */
export const bilingual = Type.Object(
  { zh: Type.String({ minLength: 1, maxLength: 80 }), en: Type.String({ minLength: 1, maxLength: 80 }) },
  closed,
);

export const id = Type.String({ pattern: '^[a-z][a-z0-9-]{0,39}$', examples: ['heba-siren-1'] });

/** A model as its device file calls it. */
export const model = Type.String({ pattern: '^[a-z0-9][a-z0-9-]{0,59}$', examples: ['waveshare-relay-8'] });

export const areaCode = Type.String({ pattern: '^[0-9]{12}$', examples: ['500112199000'] });

/** A national event code or the beginning of one; never a number, so that `11E02` and `11000` stay what they are. */
export const eventPrefix = Type.String({ pattern: '^1[0-9A-Z]{1,4}$', examples: ['11D02'] });

export const clockTime = Type.String({ pattern: '^([01][0-9]|2[0-3]):[0-5][0-9]$', examples: ['07:30'] });

export const spoken = Type.String({ minLength: 1, maxLength: 1000 });

export const phone = Type.String({ pattern: '^[+0-9][0-9 -]{2,19}$', examples: ['023-67001234'] });

/** A path inside the site's folder, or an absolute one; the secret itself never stands in a file that people read. */
export const secretFile = Type.String({ pattern: '^[^\\s:]{1,200}$', examples: ['keys/box.key'], secret: true });

/**
 * A length of time as a person writes it, with its unit. `longestMs` and `shortestMs` are ours: JSON Schema has no word
 * for them, so the shape check reads them and editors only see the form.
 */
export const duration = (shortestMs: number, longestMs: number, fallback?: string) =>
  Type.String({
    pattern: '^[0-9]{1,6}(\\.[0-9]{1,3})? ?(ms|s|min|h)$',
    examples: ['5 s'],
    shortestMs,
    longestMs,
    ...(fallback === undefined ? {} : { default: fallback }),
  });

export const severity = Type.Enum(['red', 'orange', 'yellow', 'blue', 'unknown']);
export const stage = Type.Enum(['now', '2h', '6h', '24h']);

/** One input or output: a line, the unit on it and the channel in that unit. */
export const channelRef = {
  line: id,
  unit: Type.Integer({ minimum: 1, maximum: 247 }),
  channel: Type.Optional(Type.Integer({ minimum: 1, maximum: 64, default: 1 })),
};
