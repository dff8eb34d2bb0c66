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

/** What is made durable, and how, is looked at in a folder of its own, where the machine has strace. */
const watched = (look: (folder: string) => void) => (): void => {
  if (!needs('strace', 'strace')) return;
  const folder = mkdtempSync(join(tmpdir(), 'mingluo-durable-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  look(folder);
};

const minute = { timeout: 60_000 };

test(
  'a sender that was enrolled is on the device, under its name, before the command says so',
  minute,
  watched((folder) => {
    const key = randomBytes(32).toString('base64');
    const [file, senders] = [join(folder, 'centre.pub'), join(folder, 'senders.json')];
    writeFileSync(file, `${key}\n`);
    const typed = ['--fingerprint', spokenFingerprint(fingerprintOf(key))];
    const args = ['keys', 'enrol', file, '--senders', senders, '--id', 'county-1', '--scope', '500112', ...typed];
    const calls = callsOf(folder, args);
    expect(calls).toEqual(['sync new-senders.json', 'rename new-senders.json', `sync ${basename(folder)}`]);
  }),
);

test(
  'a PIN that was set is on the device, under its name, before the command says so',
  minute,
  watched((folder) => {
    const calls = callsOf(folder, ['pin', 'set', 'li-ming', '--file', join(folder, 'pin')], '480915\n');
    expect(calls).toEqual(['sync new-pin', 'rename new-pin', `sync ${basename(folder)}`]);
  }),
);

test(
  'the key of a box, which is made once, is on the device before its fingerprint is told',
  minute,
  watched((folder) => {
    const calls = callsOf(folder, ['keys', 'new', join(folder, 'box.pem')]);
    expect(calls).toEqual(['sync box.pem', `sync ${basename(folder)}`]);
  }),
);
