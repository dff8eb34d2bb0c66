import type { Overrides } from '../config/load-site.ts';
import { failed, ok, type Result } from '../words/failure.ts';
import { overridesFile } from './validators.ts';

export const parseOverrides = (file: string, text: string): Result<Overrides> => {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return failed('overrides-invalid', { file, detail: error instanceof Error ? error.message : String(error) });
  }
  if (overridesFile.Check(value)) return ok(value);
  const [first] = overridesFile.Errors(value);
  return failed('overrides-invalid', { file, detail: `${first?.instancePath ?? ''} ${first?.message ?? ''}`.trim() });
};
