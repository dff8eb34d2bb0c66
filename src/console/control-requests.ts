import type { Static } from 'typebox';
import { failed, ok, type Result } from '../words/failure.ts';
import { controlRequest, type ControlRequestSchema } from './validators.ts';

export type ControlRequest = Static<typeof ControlRequestSchema>;

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
  if (controlRequest.Check(value)) return ok(value);
  // Only a word is said back: anything else could not even be turned into text.
  const named = typeof value === 'object' && value !== null && 'do' in value ? value.do : null;
  const wanted = typeof named === 'string' ? named.slice(0, 32) : '?';
  return failed('control-request-invalid', { detail: `do: ${wanted}` });
};
