import type { ErrorCode } from './error-codes.ts';

/** Where bad input stood: a file with line and column (both from 1), or a field path such as `body.alert.zones[2]`. */
export interface Place {
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
  readonly field?: string;
}

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
