import childProcess from 'node:child_process';
import crypto from 'node:crypto';
import fs from 'node:fs';
import net from 'node:net';
import { syncBuiltinESMExports } from 'node:module';
import timers from 'node:timers';
import { execFileSync } from 'node:child_process';
import { afterEach, expect, test, vi } from 'vitest';

const root = process.cwd();
afterEach(() => {
  vi.restoreAllMocks();
  syncBuiltinESMExports();
});

/** Every way out of the simulated world, and how often each was taken. */
const watchWaysOut = () => {
  const taken: string[] = [];
  const watch = <T extends object>(what: string, from: T, names: readonly (keyof T & string)[]): void => {
    for (const name of names) {
      const real: unknown = from[name];
      if (typeof real !== 'function') throw new Error(`${what}.${name} is no function`);
      Reflect.set(from, name, (...args: unknown[]): unknown => {
        taken.push(`${what}.${name}`);
        const given: unknown = Reflect.apply(real, from, args);
        return given;
      });
      undo.push(() => Reflect.set(from, name, real));
    }
  };
  const undo: (() => void)[] = [];
  watch('global', globalThis, ['setTimeout', 'setInterval', 'fetch']);
  watch('timers', timers, ['setTimeout', 'setInterval']);
  watch('Date', Date, ['now']);
  watch('performance', performance, ['now']);
  watch('Math', Math, ['random']);
  watch('crypto', crypto, ['randomBytes', 'randomUUID', 'randomInt']);
  watch('fs', fs, [
    'open',
    'openSync',
    'readFile',
    'readFileSync',
    'writeFileSync',
    'existsSync',
    'statSync',
    'mkdirSync',
  ]);
  watch('fs.promises', fs.promises, ['open', 'readFile', 'writeFile', 'stat', 'statfs', 'readdir', 'mkdir']);
  watch('net', net, ['connect', 'createConnection', 'createServer']);
  watch('child_process', childProcess, ['fork', 'spawn', 'spawnSync', 'exec', 'execFile']);
  syncBuiltinESMExports();
  return {
    taken,
    end: (): void => {
      for (const one of undo) one();
      syncBuiltinESMExports();
    },
  };
};

test('a simulated quarter of an hour asks no real clock, timer, chance, file, socket or process', async () => {
  const { loadExample } = await import('./sim-village.ts');
  const { simulate } = await import('./simulate.ts');
  const loaded = await loadExample(root);
  // What a module reads only once, when it is first used, belongs to its loading.
  await simulate({ seed: 6, hours: 0.1, loaded });
  const { taken, end } = watchWaysOut();
  try {
    await simulate({ seed: 6, hours: 0.25, loaded });
  } finally {
    end();
  }
  expect([...new Set(taken)]).toEqual([]);
}, 300_000);

test('two processes come to the same trace, byte for byte', () => {
  const traceOf = (): string => {
    const args = ['--import', 'tsx', 'tests/simulate/main.ts', '--seed=9', '--hours=0.2'];
    const out = execFileSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
    return out.trimEnd().split('\n').at(-1) ?? '';
  };
  const first = traceOf();
  expect(first).toMatch(/^trace [0-9a-f]{64}$/);
  expect(traceOf()).toBe(first);
}, 300_000);
