/**
 * `npm run fire -- SECTION… [--count N] [--seed S] [--dry]`: the real program under fire; docs/how-to/under-fire.md. Each
 * section that was run whole goes into tests/fire/ledger.ndjson; `--dry` writes nothing. Ends with 1 when a promise was
 * broken, with 2 when a section is not known or lacks a tool.
 */
import { fileURLToPath } from 'node:url';
import { isThere } from '../bench/tools.ts';
import { commandLine, misasked } from '../support/command-line.ts';
import { ledgerAt, runMark } from '../support/ledger.ts';
import { fireLedger, sumOf, type FireRow } from './ledger.ts';
import { disk } from './disk.ts';
import { kill9 } from './kill9.ts';
import { siren } from './siren.ts';
import { steps } from './steps.ts';
import { torture } from './torture.ts';
import type { Section } from './section.ts';

const sections: readonly Section[] = [kill9, steps, disk, siren, torture];
const readyMaxMs = 3_000;

const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');
const ledger = ledgerAt<FireRow>(root, fireLedger);
const say = (text: string): void => void process.stdout.write(`${text}\n`);

const usage = [
  'npm run fire -- SECTION… [--count N] [--seed S] [--dry]',
  ...sections.map(({ name, title, usualCount }) => `  ${name.padEnd(10)} ${title.zh} · ${title.en} (${usualCount})`),
].join('\n');

const { values, positionals } = commandLine(usage, {
  allowPositionals: true,
  options: { count: { type: 'string' }, seed: { type: 'string' }, dry: { type: 'boolean' } },
});

const numberOf = (text: string | undefined, usual: number): number => {
  const value = text === undefined ? usual : Number(text);
  return Number.isSafeInteger(value) && value >= 1 ? value : misasked(`${text}: a whole number from 1`, usage);
};

const burn = async (section: Section): Promise<void> => {
  const missing = section.needs.filter((tool) => !isThere(tool)).map(({ debian }) => debian);
  if (missing.length > 0) {
    say(`${section.name}: 缺少 Debian 软件包 · missing Debian packages: ${missing.join(' ')}`);
    process.exitCode = 2;
    return;
  }
  const seed = numberOf(values.seed, Math.floor(Date.now() / 1000) % 1_000_000);
  const count = numberOf(values.count, section.usualCount);
  say(`── ${section.title.zh} · ${section.title.en}: ${count}, seed ${seed}`);
  const startedAt = Date.now();
  const mark = runMark(root);
  const { cases = count, counts, broken } = await section.run({ seed, count, readyMaxMs, say });
  const row: FireRow = {
    ...{
      ...mark,
      section: section.name,
      seed,
      count: cases,
      minutes: Math.round((Date.now() - startedAt) / 6_000) / 10,
    },
    ...{ counts, broken },
  };
  for (const [name, value] of Object.entries(counts)) say(`   ${name}: ${value}`);
  say(broken.length === 0 ? '   every promise held' : `   ${broken.length} BROKEN`);
  if (broken.length > 0) process.exitCode = 1;
  if (values.dry === true) return;
  ledger.add(row);
  const sum = sumOf(ledger.rows(), section.name, row.covered);
  say(`   since the product last changed: ${sum.runs} runs, ${sum.count} in all, ${sum.broken} broken`);
};

const wanted = sections.filter(({ name }) => positionals.includes(name));
const unknown = positionals.filter((name) => !sections.some((section) => section.name === name));
if (unknown.length > 0) misasked(`no such section: ${unknown.join(' ')}`, usage);
if (wanted.length === 0) misasked('which section?', usage);
for (const section of wanted) await burn(section);
