import { brief, keeps, named, type NamedRow, type Row, type Said, type SectionResult, type Table } from './goal.ts';

/** One section as it was measured last, with where and when. */
export interface Measured extends Omit<SectionResult, 'rows'> {
  readonly rows: readonly NamedRow[];
  readonly at: string;
  readonly commit: string;
  readonly host: string;
  readonly rounds: number;
}

/** Sections by name, as docs/reference/bench.json keeps them. */
export type Results = Readonly<Record<string, Measured>>;

/** What docs/reference/bench.json holds. A value that is no number stands there as null, and misses every goal. */
export const readResults = (text: string): Results => {
  const results = JSON.parse(text) as Readonly<Record<string, Omit<Measured, 'rows'> & Pick<SectionResult, 'rows'>>>;
  const whole = (row: Row): NamedRow => named({ ...row, value: typeof row.value === 'number' ? row.value : NaN });
  return Object.fromEntries(
    Object.entries(results).map(([name, measured]) => [name, { ...measured, rows: measured.rows.map(whole) }]),
  );
};

/** Ids of rows that miss their goal, over all sections. */
export const missedIn = (results: Results): readonly string[] =>
  Object.entries(results).flatMap(([section, { rows }]) =>
    rows.flatMap((row) => (keeps(row) ? [] : [`${section}/${row.id}`])),
  );

/** Why goals are missed, by `section/row`. */
export type Whys = Readonly<Record<string, Said>>;

export interface Titled {
  readonly name: string;
  readonly title: { readonly zh: string; readonly en: string };
}

const sign = { '<=': '≤', '>=': '≥' } as const;

export const verdict = (row: Row): string => (keeps(row) ? 'PASS' : 'FAIL');

const cells = (...texts: readonly string[]): string =>
  `| ${texts.map((text) => text.replaceAll('|', '/')).join(' | ')} |`;

const rowLine = (row: Row): string =>
  cells(
    `${row.what.zh}<br>${row.what.en}`,
    row.ours,
    row.floor,
    row.peer,
    `${brief(row.value)} ${sign[row.op]} ${row.goal}`,
    verdict(row),
  );

/** Why a goal is missed, in the same order as the rows; the words stand in missed-goals.ts. */
const missLines = (section: string, { rows }: Measured, whys: Whys): readonly string[] => {
  const lines = rows.flatMap((row) => {
    const why = whys[`${section}/${row.id}`];
    return keeps(row) || why === undefined ? [] : [`- **${row.what.zh} · ${row.what.en}**：${why.zh}<br>${why.en}`];
  });
  return lines.length === 0 ? [] : ['未达标的原因 · Why a goal is missed:', '', ...lines, ''];
};

const tableLines = ({ head, lines }: Table): readonly string[] => [
  cells(...head),
  `|${head.map(() => '---|').join('')}`,
  ...lines.map((line) => cells(...line)),
  '',
];

const sectionPage = ({ name, title }: Titled, measured: Measured, whys: Whys): readonly string[] => [
  `## ${title.zh} · ${title.en}`,
  '',
  `\`npm run bench ${name}\`: ${measured.at}, ${measured.commit}, ${measured.rounds} rounds, ${measured.host}`,
  '',
  cells('目标 · goal', '实测 · ours', '下限 · floor', '同类 · peer', '比值 · ratio', ''),
  '|---|---|---|---|---|---|',
  ...measured.rows.map(rowLine),
  '',
  ...missLines(name, measured, whys),
  ...(measured.tables ?? []).flatMap(tableLines),
  ...measured.remarks.flatMap((remark) => [`- ${remark}`]),
  ...(measured.remarks.length > 0 ? [''] : []),
  ...measured.charts.flatMap(({ name: chart, title: said }) => [
    `![${said.zh} · ${said.en}](../images/bench-${chart}.svg)`,
    '',
  ]),
];

const present = (sections: readonly Titled[], results: Results) =>
  sections.flatMap((section) => {
    const measured = results[section.name];
    return measured === undefined ? [] : [{ section, measured }];
  });

/** docs/reference/bench.md, whole. */
export const benchPage = (sections: readonly Titled[], results: Results, whys: Whys): string =>
  [
    '# 实测 · What was measured',
    '',
    '本页由 `npm run bench` 生成。每个目标与下限、同类在同一次运行中比较；比值才算数，换一台机器数字会变，比值应当差不多。',
    '',
    'Written by `npm run bench`. Floor, peer and the box are measured in one run and compared there: a ratio decides, since',
    'another machine changes all three. Values are medians of the rounds. How each figure comes about:',
    '[how the limits are measured](../explanation/measured-limits.md).',
    '',
    ...present(sections, results).flatMap(({ section, measured }) => sectionPage(section, measured, whys)),
  ]
    .join('\n')
    .trimEnd() + '\n';

/** The short table of a README, in its language. */
export const benchTable = (sections: readonly Titled[], results: Results, language: 'zh' | 'en'): string =>
  [
    language === 'zh' ? cells('目标', '实测', '比值', '') : cells('goal', 'measured', 'ratio', ''),
    '|---|---|---|---|',
    ...present(sections, results).flatMap(({ measured }) =>
      measured.rows.map((row) =>
        cells(row.what[language], row.ours, `${brief(row.value)} ${sign[row.op]} ${row.goal}`, verdict(row)),
      ),
    ),
  ].join('\n');

const marks = ['<!-- bench -->', '<!-- /bench -->'] as const;

/** The text with everything between the markers replaced. Throws where the markers are missing. */
export const betweenMarks = (text: string, inside: string): string => {
  const [from, to] = marks.map((mark) => text.indexOf(mark));
  if (from === undefined || to === undefined || from < 0 || to < from)
    throw new Error('no markers for the bench table');
  return `${text.slice(0, from + marks[0].length)}\n\n${inside}\n\n${text.slice(to)}`;
};
