import { registerDeviceSchema } from '../../devices/schema.ts';
import type { Bilingual } from '../words/bilingual.ts';
import { configKeys } from '../words/text/config-keys.ts';
import { fileSchemas } from './schema/keys.ts';

const dialect = 'http://json-schema.org/draft-07/schema#';
const meanings: Readonly<Record<string, Bilingual>> = configKeys;

/** Words that only our own check reads; editors know no lengths of time and no secrets. */
const ownWords = new Set(['shortestMs', 'longestMs', 'secret']);

/** Copies a schema as plain JSON and writes the meaning of each key beside it, for editors. */
const described = (node: unknown, key: string): unknown => {
  if (Array.isArray(node)) return node.map((item: unknown) => described(item, key));
  if (typeof node !== 'object' || node === null) return node;
  const entries = Object.entries(node)
    .filter(([word]) => !ownWords.has(word))
    .map(([word, inner]: [string, unknown]): [string, unknown] => {
      if (word === 'items') return [word, described(inner, `${key}[]`)];
      if (word !== 'properties' || typeof inner !== 'object' || inner === null) return [word, described(inner, key)];
      const keys = Object.entries(inner).map(([name, one]): [string, unknown] => [
        name,
        described(one, `${key}.${name}`),
      ]);
      return [word, Object.fromEntries(keys)];
    });
  const meaning = meanings[key];
  const text =
    meaning === undefined || key.endsWith('[]') ? [] : [['description', `${meaning.zh}\n${meaning.en}`] as const];
  return Object.fromEntries([...text, ...entries]);
};

const fileOf = (title: string, schema: unknown): string =>
  `${JSON.stringify({ ...asObject(schema), title }, null, 2)}\n`;

const asObject = (value: unknown): object => (typeof value === 'object' && value !== null ? value : {});

const titles = {
  site: '站点 site.yaml',
  plan: '预案 plans/*.yaml',
  people: '人员 people.yaml',
} as const;

/**
 * The JSON Schema files that editors use, by their names in `config/schema/`. Generated from the schemas that the program
 * checks with; a test compares the files with this.
 */
export const jsonSchemaFiles = (): ReadonlyMap<string, string> =>
  new Map([
    ...Object.entries(fileSchemas).map(([name, schema]): [string, string] => [
      `${name}.schema.json`,
      fileOf(titles[name === 'site' || name === 'plan' ? name : 'people'], {
        $schema: dialect,
        ...asObject(described(schema, name)),
      }),
    ]),
    [
      'device.schema.json',
      fileOf('寄存器设备 devices/*.yaml', { $schema: dialect, ...asObject(described(registerDeviceSchema, 'device')) }),
    ],
  ]);
