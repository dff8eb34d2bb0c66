/**
 * `npm run bench [section…]`: measures, prints a table, and writes docs/reference/bench.md, its charts and the table of the
 * README. Options: `--rounds N` (3), `--share 0.1` (smaller counts, nothing written), `--dry` (nothing written), `--accept`
 * (records ratios that fell, too), `--page` (measures nothing, writes the pages from what is recorded).
 * Ends with 3 when a ratio fell beyond noise, else with 2 when a section could not be measured, else with 1 when a goal is
 * missed.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, release } from 'node:os';
import { join } from 'node:path';
import { commandLine, misasked } from '../support/command-line.ts';
import { sections, type Section } from './all-sections.ts';
import { svgOf } from './chart.ts';
import { exitCodeOf, fallLine, fallsOf, goneFrom, recorded, type Fall } from './compare.ts';
import { brief, keeps, named, type SectionResult, type Sizes } from './goal.ts';
import { missedGoals } from './missed-goals.ts';
import { benchPage, benchTable, betweenMarks, missedIn, readResults, verdict, type Results } from './report.ts';
import { isThere, openWorkshop, root, type Workshop } from './tools.ts';

const say = (line: string): void => void process.stdout.write(`${line}\n`);

const usage = [
  'npm run bench -- [section…] [--rounds 3] [--share 1] [--dry] [--accept] [--page]',
  `  ${sections.map(({ name }) => name).join(' ')}`,
].join('\n');

const readOptions = () => {
  const { values, positionals } = commandLine(usage, {
    allowPositionals: true,
    options: {
      ...{ rounds: { type: 'string' }, share: { type: 'string' } },
      ...{ dry: { type: 'boolean' }, accept: { type: 'boolean' }, page: { type: 'boolean' } },
    },
  });
  const unknown = positionals.filter((name) => !sections.some((section) => section.name === name));
  if (unknown.length > 0) return misasked(`no such section: ${unknown.join(' ')}`, usage);
  const share = Number(values.share ?? 1);
  return {
    wanted: positionals.length === 0 ? sections : sections.filter(({ name }) => positionals.includes(name)),
    sizes: { rounds: Number(values.rounds ?? 3), share },
    dry: values.dry === true || share < 1,
    accept: values.accept === true,
    pageOnly: values.page === true,
  };
};

/** A class of machine, not a machine: nobody is to be found by it. */
const hostClass = (): string => {
  const [first] = cpus();
  const model = (first?.model ?? 'processor').replaceAll(/\s+/g, ' ').replace(/ @.*/, '').trim();
  return `${cpus().length} × ${model}, Linux ${release().split('.').slice(0, 2).join('.')}, Node ${process.versions.node}`;
};

const commit = (): string => {
  const { status, stdout } = spawnSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: root, encoding: 'utf8' });
  return status === 0 ? stdout.trim() : 'no commit';
};

const show = (result: SectionResult): void => {
  for (const row of result.rows) {
    say(`${verdict(row)}  ${row.what.zh} · ${row.what.en}`);
    const beside = [row.floor === '' ? '' : `floor ${row.floor}`, row.peer].filter((text) => text !== '').join('; ');
    say(`      ${brief(row.value)} ${row.op} ${row.goal}   ${row.ours}${beside === '' ? '' : `   (${beside})`}`);
  }
  for (const { head, lines } of result.tables ?? []) {
    for (const line of [head, ...lines]) say(`      ${line.join(' | ')}`);
  }
  for (const remark of result.remarks) say(`      ${remark}`);
};

const measure = async (section: Section, workshop: Workshop, sizes: Sizes): Promise<SectionResult | null> => {
  say(`\n── ${section.title.zh} · ${section.title.en}`);
  const missing = section.needs.filter((tool) => !isThere(tool)).map(({ debian }) => debian);
  if (missing.length > 0) {
    say(`缺少 Debian 软件包 · missing Debian packages: ${missing.join(' ')}`);
    return null;
  }
  const startedAt = performance.now();
  try {
    const result = await section.run(workshop, sizes);
    show(result);
    say(`      ${Math.round((performance.now() - startedAt) / 1000)} s`);
    return result;
  } catch (error) {
    say(`未能测量 · could not be measured: ${error instanceof Error ? error.message : String(error)}`);
    return null;
  }
};

