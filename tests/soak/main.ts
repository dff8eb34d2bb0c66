/**
 * `npm run soak -- [--minutes 60] [--times 10] [--seed S] [--samples FILE] [--dry]`: the real box of the example village
 * under many times its ordinary load; docs/how-to/soak.md. A run goes into the ledger of the fire, `--dry` writes nothing.
 * Ends with 1 when something rose without end, went over its bound or broke a promise.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fireLedger, type FireRow } from '../fire/ledger.ts';
import { commandLine, misasked } from '../support/command-line.ts';
import { ledgerAt, runMark } from '../support/ledger.ts';
import { isOver } from './limits.ts';
import { openLoopDisk, type LoopDisk } from '../bench/loop-disk.ts';
import { soak } from './soak.ts';

const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');
const say = (text: string): void => void process.stdout.write(`${text}\n`);

const usage = 'npm run soak -- [--minutes 60] [--times 10] [--seed S] [--samples FILE] [--dry]';
const { values } = commandLine(usage, {
  options: {
    ...{ minutes: { type: 'string' }, times: { type: 'string' }, seed: { type: 'string' } },
    ...{ samples: { type: 'string' }, dry: { type: 'boolean' } },
  },
});

const numberOf = (text: string | undefined, usual: number): number => {
  const value = text === undefined ? usual : Number(text);
  if (value > 0 && Number.isFinite(value)) return value;
  return misasked(`${text}: a number above 0`, usage);
};

const [minutes, times] = [numberOf(values.minutes, 60), numberOf(values.times, 10)];
const seed = Math.round(numberOf(values.seed, Math.floor(Date.now() / 1000) % 1_000_000));
/** A look reads the page tables of every process: seldom enough to be no load itself. */
const lookEveryMs = Math.min(10_000, (minutes * 60_000) / 20);

/** Root alone may make one; what is written is not judged where there is none. */
const openDisk = (dir: string): LoopDisk | null => {
  try {
    return openLoopDisk(dir);
  } catch (error) {
    say(`   没有自己的磁盘，不计写入量 · no disk of its own, what is written is not counted: ${String(error)}`);
    return null;
  }
};

say(`── ${minutes} 分钟，平常负荷的 ${times} 倍 · ${minutes} min at ${times} times the ordinary load, seed ${seed}`);
const mark = runMark(root);
const scratch = mkdtempSync(join(tmpdir(), 'mingluo-soak-'));
const disk = openDisk(scratch);
const cut = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.once(signal, () => {
    say(`   被 ${signal} 中断，不作记录 · cut by ${signal}: nothing of it is recorded`);
    cut.abort();
  });
const lived = soak({ ...{ seed, minutes, times, lookEveryMs, disk, readyMaxMs: 3_000, cut: cut.signal }, say })
  .catch((error: unknown) => {
    if (cut.signal.aborted) return null;
    throw error;
  })
  .finally(() => {
    disk?.close();
    rmSync(scratch, { recursive: true, force: true });
  });
const result = await lived;
// Its box has ended with it.
if (result === null) process.exit(1);
const { samples, limits, counts, broken } = result;
for (const [name, value] of Object.entries(counts)) say(`   ${name}: ${value}`);
for (const limit of limits)
  say(`   ${isOver(limit) ? 'OVER ' : ''}${limit.name}: ${limit.value.toFixed(2)} (bound ${limit.most})`);
say(broken.length === 0 ? '   every promise held' : `   ${broken.length} BROKEN`);
if (broken.length > 0) process.exitCode = 1;
if (values.samples !== undefined)
  writeFileSync(values.samples, samples.map((sample) => `${JSON.stringify(sample)}\n`).join(''));
const measured = Object.fromEntries(limits.map(({ name, value }) => [name, Math.round(value * 100) / 100]));
const row: FireRow = {
  ...mark,
  section: 'soak',
  seed,
  count: times,
  minutes,
  counts: { ...counts, ...measured },
  broken,
};
if (values.dry !== true) ledgerAt<FireRow>(root, fireLedger).add(row);
