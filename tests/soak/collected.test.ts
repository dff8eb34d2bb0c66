import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
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

test('what a process keeps is its data, and neither garbage nor what was compiled while it warmed up', async () => {
  const child = spawn(process.execPath, ['-e', keeper], { stdio: ['pipe', 'pipe', 'ignore'] });
  await once(child.stdout, 'data');
  const { pid } = child;
  if (pid === undefined) throw new Error('no process');
  const keptAfter = async (line: string): Promise<number> => {
    child.stdin.write(line);
    await once(child.stdout, 'data');
    return (await keptBy(pid)) ?? NaN;
  };
  const atFirst = await keptAfter('data 1');
  const garbage = (await keptAfter('garbage 10000')) - atFirst;
  const functions = (await keptAfter('functions 15')) - atFirst;
  const data = (await keptAfter('data 150000')) - atFirst - functions;
  child.kill();
  expect(garbage).toBeLessThan(4);
  expect(data).toBeGreaterThan(12);
  expect(functions).toBeLessThan(data / 2);
}, 60_000);

test('a process that has ended since it was listed keeps nothing, and ends no run', async () => {
  const child = spawn(process.execPath, ['-e', '0'], { stdio: 'ignore' });
  await once(child, 'close');
  expect(child.pid).toBeGreaterThan(0);
  expect(await keptBy(child.pid ?? 0)).toBeNull();
});
