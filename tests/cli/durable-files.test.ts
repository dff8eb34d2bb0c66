import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { spokenFingerprint } from '../../src/cli/keys.ts';
import { fingerprintOf } from '../../src/intake/keys.ts';
import { distEntry } from '../support/dist.ts';
import { needs } from '../support/needs.ts';

/** Runs a command and gives the calls by which it made its file durable, in their order, as `call name`. */
const callsOf = (folder: string, args: readonly string[], input = ''): readonly string[] => {
  const log = join(folder, 'calls');
  const watch = ['-f', '-qq', '-y', '-o', log, '-e', 'trace=fsync,fdatasync,rename'];
  const { status, stderr } = spawnSync('strace', [...watch, process.execPath, distEntry('mingluo'), ...args], {
    ...{ input, encoding: 'utf8', timeout: 60_000 },
  });
  expect(status, stderr).toBe(0);
  const calls = readFileSync(log, 'utf8').matchAll(/ (fsync|fdatasync|rename)\([^<"]*[<"]([^>"]+)/g);
  return [...calls].map(([, call, path = '']) => `${call === 'rename' ? call : 'sync'} ${basename(path)}`);
};

const folderOf = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'mingluo-durable-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
};

test(
  'a sender that was enrolled is on the device, under its name, before the command says so',
  { timeout: 60_000 },
  () => {
    if (!needs('strace', 'strace')) return;
    const folder = folderOf();
    const key = randomBytes(32).toString('base64');
    writeFileSync(join(folder, 'centre.pub'), `${key}\n`);
    const whose = [
      '--id',
      'county-1',
      '--name',
      'county',
      '--scope',
      '500112',
      '--fingerprint',
      spokenFingerprint(fingerprintOf(key)),
    ];
    const args = ['keys', 'enrol', join(folder, 'centre.pub'), '--senders', join(folder, 'senders.json'), ...whose];
    const calls = callsOf(folder, args);
    expect(calls).toEqual(['sync new-senders.json', 'rename new-senders.json', `sync ${basename(folder)}`]);
  },
);

test('a PIN that was set is on the device, under its name, before the command says so', { timeout: 60_000 }, () => {
  if (!needs('strace', 'strace')) return;
  const folder = folderOf();
  const calls = callsOf(folder, ['pin', 'set', 'li-ming', '--file', join(folder, 'pin')], '480915\n');
  expect(calls).toEqual(['sync new-pin', 'rename new-pin', `sync ${basename(folder)}`]);
});

test(
  'the key of a box, which is made once, is on the device before its fingerprint is told',
  { timeout: 60_000 },
  () => {
    if (!needs('strace', 'strace')) return;
    const folder = folderOf();
    const calls = callsOf(folder, ['keys', 'new', join(folder, 'box.pem')]);
    expect(calls).toEqual(['sync box.pem', `sync ${basename(folder)}`]);
  },
);
