/**
 * `npm run simulate -- --seed=N --hours=H [--count=K]`: lives through K seeds from N on; docs/how-to/simulate.md. The last
 * line is `trace <sha256>`: the same seeds give the same one. A broken promise prints the seed, what led to it and the
 * command that shows it again; exit code 1.
 */
import { createHash } from 'node:crypto';
import { appendFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { commandLine, misasked } from '../support/command-line.ts';
import { loadExample } from './sim-village.ts';
import { simulate, type RunResult } from './simulate.ts';

const usage = 'npm run simulate -- [--seed=1] [--hours=1] [--count=1] [--lines=80] [--log=FILE]';
const { values } = commandLine(usage, {
  options: {
    seed: { type: 'string', default: '1' },
    hours: { type: 'string', default: '1' },
    count: { type: 'string', default: '1' },
    lines: { type: 'string', default: '80' },
    log: { type: 'string' },
  },
});

const mostColumns = 240;
const say = (text: string): void => void process.stdout.write(`${text}\n`);
const numberOf = (name: 'seed' | 'hours' | 'count' | 'lines', least: number): number => {
  const value = Number(values[name]);
  if (Number.isFinite(value) && value >= least) return value;
  return misasked(`--${name}: a number of at least ${least}`, usage);
};
const listOf = (map: ReadonlyMap<string, number>): string =>
  [...map].map(([name, count]) => `${name} ${count}`).join(', ');

/** Processor time, user and system: what else the machine does meanwhile is no part of it. */
const cpuMsSince = (before: NodeJS.CpuUsage): number => {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
};

const hours = numberOf('hours', 0.01);
const lines = numberOf('lines', 1);

const tell = (result: RunResult, cpuMs: number): void => {
  const speed = Math.round((result.simulatedMs || 1) / cpuMs);
  say(
    `seed ${result.seed}: ${result.breach === null ? 'every promise held' : 'BROKEN'}, ${speed} times real time by the processor's clock`,
  );
  say(`  happenings: ${listOf(result.counts)}`);
  say(`  receipts: ${listOf(result.stages)}`);
  if (result.breach === null) return;
  const { promise, what, atMs, timeline } = result.breach;
  say('  what led to it (seconds, what happened):');
  for (const line of timeline.slice(-lines)) say(`    ${line.slice(0, mostColumns)}`);
  say(`  seed ${result.seed}, promise ${promise} broken at ${(atMs / 1000).toFixed(3)} s: ${what}`);
  say(`  again: npm run simulate -- --seed=${result.seed} --hours=${hours}`);
};

const loaded = await loadExample(fileURLToPath(new URL('../..', import.meta.url)));
const from = numberOf('seed', 0);
const count = numberOf('count', 1);
const traces = createHash('sha256');
let last = '';
for (let seed = from; seed < from + count; seed += 1) {
  const workedBefore = process.cpuUsage();
  const { log: file } = values;
  const log = file === undefined ? {} : { log: (line: string) => appendFileSync(file, `${line}\n`) };
  const result = await simulate({ seed, hours, loaded, ...log });
  tell(result, cpuMsSince(workedBefore));
  last = result.trace;
  traces.update(`${last}\n`);
  if (result.breach !== null) process.exitCode = 1;
}
say(`trace ${count === 1 ? last : traces.digest('hex')}`);
