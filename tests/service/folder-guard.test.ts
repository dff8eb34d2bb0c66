import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { guardFolder, takeFolder } from '../../src/box/folder-guard.ts';
import { keepLock } from '../../src/box/lock-keeper.ts';
import { lockFolder, type FolderLock } from '../../src/box/lock.ts';
import { ok } from '../../src/words/failure.ts';
import { needs } from '../support/needs.ts';

const folder = (): string => {
  const dir = mkdtempSync(join(tmpdir(), 'mingluo-guard-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
};

/** As `lockFolder` answers on a disk that takes nothing. */
const fullDisk = () => ok<FolderLock>({ isHeld: false, release: () => undefined });

const taken = (dir: string): FolderLock => {
  const lock = takeFolder(dir, fullDisk);
  if (!lock.ok) throw new Error(lock.failure.code);
  return lock.value;
};

test('of two boxes on one disk that takes nothing the second is refused, before it opens a line', () => {
  if (!needs('util-linux', 'flock')) return;
  const dir = folder();
  const first = taken(dir);
  expect(first.isHeld).toBe(false);
  expect(takeFolder(dir, fullDisk)).toMatchObject({ ok: false, failure: { code: 'already-running', params: { dir } } });
  first.release();
  taken(dir).release();
  expect(readdirSync(dir)).toEqual([]);
});

test('the guard of a box that was killed is gone with it', async () => {
  if (!needs('util-linux', 'flock')) return;
  const dir = folder();
  // Another process that holds the folder, says so, and is killed.
  const other = spawn('flock', ['--exclusive', '--no-fork', dir, 'sh', '-c', 'echo held; exec sleep 600'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const ended = once(other, 'close');
  try {
    await once(other.stdout, 'data');
    expect(guardFolder(dir)).toMatchObject({ ok: false, failure: { code: 'already-running' } });
  } finally {
    other.kill('SIGKILL');
    await ended;
  }
  expect(guardFolder(dir).ok).toBe(true);
});

test('no program that a guarded box starts keeps its folder when the box has given it back', () => {
  if (!needs('util-linux', 'flock')) return;
  const dir = folder();
  const first = taken(dir);
  const seen = spawnSync('ls', ['-l', '/proc/self/fd'], { encoding: 'utf8' });
  expect(seen.stdout).not.toContain(dir);
  first.release();
});

test('a box that takes its lock later never meets its own guard, and gives both back', () => {
  if (!needs('util-linux', 'flock')) return;
  const dir = folder();
  let look: () => void = () => undefined;
  const every = (_: number, call: () => void): (() => void) => {
    look = call;
    return () => undefined;
  };
  const said: string[] = [];
  const keeper = keepLock({ dir, lock: taken(dir), every, onTaken: ({ code }) => said.push(code) });
  look();
  expect([keeper.isHeld(), keeper.isTaken(), said]).toEqual([true, false, []]);
  expect(takeFolder(dir, fullDisk).ok).toBe(false);
  keeper.release();
  expect(existsSync(join(dir, 'mingluo.pid'))).toBe(false);
  taken(dir).release();
});

test('a disk that takes a lock is locked, and nothing else is asked of it', () => {
  const dir = folder();
  const lock = takeFolder(dir);
  expect(lock).toMatchObject({ ok: true, value: { isHeld: true } });
  expect(lockFolder(dir).ok).toBe(false);
  if (lock.ok) lock.value.release();
});

test('a folder that is not there, and a machine without flock, are started on without a guard', () => {
  expect(guardFolder(join(folder(), 'nowhere')).ok).toBe(true);
  const dir = folder();
  const path = process.env['PATH'];
  process.env['PATH'] = '/nowhere';
  try {
    const [one, two] = [guardFolder(dir), guardFolder(dir)];
    expect([one.ok, two.ok]).toEqual([true, true]);
  } finally {
    process.env['PATH'] = path;
  }
});
