import { brief, keeps, type Row, type SectionResult } from './goal.ts';

/** One section as it was measured last, with where and when. */
export interface Measured extends SectionResult {
  readonly at: string;
  readonly commit: string;
  readonly host: string;
  readonly rounds: number;
}

/** Sections by name, as docs/reference/bench.json keeps them. */
export type Results = Readonly<Record<string, Measured>>;

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

const sectionPage = ({ name, title }: Titled, measured: Measured): readonly string[] => [
  `## ${title.zh} · ${title.en}`,
  '',
  `\`npm run bench ${name}\`: ${measured.at}, ${measured.commit}, ${measured.rounds} rounds, ${measured.host}`,
  '',
  cells('目标 · goal', '实测 · ours', '下限 · floor', '同类 · peer', '比值 · ratio', ''),
  '|---|---|---|---|---|---|',
  ...measured.rows.map(rowLine),
  '',
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
export const benchPage = (sections: readonly Titled[], results: Results): string =>
  [
    '# 实测 · What was measured',
    '',
    '本页由 `npm run bench` 生成。每个目标与下限、同类在同一次运行中比较；比值才算数，换一台机器数字会变，比值应当差不多。',
    '',
    'Written by `npm run bench`. Floor, peer and the box are measured in one run and compared there: a ratio decides, since',
    'another machine changes all three. Values are medians of the rounds. How each figure comes about:',
    '[how the limits are measured](../explanation/measured-limits.md).',
    '',
    ...present(sections, results).flatMap(({ section, measured }) => sectionPage(section, measured)),
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
