import Type, { type Static } from 'typebox';
import { Compile } from 'typebox/compile';

const closed = { additionalProperties: false } as const;
const name = Type.String({ minLength: 1, maxLength: 64, pattern: '^[!-~]+$' });

const loginSchema = Type.Object({ person: name, pin: Type.String({ maxLength: 16 }) }, closed);
const startSchema = Type.Object(
  {
    plan: name,
    zones: Type.Array(name, { minItems: 1, maxItems: 64 }),
    status: Type.Enum(['actual', 'drill']),
    severity: Type.Enum(['red', 'orange', 'yellow', 'blue', 'unknown']),
    text: Type.Union([Type.Null(), Type.String({ maxLength: 500 })]),
    sirenUnlocked: Type.Boolean(),
  },
  closed,
);

export type Login = Static<typeof loginSchema>;
export type Start = Static<typeof startSchema>;

const login = Compile(loginSchema);
const start = Compile(startSchema);
const nothing = Compile(Type.Object({}, closed));

/** What the page may send, by its shape; null for anything else. */
export const bodies = {
  login: (value: unknown): Login | null => (login.Check(value) ? value : null),
  start: (value: unknown): Start | null => (start.Check(value) ? value : null),
  nothing: (value: unknown): Record<string, never> | null => (nothing.Check(value) ? {} : null),
} as const;
