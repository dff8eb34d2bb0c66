import { errorCodes, explain } from '../../src/words/error-codes.ts';
import type { Failure, Result } from '../../src/words/failure.ts';
import type { Verdict } from './target.ts';

/** Longest that a person is told of one refusal, in characters: what was sent is not said back at length. */
const toldMax = 3_000;

/** A refusal must have a code of the table, which is not the one for what cannot be, and words of bounded length. */
export const wrongFailure = (failure: Failure): Verdict => {
  const { code } = failure;
  if (!Object.hasOwn(errorCodes, code)) return `a refusal without a code of the table: ${code}`;
  if (code.endsWith('-internal')) return `an internal failure: ${code}`;
  const told = explain(failure);
  const length = told.zh.length + told.en.length;
  return length > toldMax ? `${code} is told in ${length} characters` : null;
};

/** As promised: a value that passes, or a refusal that says why. */
export const judged = <T>(result: Result<T>, judge: (value: T) => Verdict = () => null): Verdict =>
  result.ok ? judge(result.value) : wrongFailure(result.failure);
