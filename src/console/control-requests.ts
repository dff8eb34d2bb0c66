import Type, { type Static } from 'typebox';
import { Compile } from 'typebox/compile';
import { failed, ok, type Result } from '../words/failure.ts';

const name = Type.String({ minLength: 1, maxLength: 64 });
const closed = { additionalProperties: false } as const;
/** The way a person asked: a shell on the box, or the page. */
const source = Type.Optional(Type.Enum(['cli', 'console']));

/** What a person on site may ask of the running box, one JSON object a line. */
export const ControlRequestSchema = Type.Union([
  Type.Object(
    {
      do: Type.Literal('trigger'),
      plan: name,
      zones: Type.Array(name, { maxItems: 64 }),
      status: Type.Enum(['actual', 'drill', 'test']),
      severity: Type.Enum(['red', 'orange', 'yellow', 'blue', 'unknown']),
      text: Type.Union([Type.Null(), Type.String({ maxLength: 2_000 })]),
      person: name,
      sirenUnlocked: Type.Boolean(),
      source,
    },
    closed,
  ),
  Type.Object({ do: Type.Literal('stop'), person: name, source }, closed),
  Type.Object({ do: Type.Literal('continue'), person: name }, closed),
  Type.Object({ do: Type.Literal('answer'), person: name, source }, closed),
  Type.Object({ do: Type.Literal('quiet-test'), terminals: Type.Array(name, { maxItems: 512 }), person: name }, closed),
  Type.Object({ do: Type.Literal('status') }, closed),
  /** Everything at once, then what changes; the connection stays open. */
  Type.Object({ do: Type.Literal('watch') }, closed),
  /** Many wrong PINs: the centre is told. */
  Type.Object(
    { do: Type.Literal('note'), code: Type.Literal('page-pin-guessing'), wrong: Type.Integer({ minimum: 1 }) },
    closed,
  ),
]);

export type ControlRequest = Static<typeof ControlRequestSchema>;

const validator = Compile(ControlRequestSchema);
/** Longest request line in bytes. */
export const controlMaxBytes = 16_384;

/** One line of the control socket. Errors: `control-not-json`, `control-request-invalid`. */
export const parseControlRequest = (line: string): Result<ControlRequest> => {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return failed('control-not-json');
  }
  if (validator.Check(value)) return ok(value);
  // Only a word is said back: anything else could not even be turned into text.
  const named = typeof value === 'object' && value !== null && 'do' in value ? value.do : null;
  const wanted = typeof named === 'string' ? named.slice(0, 32) : '?';
  return failed('control-request-invalid', { detail: `do: ${wanted}` });
};
