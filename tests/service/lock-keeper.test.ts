import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { keepLock } from '../../src/box/lock-keeper.ts';
import { lockFolder } from '../../src/box/lock.ts';
import { openControlServer } from '../../src/console/control-server.ts';

/** As a box starts on a disk that takes nothing. */
const without = { isHeld: false, release: () => undefined };

const kept = () => {
  const dir = mkdtempSync(join(tmpdir(), 'mingluo-keeper-'));
  const file = join(dir, 'mingluo.pid');
  const taken: string[] = [];
  let look: (() => void) | null = null;
  const every = (_: number, call: () => void): (() => void) => {
    look = call;
    return () => (look = null);
  };
  const keeper = keepLock({ dir, lock: without, every, onTaken: ({ code }) => taken.push(code) });
  return { dir, file, taken, keeper, look: (): void => look?.(), isLooking: (): boolean => look !== null };
};

/** What another box would have written: its number, and when it began. */
const ownerOf = (pid: number): string => {
  const began = readFileSync(`/proc/${pid}/stat`, 'utf8').split(' ').at(21) ?? '';
  const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  return `${pid}\n${began} ${boot}\n`;
};

test('a box that started without its lock takes it when it can, and gives it back at its end', () => {
  const { dir, file, taken, keeper, look, isLooking } = kept();
  expect(existsSync(file)).toBe(false);
  look();
  expect(readFileSync(file, 'utf8')).toMatch(new RegExp(`^${process.pid}\n`));
  expect(lockFolder(dir)).toMatchObject({ ok: false, failure: { code: 'already-running' } });
  expect([taken, keeper.isTaken(), isLooking()]).toEqual([[], false, false]);
  keeper.release();
  expect(existsSync(file)).toBe(false);
});

test('a box whose folder another has taken by then steps back, once, and leaves the lock to it', () => {
  const other = spawn('sleep', ['60']);
  try {
    const { file, taken, keeper, look, isLooking } = kept();
    const theirs = ownerOf(other.pid ?? 0);
    writeFileSync(file, theirs);
    look();
    look();
    expect([taken, keeper.isTaken(), isLooking()]).toEqual([['already-running'], true, false]);
    keeper.release();
    expect(readFileSync(file, 'utf8')).toBe(theirs);
  } finally {
    other.kill();
  }
});

test('a box that has its lock from the start never looks again', () => {
  const dir = mkdtempSync(join(tmpdir(), 'mingluo-keeper-'));
  const lock = lockFolder(dir);
  if (!lock.ok) throw new Error(lock.failure.code);
  const every = (): (() => void) => {
    throw new Error('it looks');
  };
  keepLock({ dir, lock: lock.value, every, onTaken: () => undefined }).release();
  expect(existsSync(join(dir, 'mingluo.pid'))).toBe(false);
});

test('who leaves the control socket leaves its name to the server that has it now', async () => {
  const path = join(mkdtempSync(join(tmpdir(), 'mingluo-keeper-')), 'control.sock');
  const obey = () => Promise.resolve({ ok: true, value: {} } as const);
  const port = { obey, watch: () => () => undefined, now: () => 0 };
  const first = await openControlServer(path, port);
  const second = await openControlServer(path, port);
  await first.leave();
  const answered = await new Promise<boolean>((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
  expect(answered).toBe(true);
  await second.close();
});
