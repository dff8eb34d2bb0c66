import type { Bilingual } from '../words/bilingual.ts';
import { configKeys } from '../words/text/config-keys.ts';
import type { Shape } from './check-shape.ts';
import { durationText } from './duration.ts';
import { schemaKeys } from './schema/keys.ts';

const meanings: Readonly<Record<string, Bilingual>> = configKeys;

const range = (shape: Shape): string =>
  shape.minimum === undefined || shape.maximum === undefined ? '' : ` ${shape.minimum}–${shape.maximum}`;

const formOf = (shape: Shape): string => {
  if (shape.enum !== undefined) return shape.enum.map((one) => `\`${one}\``).join(' ');
  if (shape.shortestMs !== undefined && shape.longestMs !== undefined)
    return `length of time ${durationText(shape.shortestMs)}–${durationText(shape.longestMs)}`;
  switch (shape.type ?? '') {
    case 'array':
      return `list of ${shape.items?.properties === undefined ? formOf(shape.items ?? {}) : 'entries'}`;
    case 'object':
      return Object.keys(shape.properties ?? {}).join() === 'zh,en' ? '`{ zh, en }`' : 'keys';
    case 'integer':
      return `whole number${range(shape)}`;
    case 'number':
      return `number${range(shape)}`;
    case 'boolean':
      return '`true` `false`';
    default:
      return shape.examples?.[0] === undefined ? 'text' : `text, e.g. \`${shape.examples[0]}\``;
  }
};

const defaultOf = (shape: Shape, required: boolean): string => {
  if (required) return 'required';
  if (shape.default === undefined) return '–';
  return typeof shape.default === 'string' ? `\`${shape.default}\`` : `\`${JSON.stringify(shape.default)}\``;
};

/** The table of every key for docs/reference/configuration.md, as Markdown. A test compares the page with it. */
export const configTable = (): string =>
  [
    '| key | form | default | 含义 | meaning |',
    '| --- | --- | --- | --- | --- |',
    ...schemaKeys.map(({ key, shape, required }) => {
      const { zh = '', en = '' } = meanings[key] ?? {};
      return `| \`${key}\` | ${formOf(shape)} | ${defaultOf(shape, required)} | ${zh} | ${en} |`;
    }),
  ].join('\n');
