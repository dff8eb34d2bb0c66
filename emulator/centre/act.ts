import { Compile } from 'typebox/compile';
import type { Static, TObject } from 'typebox';
import type { Centre } from './centre.ts';
import { centreFailed, type CentreResult } from './codes.ts';

/**
 * Everything a person can make the centre do, once for the page, the HTTP interface and the command line. Fields come as
 * text (form, command line) or as JSON values.
 */
export interface Act {
  readonly zh: string;
  readonly en: string;
  /** Fields that the command line takes without their names, in this order. */
  readonly positional: readonly string[];
  /** Field by field: what it is, for help and for the page. */
  readonly fields: Readonly<Record<string, string>>;
  readonly perform: (centre: Centre, raw: Readonly<Record<string, unknown>>) => Promise<CentreResult<unknown>>;
}

type Fields = Readonly<Record<string, unknown>>;

/** A text becomes what its field is; anything else stays as it is and is judged by the schema. */
const coerced = (schema: TObject, raw: Fields): Fields =>
  Object.fromEntries(
    Object.entries(raw).map(([name, value]) => {
      if (typeof value !== 'string') return [name, value];
      const type: unknown = (schema.properties[name] as { readonly type?: unknown } | undefined)?.type;
      if (type === 'number' || type === 'integer') return [name, value.trim() === '' ? value : Number(value)];
      if (type === 'boolean')
        return [name, value === 'true' || value === 'on' ? true : value === 'false' ? false : value];
      if (type === 'array') return [name, value.split(/[,，\s]+/).filter((one) => one !== '')];
      return [name, value];
    }),
  );

export type Run<S extends TObject> = (
  centre: Centre,
  params: Static<S>,
) => Promise<CentreResult<unknown>> | CentreResult<unknown>;

const describedFields = (schema: TObject): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(schema.properties).map(([name, one]) => [
      name,
      (one as { readonly description?: string }).description ?? '',
    ]),
  );

/** One act: its words, its fields, what it does with them once they are checked. */
export const act = <S extends TObject>(
  words: { readonly zh: string; readonly en: string; readonly positional?: readonly string[] },
  schema: S,
  run: Run<S>,
): Act => {
  const check = Compile(schema);
  return {
    zh: words.zh,
    en: words.en,
    positional: words.positional ?? [],
    fields: describedFields(schema),
    perform: async (centre, raw) => {
      const strange = Object.keys(raw).find((name) => !(name in schema.properties));
      if (strange !== undefined) return centreFailed('centre-input-unknown', '', strange.slice(0, 64));
      const params = coerced(schema, raw);
      if (check.Check(params)) return run(centre, params);
      const [first] = check.Errors(params);
      return centreFailed(
        'centre-input-field',
        first?.message ?? '',
        (first?.instancePath ?? '').slice(1).slice(0, 64),
      );
    },
  };
};
