import Type from 'typebox';
import { Compile } from 'typebox/compile';

const closed = { additionalProperties: false } as const;

/** The file of pinned senders: a JSON list, written by `mingluo keys enrol` and by nothing else. */
const SendersFileSchema = Type.Array(
  Type.Object(
    {
      id: Type.String({ minLength: 1, maxLength: 64, pattern: '^[!-~]+$' }),
      publicKey: Type.String({ pattern: '^([A-Za-z0-9+/]{43}=|[A-Za-z0-9+/]{44}|[A-Za-z0-9+/]{87}=)$' }),
      algorithm: Type.Optional(Type.Enum(['ed25519', 'sm2'])),
      name: Type.String({ minLength: 1, maxLength: 64 }),
      authority: Type.Enum(['national', 'province', 'city', 'county', 'township', 'village', 'box']),
      classes: Type.Array(Type.Enum(['alarm', 'routine', 'drill', 'stop', 'keys']), { minItems: 1, maxItems: 5 }),
      scope: Type.String({ maxLength: 12, pattern: '^[0-9]*$' }),
      practice: Type.Boolean(),
    },
    closed,
  ),
  { maxItems: 16 },
);

const path = Type.String({ minLength: 1, maxLength: 4096 });

const linePlace = Type.Union([
  Type.Object({ kind: Type.Literal('serial'), path }, closed),
  Type.Object(
    {
      kind: Type.Literal('tcp'),
      host: Type.String({ maxLength: 255 }),
      port: Type.Integer({ minimum: 1, maximum: 65_535 }),
    },
    closed,
  ),
]);

/** What a run may replace without touching the site's files: the emulated village writes such a file for its box. */
const OverridesFileSchema = Type.Object(
  {
    lines: Type.Optional(Type.Record(Type.String({ maxLength: 64 }), linePlace)),
    outputs: Type.Optional(
      Type.Record(
        Type.String({ maxLength: 64 }),
        Type.Object(
          { host: Type.String({ maxLength: 255 }), port: Type.Integer({ minimum: 1, maximum: 65_535 }), keyFile: path },
          closed,
        ),
      ),
    ),
    panel: Type.Optional(linePlace),
    console: Type.Optional(Type.Object({ listen: Type.String({ maxLength: 210 }) }, closed)),
    pins: Type.Optional(Type.Record(Type.String({ maxLength: 64 }), path)),
    uplinkUrl: Type.Optional(Type.String({ maxLength: 2048 })),
    pinFile: Type.Optional(Type.Union([Type.Null(), path])),
    keys: Type.Optional(
      Type.Object({ box: Type.Optional(path), senders: Type.Optional(path), satellite: Type.Optional(path) }, closed),
    ),
  },
  closed,
);

/** Built from their schemas when the program is built (.ci/made-ahead.mjs): the running box never loads what builds them. */
export const sendersFile = Compile(SendersFileSchema);
export const overridesFile = Compile(OverridesFileSchema);
