/**
 * `npm run simulate:night -- --minutes=M [--hours=1] [--from=SEED]`: fresh seeds on all cores for so long. The run goes into
 * tests/simulate/ledger.ndjson, seeds that broke a promise into kept-seeds.json, which `npm test` lives through. A run that
 * is cut by a signal keeps what it has done.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { commandLine } from '../support/command-line.ts';
import { ledgerAt, runMark } from '../support/ledger.ts';
import { keepSeeds, nextSeed, nightLedger, sumOf, type NightRow } from './ledger.ts';
import type { NightResult } from './night-child.ts';
import { createTally } from './night-tally.ts';
import { bundleWorld } from './world-files.ts';

const usage = 'npm run simulate:night -- --minutes=M [--hours=1] [--from=SEED] [--cores=N]';
const { values } = commandLine(usage, {
  options: {
    minutes: { type: 'string', default: '10' },
    hours: { type: 'string', default: '1' },
    from: { type: 'string' },
    cores: { type: 'string', default: String(availableParallelism()) },
    /** The folder in which ledger and kept seeds are; its tests do not write into the tree. */
    into: { type: 'string' },
  },
});

const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');
const into = values.into ?? root;
/** Inside node_modules, so that packages are found from there and no tool looks at it. */
const scratch = join(root, 'node_modules/.cache', `mingluo-night-${process.pid}`);
const say = (text: string): void => void process.stdout.write(`${text}\n`);

/** A seed that ends its process, or stands still for this long, is broken too. */
const seedMinutesMax = 15;
/** What was lived through goes into the ledger at least so often: no end of the machine takes more hours along. */
const rowMinutes = 20;
const progressEveryMs = 30_000;

const isResult = (value: unknown): value is NightResult =>
  typeof value === 'object' && value !== null && 'seed' in value && 'counts' in value;

/** As `npm run simulate`: much is made and soon forgotten, and helpers at collecting it cost more than they bring. */
const execArgv = ['--max-semi-space-size=64', '--single-threaded-gc'];

interface Night {
  readonly next: () => number | null;
  readonly take: (result: NightResult) => void;
  readonly crashed: (seed: number) => void;
}

const running = new Set<ChildProcess>();

/** One process that lives through seed after seed; a new one takes its place when it dies. */
const keepChild = (file: string, { next, take, crashed }: Night): Promise<void> =>
  new Promise((resolve) => {
    let current: number | null = null;
    let deadline: NodeJS.Timeout | undefined;
    const child = fork(file, [root, values.hours], { execArgv, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    running.add(child);
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
      running.delete(child);
      if (current === null || cut.by !== null) {
        resolve();
        return;
      }
      crashed(current);
      resolve(keepChild(file, { next, take, crashed }));
    });
  });

const bundle = await bundleWorld(root);
const ledger = ledgerAt<NightRow>(into, nightLedger);
const mark = runMark(root, bundle.covers);
const hoursEach = Number(values.hours);
const until = Date.now() + Number(values.minutes) * 60_000;
const tally = createTally(values.from === undefined ? nextSeed(ledger.rows()) : Number(values.from));
const cut: { by: NodeJS.Signals | null } = { by: null };

const found = (seed: number, promise: string, what: string): void => {
  tally.found({ seed, promise, what });
  say(`seed ${seed}: promise ${promise} broken: ${what.slice(0, 200)}`);
  say(`  again: npm run simulate -- --seed=${seed} --hours=${hoursEach}`);
};

/** What was done since the last row becomes a row; none where nothing was. */
const write = (): void => {
  const done = tally.takeRow();
  if (done === null) return;
  ledger.add({ ...mark, hoursEach, ...done });
  const why = ({ promise, what }: NightRow['broken'][number]): string => `promise ${promise}: ${what.slice(0, 120)}`;
  keepSeeds(
    into,
    done.broken.map((one) => ({ seed: one.seed, hours: hoursEach, why: why(one) })),
  );
};

const tell = (): void => {
  const { seeds, broken } = tally.sum();
  say(`${seeds} seeds, ${broken} broken`);
};

const night: Night = {
  next: () => (cut.by !== null || Date.now() >= until ? null : tally.nextSeed()),
  take: (result) => {
    tally.take(result);
    if (result.breach !== null) found(result.seed, result.breach.promise, result.breach.what);
    if (tally.sum().seeds === 1) tell();
  },
  crashed: (seed) => found(seed, 'none', 'the process that ran it died'),
};

/** The seeds under way are given up; all that is through is kept. */
const cutShort = (signal: NodeJS.Signals): void => {
  if (cut.by !== null) return;
  cut.by = signal;
  write();
  for (const child of running) child.kill('SIGKILL');
};
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, cutShort);

mkdirSync(scratch, { recursive: true });
const file = join(scratch, 'night-child.mjs');
writeFileSync(file, bundle.code);
say(`seeds from ${tally.upTo()}, ${hoursEach} h each, for ${values.minutes} minutes on ${values.cores} cores`);
const rows = setInterval(write, rowMinutes * 60_000);
const progress = setInterval(tell, progressEveryMs);
await Promise.all(Array.from({ length: Number(values.cores) }, () => keepChild(file, night)));
clearInterval(rows);
clearInterval(progress);
rmSync(scratch, { recursive: true, force: true });
write();

const here = tally.sum();
const sum = sumOf(ledger.rows(), mark.covered);
if (cut.by !== null) say(`cut by ${cut.by}: the seeds under way count for nothing`);
say(
  `this run: ${here.seeds} seeds, ${here.hours} simulated hours, ${here.timesRealTime} times real time a core, ${here.broken} broken`,
);
say(`since what was run last changed: ${sum.rows} rows, ${sum.seeds} seeds, ${sum.hours} hours, ${sum.broken} broken`);
const kinds = Object.entries(sum.faults).sort(([, a], [, b]) => b - a);
say(`faults in them: ${kinds.map(([kind, count]) => `${kind} ${count}`).join(', ')}`);
process.exitCode = here.broken > 0 || cut.by !== null ? 1 : 0;
