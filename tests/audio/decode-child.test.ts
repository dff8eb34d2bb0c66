import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { distEntry } from '../support/dist.ts';
import { needs } from '../support/needs.ts';
import { bytesOf, sineWav } from './sound.ts';

/** Asks the real decode child, traced, and prints one word for each answer; it ends when its channel closes. */
const asker = `
import { fork } from 'node:child_process';
const [entry, trace, ...files] = process.argv.slice(2);
const child = fork(entry, { execPath: 'strace', execArgv: ['-f', '-qq', '-e', 'trace=openat,open,socket,connect,execve', '-o', trace, process.execPath, '--max-old-space-size=96'],
  cwd: '/', serialization: 'advanced', stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
let at = 0;
const next = () => {
  if (at === files.length) return child.disconnect();
  child.send({ id: at, source: files[at], longestMs: 5000, fromPipe: false, keepsSound: true });
};
child.on('message', (message) => {
  if ('samples' in message) return;
  console.log('end' in message ? 'decoded' : message.failure.code);
  at += 1;
  next();
});
next();
`;

const spoilt = (bytes: Uint8Array, at: number, ...values: readonly number[]): Uint8Array => {
  const copy = Uint8Array.from(bytes);
  copy.set(values, at);
  return copy;
};

/** What a file that comes from outside may try, after one good file of each kind has brought every decoder into memory. */
const hostile = (): readonly Uint8Array[] => {
  const wav = new Uint8Array(sineWav({ rate: 24_000, channels: 1, bits: 16 }, 200));
  const mp3 = bytesOf('tone.mp3');
  const opus = bytesOf('tone.opus');
  return [
    spoilt(wav, 40, 0xff, 0xff, 0xff, 0x7f),
    spoilt(wav, 22, 0xff, 0xff),
    spoilt(mp3, 0, ...Buffer.from('ID3'), 4, 0, 0, 0x7f, 0x7f, 0x7f, 0x7f),
    spoilt(mp3, 400, ...new Uint8Array(300).fill(0xff)),
    spoilt(opus, 26, 0xff, 0xff),
    spoilt(opus, 300, ...new Uint8Array(500).fill(0x5a)),
    Buffer.from('#!/bin/sh\ncat /etc/passwd\n'),
    Buffer.from('file:///etc/passwd'),
    Buffer.from('#EXTM3U\nhttp://127.0.0.1/x.mp3\n'),
  ];
};

test('the decoding child opens the file it is asked for and no other, and no socket, whatever is in it', () => {
  if (!needs('strace', 'strace')) return;
  const folder = mkdtempSync(join(tmpdir(), 'mingluo-strace-'));
  try {
    const good = [sineWav({ rate: 44_100, channels: 2, bits: 16 }, 100), bytesOf('tone.mp3'), bytesOf('tone.opus')];
    const files = [...good, ...hostile()].map((bytes, index) => {
      const path = join(folder, `${index}.sound`);
      writeFileSync(path, bytes);
      return path;
    });
    const script = join(folder, 'asker.mjs');
    writeFileSync(script, asker);
    const trace = join(folder, 'trace');
    const entry = distEntry('decode.entry');
    const { status, stdout, stderr } = spawnSync(process.execPath, [script, entry, trace, ...files], {
      encoding: 'utf8',
      timeout: 90_000,
    });
    expect(`${status} ${stderr}`).toBe('0 ');
    const words = stdout.trim().split('\n');
    expect(words).toHaveLength(files.length);
    expect(words.slice(0, good.length)).toEqual(good.map(() => 'decoded'));

    const calls = readFileSync(trace, 'utf8').split('\n');
    const opened = calls.flatMap((call) => /open(?:at)?\(.*?"([^"]*)"/.exec(call)?.[1] ?? []);
    expect(opened.some((path) => path.includes('decode.entry'))).toBe(true);
    // Its own program, Node's libraries, and what Node asks the kernel about the machine.
    const own = /^(\/proc\/|\/sys\/fs\/cgroup|\/dev\/null|\/etc\/ld\.so\.cache|\/etc\/ssl\/|\/(usr\/)?lib)/;
    const strange = opened.filter(
      (path) => !own.test(path) && !path.startsWith(join(entry, '..')) && !path.endsWith('/package.json'),
    );
    expect(strange).toEqual(files);
    expect(calls.filter((call) => /\b(socket|connect)\(/.test(call))).toEqual([]);
    expect(calls.filter((call) => call.includes('execve('))).toHaveLength(1);
  } finally {
    rmSync(folder, { recursive: true });
  }
}, 120_000);