const file = (path: string): string => join(root, path);
const resultsFile = file('docs/reference/bench.json');

const write = (results: Results): void => {
  writeFileSync(resultsFile, `${JSON.stringify(results, null, 2)}\n`);
  writePages(results);
};

const writePages = (results: Results): void => {
  writeFileSync(file('docs/reference/bench.md'), benchPage(sections, results, missedGoals));
  mkdirSync(file('docs/images'), { recursive: true });
  for (const { charts } of Object.values(results)) {
    for (const chart of charts) writeFileSync(file(`docs/images/bench-${chart.name}.svg`), svgOf(chart));
  }
  for (const [name, language] of [['README.md', 'en'] as const, ['README.zh-CN.md', 'zh'] as const]) {
    const readme = file(name);
    writeFileSync(readme, betweenMarks(readFileSync(readme, 'utf8'), benchTable(sections, results, language)));
  }
};

/** Says what fell since the last record. A run with smaller counts is no measure to compare with. */
const compared = (section: string, before: Results, now: Results[string], share: number): readonly Fall[] => {
  if (share < 1) return [];
  const last = before[section];
  const falls = fallsOf(section, last, now);
  for (const fall of falls) say(fallLine(fall));
  for (const id of goneFrom(last, now)) say(`      不再测量 · not measured any more: ${section} ${id}`);
  return falls;
};

const sayUnexplained = (results: Results): void => {
  for (const id of missedIn(results)) {
    if (missedGoals[id] === undefined)
      say(`未达标而无说明 · missed without a word of why: ${id} (tests/bench/missed-goals.ts)`);
  }
};

type Options = ReturnType<typeof readOptions>;

const measureAll = async (before: Results, { wanted, sizes, dry, accept }: Options) => {
  const workshop = openWorkshop();
  const [fresh, falls]: [Record<string, Results[string]>, Fall[]] = [{}, []];
  const at = new Date().toISOString().slice(0, 10);
  const from = { at, commit: commit(), host: hostClass(), rounds: sizes.rounds };
  try {
    for (const section of wanted) {
      const result = await measure(section, workshop, sizes);
      if (result === null) continue;
      const now = { ...result, rows: result.rows.map(named), ...from };
      fresh[section.name] = now;
      falls.push(...compared(section.name, before, now, sizes.share));
      // After each: a run that is cut short keeps what it has measured.
      const fell = new Set(falls.map((fall) => fall.section));
      if (!dry) write(recorded(before, fresh, { fell, accept }));
    }
  } finally {
    workshop.close();
  }
  return { fresh, falls };
};

const main = async (): Promise<number> => {
  const options = readOptions();
  const before = existsSync(resultsFile) ? readResults(readFileSync(resultsFile, 'utf8')) : {};
  if (options.pageOnly) {
    writePages(before);
    return 0;
  }
  const { wanted, accept } = options;
  const { fresh, falls } = await measureAll(before, options);
  const rows = Object.values(fresh).flatMap((result) => result.rows);
  const missed = rows.filter((row) => !keeps(row)).length;
  const unmeasured = wanted.length - Object.keys(fresh).length;
  sayUnexplained(fresh);
  say(`\n${rows.length - missed} PASS, ${missed} FAIL, ${falls.length} FALL, ${unmeasured} not measured`);
  for (const fall of falls) say(fallLine(fall));
  if (falls.length > 0 && !accept)
    say('退步的部分未写入记录；确认后加 --accept · sections that fell are not recorded: --accept records them');
  return exitCodeOf({ missed, unmeasured, falls: falls.length });
};

// What goes wrong beside a section (a socket that nobody waits for any more) must not end the others.
process.on('uncaughtException', (error) => say(`      ${error.message}`));

process.exitCode = await main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  return 2;
});
