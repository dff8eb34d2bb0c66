import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { unitFlags } from '../../emulator/start/as-the-unit-file.ts';
import { root } from './rules/tree.ts';

let folder = '';

const write = (path: string, ...lines: readonly string[]): void => {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, lines.join('\n') + '\n');
};

const run = (
  file: string,
  ...args: readonly string[]
): { readonly status: number | null; readonly printed: string } => {
  const { status, stdout, stderr } = spawnSync(file, args, { cwd: tmpdir(), encoding: 'utf8' });
  return { status, printed: stdout + stderr };
};

const build = (...entries: readonly string[]): ReturnType<typeof run> =>
  run(process.execPath, join(folder, '.ci/build.mjs'), ...entries);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mingluo-build-'));
  cpSync(join(root, '.ci'), join(folder, '.ci'), { recursive: true });
  for (const name of ['package.json', 'package-lock.json', 'tsconfig.json'])
    cpSync(join(root, name), join(folder, name));
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('the build', { timeout: 90_000 }, () => {
  it('makes a dist that runs away from the project: serial port, worker, device files', () => {
    write(
      'src/cli/mingluo.ts',
      "import { readFileSync } from 'node:fs';",
      "import { Worker } from 'node:worker_threads';",
      "import { SerialPort } from 'serialport';",
      "const worker = new Worker(new URL('../bus/line.entry.ts', import.meta.url));",
      "worker.on('message', (text: string) => console.log(text));",
      // The native part alone can say so; a list of ports would ask a program of the system that not every one has.
      "new SerialPort({ path: '/dev/none', baudRate: 9600 }, (error) => console.log(String(error).split(',')[0]));",
      "console.log(readFileSync(new URL('./devices/relays/a.yaml', import.meta.url), 'utf8').trim());",
    );
    write(
      'src/bus/line.entry.ts',
      "import { parentPort } from 'node:worker_threads';",
      "parentPort?.postMessage('worker runs');",
    );
    write('devices/relays/a.yaml', 'model: a');
    expect(build().status).toBe(0);
    const away = mkdtempSync(join(tmpdir(), 'mingluo-away-'));
    renameSync(join(folder, 'dist'), join(away, 'dist'));
    const { status, printed } = run(join(away, 'dist/mingluo.js'));
    rmSync(away, { recursive: true, force: true });
    expect(printed.trim().split('\n').sort()).toEqual([
      'Error: Error: No such file or directory',
      'model: a',
      'worker runs',
    ]);
    expect(status).toBe(0);
  });

  it('does nothing when no input changed, and builds again and sweeps when one did', () => {
    write('src/cli/mingluo.ts', 'console.log(1);');
    write('emulator/old.entry.ts', 'console.log(2);');
    expect(build().printed).toContain('built');
    expect(build()).toEqual({ status: 0, printed: '' });
    rmSync(join(folder, 'emulator/old.entry.ts'));
    write('emulator/new.entry.ts', 'console.log(3);');
    expect(build().printed).toContain('new.entry');
    expect(readdirSync(join(folder, 'dist')).filter((name) => name.endsWith('.entry.js'))).toEqual(['new.entry.js']);
  });

  it('leaves the old dist as it was when a source does not compile, and names the place', () => {
    write('src/cli/mingluo.ts', 'console.log(1);');
    build();
    write('src/cli/mingluo.ts', 'const = ;');
    const { status, printed } = build();
    expect(status).toBe(1);
    expect(printed).toContain('src/cli/mingluo.ts:1:6');
    expect(run(join(folder, 'dist/mingluo.js')).printed).toBe('1\n');
  });

  it('starts with or without what V8 made beforehand, and whatever has become of that', () => {
    write('src/cli/mingluo.ts', 'console.log(1);');
    build();
    const command = join(folder, 'dist/mingluo.js');
    const caches = readdirSync(join(folder, 'dist')).filter((name) => name.endsWith('.cache'));
    expect(caches.length).toBe(2);
    for (const name of caches) writeFileSync(join(folder, 'dist', name), 'of another version');
    expect(run(command).printed).toBe('1\n');
    for (const name of caches) rmSync(join(folder, 'dist', name));
    expect(run(command).printed).toBe('1\n');
  });

  it('has made it under the flags of the box and under none, so that V8 takes it in both', () => {
    write('src/cli/mingluo.ts', 'console.log(1);');
    build();
    const dist = join(folder, 'dist');
    const taken = (flags: readonly string[], name: string): boolean => {
      const cache = readdirSync(dist).find((one) => one.endsWith(`.${name}.cache`)) ?? '';
      const program = [
        "const { readFileSync } = require('node:fs');",
        "const source = readFileSync('mingluo.code.cjs', 'latin1');",
        `const { cachedDataRejected } = new (require('node:vm').Script)(source, { cachedData: readFileSync('${cache}') });`,
        'process.exit(cachedDataRejected ? 1 : 0);',
      ].join('');
      return spawnSync(process.execPath, [...flags, '-e', program], { cwd: dist }).status === 0;
    };
    expect(taken(unitFlags, 'site')).toBe(true);
    expect(taken([], 'plain')).toBe(true);
    expect(taken([], 'site')).toBe(false);
  });

  it('takes nothing that was made of another build', () => {
    write('src/cli/mingluo.ts', 'console.log(1);');
    build();
    const caches = (): readonly string[] => readdirSync(join(folder, 'dist')).filter((name) => name.endsWith('.cache'));
    const before = caches();
    write('src/cli/mingluo.ts', 'console.log(2);');
    build();
    expect(caches()).not.toEqual(before);
    expect(caches().length).toBe(2);
    expect(run(join(folder, 'dist/mingluo.js')).printed).toBe('2\n');
  });

  it('builds only the entries that are named', () => {
    write('src/cli/mingluo.ts', 'console.log(1);');
    write('emulator/village.ts', 'const = ;');
    expect(build('mingluo').status).toBe(0);
    expect(existsSync(join(folder, 'dist/village.js'))).toBe(false);
  });

  it('refuses two entries of one name', () => {
    write('src/bus/line.entry.ts', 'console.log(1);');
    write('emulator/line.entry.ts', 'console.log(2);');
    expect(build().printed).toContain('would both become dist/line.entry.js');
  });
});
