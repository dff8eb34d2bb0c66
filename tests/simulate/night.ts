/**
 * `npm run simulate:night -- --minutes=M [--hours=1] [--from=SEED]`: fresh seeds on all cores for so long. The run goes into
 * tests/simulate/ledger.ndjson, seeds that broke a promise into kept-seeds.json, which `npm test` lives through.
 */
import { build } from 'esbuild';
import { fork, type ChildProcess } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { ledgerAt, runMark } from '../support/ledger.ts';
import { keepSeeds, nextSeed, nightLedger, sumOf, type NightRow } from './ledger.ts';
import type { NightResult } from './night-child.ts';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    hours: { type: 'string', default: '1' },
    from: { type: 'string' },
    cores: { type: 'string', default: String(availableParallelism()) },
  },
});

const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');
/** Inside node_modules, so that packages are found from there and no tool looks at it. */
const scratch = join(root, 'node_modules/.cache', `mingluo-night-${process.pid}`);
const say = (text: string): void => void process.stdout.write(`${text}\n`);

const bundle = async (): Promise<string> => {
  mkdirSync(scratch, { recursive: true });
  const outfile = join(scratch, 'night-child.mjs');
  await build({
    entryPoints: [fileURLToPath(new URL('./night-child.ts', import.meta.url))],
    ...{ outfile, bundle: true, packages: 'external', platform: 'node', format: 'esm', target: 'node20' },
    logLevel: 'warning',
  });
  return outfile;
};

/** A seed that ends its process, or stands still for this long, is broken too. */
const seedMinutesMax = 15;

const isResult = (value: unknown): value is NightResult =>
  typeof value === 'object' && value !== null && 'seed' in value && 'counts' in value;

/** As `npm run simulate`: much is made and soon forgotten, and helpers at collecting it cost more than they bring. */
const execArgv = ['--max-semi-space-size=64', '--single-threaded-gc'];

interface Night {
  readonly next: () => number | null;
  readonly take: (result: NightResult) => void;
  readonly crashed: (seed: number) => void;
}

/** One process that lives through seed after seed; a new one takes its place when it dies. */
const keepChild = (file: string, { next, take, crashed }: Night): Promise<void> =>
  new Promise((resolve) => {
    let current: number | null = null;
    let deadline: NodeJS.Timeout | undefined;
    const child: ChildProcess = fork(file, [root, values.hours], {
      execArgv,
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    const goOn = (): void => {
      clearTimeout(deadline);
      current = next();
      if (current === null) child.disconnect();
      else {
        child.send(current);
        deadline = setTimeout(() => child.kill('SIGKILL'), seedMinutesMax * 60_000);
      }
    };
    child.on('message', (message) => {
      if (isResult(message)) take(message);
      goOn();
    });
    child.on('exit', () => {
      clearTimeout(deadline);
      if (current !== null) crashed(current);
      resolve(current === null ? undefined : keepChild(file, { next, take, crashed }));
    });
  });

const ledger = ledgerAt<NightRow>(root, nightLedger);
const mark = runMark(root);
const from = values.from === undefined ? nextSeed(ledger.rows()) : Number(values.from);
const hoursEach = Number(values.hours);
const startedAt = Date.now();
const until = startedAt + Number(values.minutes) * 60_000;
const happenings: Record<string, number> = {};
const broken: NightRow['broken'][number][] = [];
let upTo = from;
let seeds = 0;
let simulatedMs = 0;
let workedMs = 0;

const found = (seed: number, promise: string, what: string): void => {
  broken.push({ seed, promise, what });
  say(`seed ${seed}: promise ${promise} broken: ${what.slice(0, 200)}`);
  say(`  again: npm run simulate -- --seed=${seed} --hours=${hoursEach}`);
};
const night: Night = {
  next: () => {
    if (Date.now() >= until) return null;
    upTo += 1;
    return upTo - 1;
  },
  take: (result) => {
    seeds += 1;
    simulatedMs += result.simulatedMs;
    workedMs += result.ms;
    for (const [name, count] of Object.entries(result.counts)) happenings[name] = (happenings[name] ?? 0) + count;
    if (result.breach !== null) found(result.seed, result.breach.promise, result.breach.what);
    if (seeds % 100 === 0) say(`${seeds} seeds, ${broken.length} broken`);
  },
  crashed: (seed) => found(seed, 'none', 'the process that ran it died'),
};

const file = await bundle();
say(`seeds from ${from}, ${hoursEach} h each, for ${values.minutes} minutes on ${values.cores} cores`);
await Promise.all(Array.from({ length: Number(values.cores) }, () => keepChild(file, night)));
rmSync(scratch, { recursive: true, force: true });

const hours = Math.round(simulatedMs / 36_000) / 100;
const row: NightRow = {
  ...{ ...mark, fromSeed: from, toSeed: upTo - 1, seeds, hoursEach, hours },
  timesRealTime: Math.round(simulatedMs / Math.max(1, workedMs)),
  ...{ happenings, broken },
};
ledger.add(row);
keepSeeds(
  root,
  broken.map(({ seed, promise, what }) => ({
    seed,
    hours: hoursEach,
    why: `promise ${promise}: ${what.slice(0, 120)}`,
  })),
);
const sum = sumOf(ledger.rows(), mark.covered);
say(
  `this run: ${seeds} seeds, ${hours} simulated hours, ${row.timesRealTime} times real time a core, ${broken.length} broken`,
);
say(`since the code last changed: ${sum.runs} runs, ${sum.seeds} seeds, ${sum.hours} hours, ${sum.broken} broken`);
process.exitCode = broken.length > 0 ? 1 : 0;
