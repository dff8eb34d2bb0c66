import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { busySite, oftener, soundCacheMb } from './busy-site.ts';
import { isOver, limitsOf } from './limits.ts';
import type { Sample } from './sample.ts';
import { lastHalf, risePerHour } from './slope.ts';
import { soak } from './soak.ts';

const hourMs = 3_600_000;
const calm: Sample = {
  ...{ atMs: 0, mainRssMb: 110, treePssMb: 190, partsMb: {}, processes: 5, mainDescriptors: 65, treeDescriptors: 200 },
  ...{ writtenBytes: 0, stateBytes: 9_000_000, cpuMs: 0 },
  keptMb: { mingluo: 70, panel: 14 },
};
/** An hour, looked at every ten seconds. */
const hour = (change: (share: number) => Partial<Sample>): readonly Sample[] =>
  Array.from({ length: 361 }, (_, n) => ({ ...calm, atMs: (n * hourMs) / 360, ...change(n / 360) }));
const overIn = (samples: readonly Sample[], edges = 0): readonly string[] =>
  limitsOf({ samples, times: 10, edges })
    .filter(isOver)
    .map(({ name }) => name);

describe('the rise an hour', () => {
  const line = (perHour: number, rest: (n: number) => number = () => 0) =>
    Array.from({ length: 181 }, (_, n) => ({
      atMs: (n * hourMs) / 180,
      value: 100 + (perHour * n) / 180 + rest(n),
    }));

  test('is that of the line, whatever a fifth of the looks have seen', () => {
    expect(risePerHour(line(7))).toBeCloseTo(7, 6);
    expect(risePerHour(line(7, (n) => (n % 5 === 0 ? 500 : 0)))).toBeCloseTo(7, 0);
    expect(risePerHour(line(0, (n) => (n % 2 === 0 ? 3 : -3)))).toBeCloseTo(0, 1);
  });

  test('of nothing, or of one moment, is none', () => {
    expect(risePerHour([])).toBe(0);
    expect(risePerHour([{ atMs: 5, value: 3 }])).toBe(0);
  });

  test('leaves off the first half, in which everything warms up', () => {
    const warm = Array.from({ length: 101 }, (_, n) => ({ atMs: n, value: Math.min(n, 50) }));
    expect(risePerHour(lastHalf(warm))).toBe(0);
  });
});

describe('the bounds', () => {
  test('let a calm hour pass, and one whose beginning was not', () => {
    expect(overIn(hour(() => ({})))).toEqual([]);
    expect(overIn(hour((share) => ({ mainRssMb: 80 + 40 * share, treePssMb: 190 + 40 * share })))).toEqual([]);
  });

  test.each<readonly [string, (share: number) => Partial<Sample>]>([
    ['memory of all processes at most, MB', (share) => ({ treePssMb: share === 0.5 ? 257 : 190 })],
    [
      'rise of what the main process keeps, MB an hour',
      (share) => ({ keptMb: { mingluo: 70 + 5 * share, panel: 14 } }),
    ],
    ['rise of what all processes keep, MB an hour', (share) => ({ keptMb: { mingluo: 70, panel: 14 + 8 * share } })],
    ['rise of descriptors of the main process, an hour', (share) => ({ mainDescriptors: 65 + Math.floor(4 * share) })],
    ['rise of descriptors of all processes, an hour', (share) => ({ treeDescriptors: 200 + Math.floor(6 * share) })],
    ['written, MB a day', (share) => ({ writtenBytes: share * 25 * 1024 * 1024 })],
    ['state on the disk at most, MB', (share) => ({ stateBytes: 1e6 + share * 140e6 })],
  ])('see it: %s', (name, change) => {
    expect(overIn(hour(change))).toEqual([name]);
  });

  test('say so when nobody could be told to collect', () => {
    expect(overIn(hour(() => ({ keptMb: null })))).toHaveLength(2);
    expect(overIn(hour(() => ({ keptMb: {} })))).toHaveLength(2);
  });

  test('do not take garbage for a rise that is only waiting to be collected', () => {
    const kept = (share: number): Partial<Sample> => (share % 0.1 < 0.01 ? {} : { keptMb: null });
    expect(overIn(hour((share) => ({ mainRssMb: 100 + 30 * share, ...kept(share) })))).toEqual([]);
  });

  test('allow for units that were lost and came back', () => {
    const wrote = hour((share) => ({ writtenBytes: share * 25 * 1024 * 1024 }));
    expect(overIn(wrote, 400)).toEqual([]);
    expect(overIn(wrote, 200)).toEqual(['written, MB a day']);
  });

  test('do not take the warming up of a short run for a rise', () => {
    const short = hour((share) => ({ keptMb: { mingluo: 40 + 40 * share } })).map((one) => ({
      ...one,
      atMs: one.atMs / 10,
    }));
    expect(overIn(short)).toEqual([]);
  });
});

