import type { ErrorEntry } from '../src/words/errors/entry.ts';

/** A cell of a Markdown table. */
const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

const row = ([code, { lasting, zh, en }]: readonly [string, ErrorEntry]): string =>
  `| \`${code}\` | ${lasting} | ${cell(zh)} | ${cell(en)} |`;

/** docs/reference/errors.md from the tables of src/words/errors/, one section an area, in the order given. */
export const errorsTable = (areas: Readonly<Record<string, Readonly<Record<string, ErrorEntry>>>>): string =>
  [
    '# 错误代码 · Error codes',
    '',
    '由 `npm run docs` 根据 `src/words/errors/` 生成，请勿手改。`permanent`：原样重试不会成功；`transient`：稍后重试可能成功。',
    '文中 `{…}` 为实际值；出错位置（文件:行:列或字段）显示在句前，代码显示在句末的方括号中。',
    '',
    'Written by `npm run docs` from `src/words/errors/`; edit there. `permanent` never succeeds when tried again unchanged,',
    '`transient` may. `{…}` marks a value; the place (file:line:column or field) stands before the sentence, the code in',
    'brackets behind it.',
    ...Object.entries(areas).flatMap(([area, table]) => [
      '',
      `## ${area}`,
      '',
      '| code | | 中文 | English |',
      '|---|---|---|---|',
      ...Object.entries(table).map(row),
    ]),
    '',
  ].join('\n');
