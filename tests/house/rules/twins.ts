/** What a document and its translation share: everything that is not a sentence. */
export interface Shared {
  /** Depths of the headings, in order. */
  readonly headings: readonly number[];
  /** Where links and pictures lead, in order; the link from one language to the other is left out. */
  readonly links: readonly string[];
  /** Commands and names in code, in order. */
  readonly code: readonly string[];
  /** The measured part of each row of the bench table. */
  readonly measured: readonly string[];
  /** Figures in the sentences of each section, sorted: languages order them differently. */
  readonly figures: readonly string[];
}

const bench = /<!-- bench -->[^]*<!-- \/bench -->/;
const block = /```[^]*?```/g;
const span = /`[^`\n]+`/g;
const target = /\]\(([^)\s]+)\)/g;
const isOther = (link: string): boolean => /^README(\.zh-CN)?\.md$/.test(link);

const figuresOf = (section: string): string =>
  [...section.matchAll(/\d+(?:[.:]\d+)*/g)]
    .map(([figure]) => figure)
    .sort()
    .join(' ');

/** Takes the shared parts of a README out of its text. */
export const sharedOf = (text: string): Shared => {
  const [table = ''] = bench.exec(text) ?? [];
  const prose = text.replace(bench, '');
  const words = prose.replaceAll(block, '').replaceAll(span, '').replaceAll(target, ']');
  return {
    headings: [...prose.replaceAll(block, '').matchAll(/^(#+) /gm)].map(([, marks = '']) => marks.length),
    links: [...prose.matchAll(target)].flatMap(([, link = '']) => (isOther(link) ? [] : [link])),
    code: [...prose.matchAll(block), ...prose.replaceAll(block, '').matchAll(span)].map(([code]) => code),
    measured: [...table.matchAll(/^\| .*? \|(.*)$/gm)].slice(1).map(([, cells = '']) => cells),
    figures: words
      .replaceAll(/^\d+\. /gm, '')
      .split(/^#+ /m)
      .map(figuresOf),
  };
};
