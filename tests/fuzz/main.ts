/**
 * `npm run fuzz -- [target…] --count N --seed S`: gives parsers bad input by the thousand; docs/how-to/fuzz.md. Without
 * targets: all of them. Every run is a line in the ledger; a fault prints its seed and the command that shows it again, and
 * ends the program with 1.
 */
import { fileURLToPath } from 'node:url';
import { commandLine, misasked } from '../support/command-line.ts';
import { coveredHash, ledgerAt, runMark } from '../support/ledger.ts';
import { coveredFiles } from './covered-files.ts';
import { fuzzLedger, nextSeed, rowOf, withstood, type FuzzRow } from './ledger.ts';
import { runTarget, type RunResult } from './run-target.ts';
import type { Target } from './target.ts';
import { targets } from './targets.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const usage = 'npm run fuzz -- [target…] [--count N] [--seed S] [--list] [--unrecorded]';
const { values, positionals } = commandLine(usage, {
  allowPositionals: true,
  options: {
    count: { type: 'string' },
    seed: { type: 'string' },
    list: { type: 'boolean', default: false },
    /** No line in the ledger: to look into one seed. */
    unrecorded: { type: 'boolean', default: false },
  },
});

const say = (text: string): void => void process.stdout.write(`${text}\n`);
const leave = (text: string): never => misasked(text, usage);

const numberOf = (name: 'count' | 'seed', least: number): number | null => {
  const text = values[name];
  if (text === undefined) return null;
  const value = Number(text);
  return Number.isSafeInteger(value) && value >= least ? value : leave(`--${name}: a whole number from ${least}`);
};

const chosen = (): readonly Target[] => {
  const unknown = positionals.filter((name) => !targets.some((target) => target.name === name));
  if (unknown.length > 0)
    leave(`no such target: ${unknown.join(' ')}; they are: ${targets.map(({ name }) => name).join(' ')}`);
  return positionals.length === 0 ? targets : targets.filter(({ name }) => positionals.includes(name));
};

const tell = ({ target, count, faults, worstMs, worstSeed, grownMb, cpuMs }: RunResult): void => {
  const each = `${Math.round((cpuMs * 1_000) / Math.max(1, count))} us each`;
  const longest = `longest ${worstMs} ms (seed ${worstSeed})`;
  say(
    `${target}: ${count} inputs, ${Math.round(cpuMs / 1000)} s of processor (${each}), ${longest}, grown ${grownMb} MB`,
  );
  for (const { seed, what, input } of faults) {
    say(`  BROKEN, seed ${seed}: ${what}`);
    if (input !== '') say(`  ${input}`);
    say(`  again: npm run fuzz -- ${target} --seed ${seed} --count 1 --unrecorded`);
  }
};

const ledger = ledgerAt<FuzzRow>(root, fuzzLedger);

const live = async (target: Target, count: number | null): Promise<void> => {
  const seed = numberOf('seed', 0) ?? nextSeed(ledger.rows(), target.name);
  const mark = runMark(root, coveredFiles(root, target.covers));
  const progress = (done: number): void => {
    if (process.stdout.isTTY) process.stdout.write(`\r${target.name} ${done} `);
  };
  const result = await runTarget(target, { seed, count: count ?? target.goal, progress });
  if (process.stdout.isTTY) process.stdout.write('\r');
  tell(result);
  if (result.faults.length > 0) process.exitCode = 1;
  if (values.unrecorded) return;
  // What was changed under the run was not what was run.
  if (coveredHash(root, coveredFiles(root, target.covers)) === mark.covered) ledger.add(rowOf(result, mark));
  else say(`  not recorded: what it covers was changed meanwhile`);
};

if (values.list) {
  const rows = ledger.rows();
  for (const { name, what, covers, goal } of targets) {
    const sum = withstood(rows, name, coveredHash(root, coveredFiles(root, covers)));
    say(`${name}: ${what.zh} · ${what.en}\n  ${sum} of ${goal} withstood`);
  }
} else {
  const count = numberOf('count', 1);
  for (const target of chosen()) await live(target, count);
}
