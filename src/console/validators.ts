import Type from 'typebox';
import { Compile } from 'typebox/compile';

const closed = { additionalProperties: false } as const;
const name = Type.String({ minLength: 1, maxLength: 64 });
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
  Type.Object({ do: Type.Literal('continue'), person: name, alert: Type.Optional(name) }, closed),
  Type.Object(
    {
      do: Type.Literal('lift'),
      what: Type.Enum(['all-clear', 'correction']),
      alert: name,
      /** Null: the words of the alert's plan. */
      text: Type.Union([Type.Null(), Type.String({ minLength: 1, maxLength: 500 })]),
      person: name,
    },
    closed,
  ),
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

/** A name as a person types it into the page. */
const word = Type.String({ minLength: 1, maxLength: 64, pattern: '^[!-~]+$' });

export const loginSchema = Type.Object({ person: word, pin: Type.String({ maxLength: 16 }) }, closed);
export const startSchema = Type.Object(
  {
    plan: word,
    zones: Type.Array(word, { minItems: 1, maxItems: 64 }),
    status: Type.Enum(['actual', 'drill']),
    severity: Type.Enum(['red', 'orange', 'yellow', 'blue', 'unknown']),
    text: Type.Union([Type.Null(), Type.String({ maxLength: 500 })]),
    sirenUnlocked: Type.Boolean(),
    /** What was typed to widen a drill. */
    typed: Type.Optional(Type.String({ maxLength: 500 })),
  },
  closed,
);

export const liftSchema = Type.Object(
  {
    what: Type.Enum(['all-clear', 'correction']),
    alert: word,
    text: Type.String({ minLength: 1, maxLength: 500 }),
  },
  closed,
);

/** Built from their schemas when the program is built (.ci/made-ahead.mjs): the running box never loads what builds them. */
export const controlRequest = Compile(ControlRequestSchema);
export const login = Compile(loginSchema);
export const start = Compile(startSchema);
export const lift = Compile(liftSchema);
export const goOnSchema = Type.Object({ alert: name }, closed);
export const goOn = Compile(goOnSchema);
export const nothing = Compile(Type.Object({}, closed));
