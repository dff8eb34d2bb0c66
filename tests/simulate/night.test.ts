import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { coveredHash, ledgerAt } from '../support/ledger.ts';
import { keepSeeds, keptFile, nightLedger, readKept, sumOf, type NightRow } from './ledger.ts';
import { createTally } from './night-tally.ts';
import { bundleWorld, neverOpened } from './world-files.ts';

const root = process.cwd();
const made: string[] = [];
afterEach(() => {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true });
});

const emptyTree = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'mingluo-night-'));
  made.push(folder);
  mkdirSync(join(folder, 'tests/simulate'), { recursive: true });
  writeFileSync(join(folder, keptFile), '[]\n');
  return folder;
};

/** The night over seeds of three minutes, ended by a signal as soon as it has told of its first one. */
const nightCutBy = (
  into: string,
  signal: NodeJS.Signals,
): Promise<{ readonly said: string; readonly code: number | null }> =>
  new Promise((resolve) => {
    const args = [
      '--import',
      'tsx',
      'tests/simulate/night.ts',
      '--minutes=5',
      '--hours=0.05',
      '--cores=1',
      `--into=${into}`,
    ];
    const night = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
    let said = '';
    night.stdout.setEncoding('utf8').on('data', (text: string) => {
      if (!said.includes('1 seeds') && (said + text).includes('1 seeds')) night.kill(signal);
      said += text;
    });
    night.on('close', (code) => resolve({ said, code }));
  });

test.each(['SIGTERM', 'SIGINT'] as const)(
  'a night that is cut by %s keeps what it has lived through, and calls no seed broken',
  async (signal) => {
    const into = emptyTree();
    const { said, code } = await nightCutBy(into, signal);
    const rows = ledgerAt<NightRow>(into, nightLedger).rows();
    expect(said).toContain(`cut by ${signal}`);
    expect(code).toBe(1);
    expect(rows).toHaveLength(1);
    expect(rows[0]?.seeds).toBeGreaterThanOrEqual(1);
    expect(rows[0]?.hours).toBeGreaterThanOrEqual(0.05);
    expect(rows[0]?.broken).toEqual([]);
    expect(readKept(into)).toEqual([]);
  },
  300_000,
);

const lived = (seed: number, counts: Record<string, number>) => ({
  seed,
  ms: 1_000,
  simulatedMs: 3_600_000,
  counts,
  breach: null,
});

test('rows begin anew behind what was written, and tell faults from orders and people by kind', () => {
  const tally = createTally(500);
  for (const counts of [
    { 'power cut': 2, emergency: 3 },
    { 'power cut': 1, 'old disk': 1 },
  ])
    tally.take(lived(tally.nextSeed(), counts));
  const first = tally.takeRow();
  expect(first).toMatchObject({ fromSeed: 500, toSeed: 501, seeds: 2, hours: 2, timesRealTime: 3_600 });
  expect(first?.faults).toEqual({ 'power cut': 3, 'old disk': 1 });
  expect(first?.happenings).toEqual({ emergency: 3 });
  expect(tally.takeRow()).toBeNull();
  tally.found({ seed: tally.nextSeed(), promise: 'none', what: 'the process that ran it died' });
  expect(tally.takeRow()).toMatchObject({ fromSeed: 502, toSeed: 502, seeds: 0, broken: [{ seed: 502 }] });
  expect(tally.sum()).toMatchObject({ seeds: 2, broken: 1 });
});

test('a seed that broke a promise is kept once, by name', () => {
  const into = emptyTree();
  const one = { seed: 77, hours: 1, why: 'promise 2: a zone is silent' };
  keepSeeds(into, [one]);
  keepSeeds(into, [one, { ...one, hours: 2 }]);
  expect(readKept(into)).toEqual([one, { ...one, hours: 2 }]);
});

test('only rows of the same world and product add up, faults by kind', () => {
  const row = (covered: string, faults: Record<string, number>): NightRow => ({
    ...{ commit: 'c', covered, day: '2026-01-01', fromSeed: 1, toSeed: 1, seeds: 1, hoursEach: 1, hours: 1.005 },
    ...{ timesRealTime: 1_000, happenings: {}, faults, broken: [] },
  });
  const rows = [row('a', { killed: 1 }), row('b', { killed: 5 }), row('a', { killed: 2, rot: 1 })];
  expect(sumOf(rows, 'a')).toEqual({ rows: 2, seeds: 2, hours: 2.01, broken: 0, faults: { killed: 3, rot: 1 } });
});

test('a run stands for what the world runs, and for nothing else', async () => {
  const { covers } = await bundleWorld(root);
  for (const path of [
    ...['src/core/step.ts', 'src/bus/line-machine.ts', 'src/store/journal.ts', 'src/words/failure.ts'],
    ...['devices/speech/syn6288.ts', 'devices/sirens/mingluo-siren.yaml', 'emulator/world-core.ts', 'config/site.yaml'],
    ...['tests/simulate/checkers.ts', 'tests/simulate/simulate.ts', 'node_modules/lowdb/package.json'],
  ])
    expect(covers).toContain(path);
  const foreign =
    /^src\/(?:page|console|panel|cli|main)|^emulator\/(?:centre|start)|serial-line|\.test\.ts$|plants\.ts$/;
  expect(covers.filter((path) => foreign.test(path))).toEqual([]);
  expect(coveredHash(root, covers)).toMatch(/^[0-9a-f]{16}$/);
});

test('the world goes on as before when the doors it never opens are closed for good', async () => {
  const traceNow = async (): Promise<string> => {
    vi.resetModules();
    const { simulate } = await import('./simulate.ts');
    const { loadExample } = await import('./sim-village.ts');
    return (await simulate({ seed: 4, hours: 0.2, loaded: await loadExample(root) })).trace;
  };
  const open = await traceNow();
  const closed = (): never => {
    throw new Error('a door to the real world was opened');
  };
  for (const path of neverOpened) {
    vi.doMock(`../../${path}`, async (importOriginal) =>
      Object.fromEntries(Object.keys(await importOriginal<object>()).map((name) => [name, closed])),
    );
  }
  try {
    expect(await traceNow()).toBe(open);
  } finally {
    for (const path of neverOpened) vi.doUnmock(`../../${path}`);
    vi.resetModules();
  }
}, 300_000);
