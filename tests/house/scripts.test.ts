import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { root } from './rules/tree.ts';

let folder = '';

/** A small project of its own: our scripts, a lock with two packages, and an `npm` that does what the test says. */
const fakeNpm = (script: string): void => {
  const file = join(folder, 'bin/npm');
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
};

const lock = {
  packages: { '': {}, 'node_modules/a': { version: '1.0.0' }, 'node_modules/b': { version: '2.0.0', optional: true } },
};
const writeInstalled = (packages: object): void => {
  mkdirSync(join(folder, 'node_modules'), { recursive: true });
  writeFileSync(join(folder, 'node_modules/.package-lock.json'), JSON.stringify({ packages }));
};

const run = (
  command: string,
  ...args: readonly string[]
): { readonly status: number | null; readonly printed: string } => {
  const env = { ...process.env, PATH: `${join(folder, 'bin')}${delimiter}${process.env['PATH'] ?? ''}` };
  const { status, stdout, stderr } = spawnSync(command, args, { cwd: folder, env, encoding: 'utf8' });
  return { status, printed: stdout + stderr };
};

const ensure = (): ReturnType<typeof run> => run(process.execPath, '.ci/ensure.mjs');

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mingluo-scripts-'));
  mkdirSync(join(folder, 'bin'));
  cpSync(join(root, '.ci'), join(folder, '.ci'), { recursive: true });
  writeFileSync(join(folder, '.ci/debian-packages.txt'), '# none\n');
  writeFileSync(join(folder, 'package-lock.json'), JSON.stringify(lock));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('bringing the dependencies', { timeout: 60_000 }, () => {
  it('installs on a fresh clone, without install scripts, and says so', () => {
    fakeNpm('echo "called: $*"');
    const { status, printed } = ensure();
    expect(status).toBe(0);
    expect(printed).toContain('called: ci --ignore-scripts');
    expect(printed).toContain('Installing dependencies');
  });

  it('does nothing when everything is there, also without a package that is optional here', () => {
    fakeNpm('echo called; exit 1');
    writeInstalled({ 'node_modules/a': { version: '1.0.0' } });
    expect(ensure()).toEqual({ status: 0, printed: '' });
  });

  it.each([
    ['another version', { 'node_modules/a': { version: '1.0.1' } }],
    ['a package too many', { 'node_modules/a': { version: '1.0.0' }, 'node_modules/c': { version: '1.0.0' } }],
    ['a package missing', {}],
  ])('installs again for %s', (_, installed) => {
    fakeNpm('echo called');
    writeInstalled(installed);
    expect(ensure().printed).toContain('called');
  });

  it('says in both languages that npm failed, and what to look at', () => {
    fakeNpm('exit 7');
    const { status, printed } = ensure();
    expect(status).toBe(1);
    expect(printed).toContain('依赖安装失败（npm ci: exit 7）');
    expect(printed).toContain('npm config get registry');
  });

  it('says in both languages that Node is too old', () => {
    const old = "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.18.3' } });";
    const { status, printed } = run(process.execPath, '-e', `${old} import('./.ci/ensure.mjs')`);
    expect(status).toBe(1);
    expect(printed).toContain('Node.js 版本过低');
    expect(printed).toContain('20.19 or newer is needed, this is 20.18.3');
  });
});

describe('the whole check on a new machine', { timeout: 60_000 }, () => {
  const closing = '3 passed, 0 failed, 1 skipped';
  const lastLine = (printed: string): string => printed.trimEnd().split('\n').at(-1) ?? '';

  it('asks for the tests of CI and ends with their one closing line', () => {
    fakeNpm(`echo "CI=$CI $*"; echo "${closing}"; echo "npm talks after us" >&2`);
    const { status, printed } = run('.ci/run');
    expect(status).toBe(0);
    expect(printed).toContain('CI=true test');
    expect(lastLine(printed)).toBe(closing);
    expect(printed.split(closing)).toHaveLength(2);
  });

  it.each(['3 passed, 2 failed, 0 skipped', '0 passed, 0 failed, 0 skipped'])('fails on %s', (line) => {
    fakeNpm(`echo "${line}"; exit 1`);
    const { status, printed } = run('.ci/run');
    expect(status).not.toBe(0);
    expect(lastLine(printed)).toBe(line);
  });

  it('fails, and still closes, when the tests never counted', () => {
    fakeNpm('exit 1');
    const { status, printed } = run('.ci/run');
    expect(status).not.toBe(0);
    expect(lastLine(printed)).toBe('0 passed, 1 failed, 0 skipped');
  });
});

describe('the two commands', () => {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>;
  };

  it('set themselves up before they run', () => {
    // npm leaves out pre-scripts where ignore-scripts is set, as our .npmrc does: everything stands in the command itself.
    expect(Object.keys(scripts).filter((name) => /^(pre|post)/.test(name))).toEqual([]);
    expect(scripts['start']).toBe('node .ci/ensure.mjs && node .ci/build.mjs && exec node dist/village.js');
    expect(scripts['test']).toBe('node .ci/ensure.mjs && exec node .ci/check.mjs');
  });
});
