import type { Static } from 'typebox';
import { goOn, lift, login, nothing, start } from './validators.ts';
import type { goOnSchema, liftSchema, loginSchema, startSchema } from './validators.ts';

export type Login = Static<typeof loginSchema>;
export type Start = Static<typeof startSchema>;
export type Lift = Static<typeof liftSchema>;
export type GoOn = Static<typeof goOnSchema>;

/** What the page may send, by its shape; null for anything else. */
export const bodies = {
  login: (value: unknown): Login | null => (login.Check(value) ? value : null),
  start: (value: unknown): Start | null => (start.Check(value) ? value : null),
  lift: (value: unknown): Lift | null => (lift.Check(value) ? value : null),
  goOn: (value: unknown): GoOn | null => (goOn.Check(value) ? value : null),
  nothing: (value: unknown): Record<string, never> | null => (nothing.Check(value) ? {} : null),
} as const;
