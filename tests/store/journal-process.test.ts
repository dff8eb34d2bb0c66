import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { realDisk } from '../../src/store/disk.ts';
import { openJournal } from '../../src/store/journal.ts';
import { seededRandom } from '../../src/store/seeded-random.ts';
import { verifyJournal } from '../../src/store/verify.ts';
import { needs } from '../support/needs.ts';
import { valueOf } from './support.ts';

const folder = mkdtempSync(join(tmpdir(), 'mingluo-journal-'));
const writer = join(folder, 'writer.mjs');

beforeAll(async () => {
  // Compiled once: a process that starts in a tenth of the time can be killed ten times as often.
  await build({
    entryPoints: [join(import.meta.dirname, 'child-writer.ts')],
    outfile: writer,
    bundle: true,
    platform: 'node',
    format: 'esm',
  });
}, 60_000);

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Starts a writer, kills it with -9 after `acknowledgements`, and gives back the last number it acknowledged. */
const killedAfter = (dir: string, acknowledgements: number): Promise<number> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [writer, dir], { stdio: ['ignore', 'pipe', 'pipe'] });
    let out = '';
    let complaint = '';
    child.stdout.on('data', (chunk: Buffer) => {
      out += chunk.toString();
      if (out.split('\n').length > acknowledgements) child.kill('SIGKILL');
    });
    child.stderr.on('data', (chunk: Buffer) => (complaint += chunk.toString()));
    child.on('error', reject);
    child.on('close', (code) => {
      if (code !== null) reject(new Error(`the writer ended by itself: ${complaint}`));
      else resolve(Number(out.slice(0, out.lastIndexOf('\n')).split('\n').at(-1)));
    });
  });

test('kill -9 in 20 lives of one journal: every acknowledged record is there, in order and proven', async () => {
  const dir = join(folder, 'killed');
  const random = seededRandom(20);
  let acknowledged = 0;
  for (let life = 1; life <= 20; life += 1) {
    acknowledged = await killedAfter(dir, 1 + Math.floor(random() * 30));
    const { chain, damaged } = valueOf(await verifyJournal(realDisk, dir));
    expect(damaged, `life ${life}`).toEqual([]);
    expect(chain.at(-1)?.number ?? 0).toBeGreaterThanOrEqual(acknowledged);
    expect(chain.map(({ number }) => number)).toEqual(chain.map((_, index) => index + 1));
  }
  const { journal, recovered } = valueOf(
    await openJournal({ disk: realDisk, dir, segmentBytes: 65_536, maxBytes: 16_777_216 }),
  );
  expect(recovered.records.map(({ payload }) => (payload as { n: number }).n)).toEqual(
    recovered.records.map((_, index) => index + 1),
  );
  expect(recovered.records.length).toBeGreaterThanOrEqual(acknowledged);
  await journal.close();
}, 60_000);

/** Syncs and written bytes of a process that appends `count` records of one block, as the kernel sees them. */
const cost = (count: number): { readonly syncs: number; readonly bytes: number } => {
  const trace = join(folder, `trace-${count}`);
  const dir = join(folder, `traced-${count}`);
  const run = spawnSync(
    'strace',
    [
      '-f',
      '-qq',
      '-e',
      'trace=pwrite64,pwritev,fdatasync,fsync',
      '-o',
      trace,
      process.execPath,
      writer,
      dir,
      `${count}`,
      '1048576',
    ],
    { encoding: 'utf8' },
  );
  expect(run.status, run.stderr).toBe(0);
  const ended = readFileSync(trace, 'utf8')
    .split('\n')
    .filter((line) => !line.includes('<unfinished'));
  const writes = ended.filter((line) => /pwrite/.test(line)).map((line) => Number(/= (\d+)$/.exec(line)?.[1] ?? 0));
  return {
    syncs: ended.filter((line) => /f(data)?sync/.test(line)).length,
    bytes: writes.reduce((sum, bytes) => sum + bytes, 0),
  };
};

test('one small append costs one sync and at most 1.25 blocks of 4 KiB, counted at the system calls', () => {
  if (!needs('strace', 'strace')) return;
  // The difference of two runs leaves out what opening costs. Records 3 to 22 are below one block in this writer's sizes.
  const [few, more] = [cost(2), cost(22)];
  const records = 20;
  expect((more.syncs - few.syncs) / records).toBe(1);
  expect((more.bytes - few.bytes) / records / 4096).toBeLessThanOrEqual(1.25);
}, 60_000);