describe('the busy site', () => {
  test('is polled and read ten times as often', () => {
    const dir = busySite(10);
    const site: unknown = parse(readFileSync(join(dir, 'site.yaml'), 'utf8'));
    rmSync(dir, { recursive: true });
    expect(site).toMatchObject({
      lines: expect.arrayContaining([
        expect.objectContaining({ id: 'sirens', pollEvery: '500 ms' }),
        expect.objectContaining({ id: 'weather', pollEvery: '3000 ms' }),
      ]) as unknown,
      sensors: [expect.objectContaining({ every: '3000 ms' })],
      sounds: { cacheMegabytes: soundCacheMb },
    });
  });

  test('keeps to what the configuration allows', () => {
    expect([oftener('5 s', 100, 200), oftener('1 min', 10, 200), oftener('300 ms', 1, 200)]).toEqual([
      ...['200 ms', '6000 ms', '300 ms'],
    ]);
  });
});

test('twenty seconds of the real box at three hundred times its load stay within bounds and lose nothing', async () => {
  const quiet = { lookEveryMs: 1_000, disk: null, readyMaxMs: 15_000, say: () => undefined };
  const { samples, broken, counts } = await soak({ ...{ seed: 20_261_122, minutes: 1 / 3, times: 300 }, ...quiet });
  expect(broken).toEqual([]);
  // That there was a load, and that it was looked at: how much of it twenty seconds hold is the machine's affair.
  expect(samples.length).toBeGreaterThan(4);
  expect(samples.every(({ mainRssMb, mainDescriptors }) => mainRssMb > 40 && mainDescriptors > 20)).toBe(true);
  expect(counts['page loads']).toBeGreaterThan(2);
  expect(counts['acts']).toBeGreaterThan(1);
  expect(counts['link breaks']).toBeGreaterThan(0);
}, 240_000);

/** Of this machine's processes those that name a folder, by their command lines. */
const processesOf = (folder: string): readonly string[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const line = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
        return line.includes(folder) ? [line] : [];
      } catch {
        return [];
      }
    });

test('a soak that is cut ends its box, gives its disk back and records nothing', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'mingluo-cut-'));
  const env = { ...process.env, TMPDIR: folder };
  const args = ['--import', 'tsx', 'tests/soak/main.ts', '--minutes', '5'];
  const run = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const rows = readFileSync('tests/fire/ledger.ndjson', 'utf8');
  let said = '';
  const code = await new Promise((resolve) => {
    run.stdout.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      if (text.includes(' min: main ')) run.kill('SIGTERM');
    });
    run.on('close', resolve);
  });
  expect([code, said]).toEqual([1, expect.stringContaining('cut by SIGTERM')]);
  expect(processesOf(folder)).toEqual([]);
  expect(readFileSync('/proc/mounts', 'utf8')).not.toContain(folder);
  expect(readFileSync('tests/fire/ledger.ndjson', 'utf8')).toBe(rows);
  rmSync(folder, { recursive: true });
}, 120_000);
