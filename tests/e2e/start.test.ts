import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { talkTo } from '../../emulator/start/talk.ts';
import { distEntry } from '../support/dist.ts';

const village = distEntry('village');

/** What `npm start -- ARGS` runs once everything is installed; its exit code and all it said. */
const start = (...args: string[]): Promise<{ readonly code: number | null; readonly said: string }> =>
  new Promise((resolve) => {
    const run = mkdtempSync(join(tmpdir(), 'mingluo-start-'));
    const env = { ...process.env, LANG: 'en_US.UTF-8', LC_ALL: 'en_US.UTF-8' };
    const child = spawn(process.execPath, [village, '--once', '--run', run, ...args], { env });
    let said = '';
    child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
    child.once('close', (code) => resolve({ code, said }));
  });

describe('npm start', () => {
  test('plays one drill through the whole path and ends with 0 when every due terminal is proven', async () => {
    const { code, said } = await start();
    expect(said).toMatch(/the siren is unlocked for 3 s/);
    expect(said).toMatch(/drill ended: due 15 = sounded 15 \+ failed 0 \+ unknown 0/);
    expect(code).toBe(0);
  }, 120_000);

  test('at a simulated 03:00 the drill is refused with its code', async () => {
    const { code, said } = await start('--at', '03:00');
    expect(said).toContain('quiet-hours');
    expect(said).toMatch(/node dist\/centre\.entry\.js drill --url http:\/\/127\.0\.0\.1:\d+\//);
    expect(code).toBe(5);
  }, 90_000);

  test.each(['en_US.UTF-8', 'zh_CN.UTF-8'])('the command that gives orders of this centre is told in %s', (locale) => {
    const out = new PassThrough();
    talkTo(out, { LC_ALL: locale }).say('order', { url: 'http://127.0.0.1:9/' });
    expect(String(out.read())).toContain('node dist/centre.entry.js drill --url http://127.0.0.1:9/');
  });

  test('a fault that fits nothing is named, and the command ends', async () => {
    const { code, said } = await start('--fault', 'heba-siren-9=silent');
    expect(said).toContain('heba-siren-9');
    expect(code).toBe(1);
  }, 90_000);

  test('an option that does not exist is answered with those that do', async () => {
    const { code, said } = await start('--bogus');
    expect(said).toContain('--fault TARGET=FAULT');
    expect(code).toBe(2);
  }, 90_000);

  test('a terminal that is not proven makes the exit code say so', async () => {
    const { code, said } = await start('--fault', 'heba-siren-3=silent');
    expect(said).toMatch(/reason=no-reply terminal=heba-siren-3 verdict=unknown/);
    // On a machine with more programs than processors another unit may answer too late; the sum says that, too.
    const sum = /due 15 = sounded (\d+) \+ failed 0 \+ unknown ([1-5])\b/.exec(said);
    expect(Number(sum?.[1]) + Number(sum?.[2])).toBe(15);
    expect(code).toBe(6);
  }, 120_000);
});

describe('the packages the user chose', () => {
  // The launcher of a program starts its code, which stands beside it under this name.
  const sourcesOf = (entry: string): readonly string[] => {
    const map = distEntry(entry).replace(/\.js$/, '.code.cjs.map');
    return (JSON.parse(readFileSync(map, 'utf8')) as { sources: readonly string[] }).sources;
  };

  test.each([
    ['serialport', 'serial-line.entry'],
    ['modbus-serial', 'serial-line.entry'],
    ['lowdb', 'mingluo'],
    ['ws', 'mingluo'],
  ])('%s works inside the very program that plays the story', (name, entry) => {
    expect(sourcesOf(entry).some((source) => source.includes(`node_modules/${name}/`))).toBe(true);
  });

  test('tsx runs the command line of the box from its sources', () => {
    const args = ['node_modules/tsx/dist/cli.mjs', 'src/cli/mingluo.ts', 'config', 'check', 'config'];
    const { status, stdout } = spawnSync(process.execPath, args, { encoding: 'utf8' });
    expect(status).toBe(0);
    expect(stdout).toContain('sirens');
  }, 90_000);
});
