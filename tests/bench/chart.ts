import { brief, type Bar, type Chart } from './goal.ts';

const width = 640;
const left = 150;
const right = 90;
const barHeight = 22;
const step = 30;
const top = 44;

/** Readable on white and on black: the page's own scheme decides. */
const style = `
  text { font: 13px system-ui, sans-serif; fill: #1f2328 }
  .title { font-weight: 600 } .faint { fill: #59636e }
  .ours { fill: #0969da } .peer { fill: #8c959f } .floor { fill: #1a7f37 } .goal { fill: none; stroke: #cf222e; stroke-width: 2 }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 } .faint { fill: #9198a1 }
    .ours { fill: #58a6ff } .peer { fill: #6e7681 } .floor { fill: #3fb950 } .goal { stroke: #ff7b72 }
  }`;

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

const barLine = ({ label, value, of }: Bar, index: number, { unit }: Chart, longest: number): string => {
  const y = top + index * step;
  const length = longest > 0 && value > 0 ? ((width - left - right) * value) / longest : 0;
  const middle = y + barHeight / 2 + 4;
  return [
    `<text x="${left - 8}" y="${middle}" text-anchor="end">${escaped(label)}</text>`,
    `<rect class="${of}" x="${left}" y="${y}" width="${length.toFixed(1)}" height="${barHeight}" rx="3"/>`,
    `<text x="${(left + length + 8).toFixed(1)}" y="${middle}">${brief(value)}${unit === '' ? '' : ` ${escaped(unit)}`}</text>`,
  ].join('\n');
};

/** A chart of horizontal bars as an SVG document. Values that are not numbers are left out. */
export const svgOf = (chart: Chart): string => {
  const bars = chart.bars.filter(({ value }) => Number.isFinite(value));
  const longest = Math.max(0, ...bars.map(({ value }) => value));
  const height = top + bars.length * step + 8;
  const title = `${chart.title.zh} · ${chart.title.en}`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escaped(title)}">`,
    `<style>${style}\n</style>`,
    `<text class="title" x="8" y="24">${escaped(title)}</text>`,
    ...bars.map((bar, index) => barLine(bar, index, chart, longest)),
    '</svg>',
    '',
  ].join('\n');
};
