import type { TLocalizedValidationError } from 'typebox/error';
import { failed, type Failure } from '../words/failure.ts';

/** `/alert/zones/2` below `body`, as people write it: `body.alert.zones[2]`. */
const fieldPath = (prefix: string, instancePath: string, name = ''): string =>
  [...instancePath.split('/').slice(1), name]
    .filter((part) => part !== '')
    .reduce((path, part) => {
      if (/^[0-9]+$/.test(part)) return `${path}[${part}]`;
      return path === '' ? part : `${path}.${part}`;
    }, prefix);

/** The rule in signs that need no translation: `maxLength 200`, `enum red orange`. */
const ruleOf = ({ keyword, params }: TLocalizedValidationError): string => {
  const values: readonly unknown[] = Object.values(params);
  return [keyword, ...values.flat().filter((value) => typeof value === 'string' || typeof value === 'number')].join(
    ' ',
  );
};

/**
 * One clear failure of all that a schema found: an unknown field first, then a missing one, then the first wrong value.
 *
 * @param errors what the validator found
 * @param prefix field path of the value that was checked
 */
export const shapeFailure = (
  errors: readonly TLocalizedValidationError[],
  prefix = '',
): { readonly ok: false; readonly failure: Failure } => {
  for (const error of errors) {
    if (error.keyword !== 'additionalProperties') continue;
    const name = (error.params.additionalProperties[0] ?? '').slice(0, 64);
    return failed('envelope-unknown-field', { name }, { field: fieldPath(prefix, error.instancePath, name) });
  }
  for (const error of errors) {
    if (error.keyword !== 'required') continue;
    const name = error.params.requiredProperties[0] ?? '';
    return failed('envelope-missing-field', { name }, { field: fieldPath(prefix, error.instancePath, name) });
  }
  const wrong = errors.find((error) => error.keyword === 'anyOf') ?? errors[0];
  if (wrong === undefined) return failed('envelope-wrong-value', { rule: 'schema' }, { field: prefix });
  return failed('envelope-wrong-value', { rule: ruleOf(wrong) }, { field: fieldPath(prefix, wrong.instancePath) });
};
