import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, onTestFinished, test } from 'vitest';
import { keptBy } from './collected.ts';

/** Makes what it is told to and keeps it: functions that have run, data, garbage. */
const keeper = `
  const kept = [];
  const line = (i) => 's = (s * ' + i + ' + o.k' + (i % 5) + ') | 0; if (s === ' + i + ') s += a[' + i + '] ?? 1;';
  const long = Array.from({ length: 60 }, (_, i) => line(i)).join('');
  const make = {
    functions: () => {
      // No two alike, or they would be compiled once.
      const text = (n) => '(a, o) => { let s = ' + (kept.length * 100 + n) + ';' + long + 'return s }';
      const some = (0, eval)('[' + Array.from({ length: 100 }, (_, n) => text(n)).join(',') + ']');
      for (const one of some) for (let n = 0; n < 100; n += 1) one([1, 2, 3], { k0: 1, k1: 2, k2: 3, k3: 4, k4: 5 });
      kept.push(some);
    },
    data: () => kept.push({ number: kept.length, text: ['x' + kept.length, 'y' + kept.length, 'z' + kept.length] }),
    garbage: () => new Array(500).fill({}),
  };
  process.stdin.setEncoding('utf8').on('data', (line) => {
    const [what, count] = line.trim().split(' ');
    for (let n = 0; n < Number(count); n += 1) make[what]();
    process.stdout.write('made');
  });
  process.stdout.write('ready');
`;

/** A program that makes what it is told to; given is what it keeps once it has, MB. */
const keptAfter = async (program: string, lines: readonly string[]): Promise<readonly number[]> => {
  const child = spawn(process.execPath, ['-e', program], { stdio: ['pipe', 'pipe', 'ignore'] });
  onTestFinished(() => void child.kill());
  await once(child.stdout, 'data');
  const kept: number[] = [];
  for (const line of lines) {
    child.stdin.write(line);
    await once(child.stdout, 'data');
    kept.push((await keptBy(child.pid ?? 0)) ?? NaN);
  }
  return kept;
};

test('what a process keeps is its data, and neither garbage nor what was compiled while it warmed up', async () => {
  const lines = ['data 1', 'garbage 10000', 'functions 15', 'data 150000'];
  const [atFirst = NaN, garbage = NaN, functions = NaN, data = NaN] = await keptAfter(keeper, lines);
  expect(garbage - atFirst).toBeLessThan(4);
  expect(data - functions).toBeGreaterThan(12);
  expect(functions - atFirst).toBeLessThan((data - functions) / 2);
}, 60_000);

/** A thread that makes a long list, and keeps it or not; an old one that nobody holds any more lies there for long. */
const withThread = `
  const { Worker } = require('node:worker_threads');
  const text = "const { parentPort } = require('node:worker_threads'); const kept = [];"
    + "parentPort.on('message', ([what, count]) => { let last = null;"
    + "  for (let n = 0; n < count; n += 1) last = { n, last };"
    + "  if (what === 'data') kept.push(last); parentPort.postMessage('made'); });";
  const worker = new Worker(text, { eval: true });
  worker.on('online', () => process.stdout.write('ready'));
  worker.on('message', () => process.stdout.write('made'));
  process.stdin.setEncoding('utf8').on('data', (line) => {
    const [what, count] = line.trim().split(' ');
    worker.postMessage([what, Number(count)]);
  });
`;

test('of a thread of a process its data count, and not its garbage', async () => {
  const lines = ['data 1', 'garbage 400000', 'data 400000'];
  const [atFirst = NaN, garbage = NaN, data = NaN] = await keptAfter(withThread, lines);
  expect(garbage - atFirst).toBeLessThan(4);
  expect(data - atFirst).toBeGreaterThan(8);
}, 60_000);

test('a process that has ended since it was listed keeps nothing, and ends no run', async () => {
  const child = spawn(process.execPath, ['-e', '0'], { stdio: 'ignore' });
  await once(child, 'close');
  expect(child.pid).toBeGreaterThan(0);
  expect(await keptBy(child.pid ?? 0)).toBeNull();
});
