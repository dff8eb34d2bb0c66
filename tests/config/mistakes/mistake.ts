import type { ErrorCode } from '../../../src/words/error-codes.ts';

export interface Mistake {
  readonly title: string;
  readonly file: string;
  readonly from: string;
  readonly to: string;
  readonly code: ErrorCode;
  /** Where in `to` the error points. */
  readonly mark: string;
  /** A piece of the English text: usually the nearest valid word. */
  readonly says: string;
}

/** The files that are edited. */
export const site = 'site.yaml';
export const now = 'plans/10-geohazard-now.yaml';
export const notice = 'plans/95-daily-notice.yaml';
export const people = 'people.yaml';

/** What is edited, and the code, place and words of the one error that follows. */
export const row = (
  title: string,
  file: string,
  edit: readonly [string, string],
  fault: readonly [ErrorCode, string, string],
): Mistake => ({
  title,
  file,
  from: edit[0],
  to: edit[1],
  code: fault[0],
  mark: fault[1],
  says: fault[2],
});
