import type { ErrorCode } from './error-codes.ts';
import type { Place } from './place.ts';

export type { Place } from './place.ts';

/** An expected failure: a named code from the one table, the values its text needs, and where it happened. */
export interface Failure {
  readonly code: ErrorCode;
  readonly params: Readonly<Record<string, string | number>>;
  readonly at?: Place;
}

export type Result<T, F = Failure> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly failure: F };

export const ok = <T>(value: T): { readonly ok: true; readonly value: T } => ({ ok: true, value });

export const failed = (
  code: ErrorCode,
  params: Failure['params'] = {},
  at?: Place,
): { readonly ok: false; readonly failure: Failure } => ({
  ok: false,
  failure: at === undefined ? { code, params } : { code, params, at },
});
