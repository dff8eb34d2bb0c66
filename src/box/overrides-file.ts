import Type from 'typebox';
import { Compile } from 'typebox/compile';
import type { Overrides } from '../config/load-site.ts';
import { failed, ok, type Result } from '../words/failure.ts';

const closed = { additionalProperties: false } as const;
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
export const OverridesFileSchema = Type.Object(
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

const validator = Compile(OverridesFileSchema);

export const parseOverrides = (file: string, text: string): Result<Overrides> => {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return failed('overrides-invalid', { file, detail: error instanceof Error ? error.message : String(error) });
  }
  if (validator.Check(value)) return ok(value as Overrides);
  const [first] = validator.Errors(value);
  return failed('overrides-invalid', { file, detail: `${first?.instancePath ?? ''} ${first?.message ?? ''}`.trim() });
};
