import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { copyFileSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { distEntry } from '../support/dist.ts';
import type { Place } from './rules/console-blocks.ts';
import { root } from './rules/tree.ts';

/** Where the commands of a document are run: a working folder, and what its reader has in the environment by then. */
export interface Stage {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly close: () => void;
}

const ended = (child: ChildProcess, cwd: string) => (): void => {
  child.kill('SIGKILL');
  rmSync(cwd, { recursive: true, force: true });
};

/** A folder of the reader's own, with the project's program and example in it. */
const folder = (): string => {
  const cwd = mkdtempSync(join(tmpdir(), 'mingluo-docs-'));
  symlinkSync(dirname(distEntry('mingluo')), join(cwd, 'dist'));
  symlinkSync(join(root, 'config'), join(cwd, 'config'));
  return cwd;
};

/** Starts a program of dist/ and gives the first line of JSON that it prints. */
const started = async (cwd: string, args: readonly string[]) => {
  const child = spawn(process.execPath, args, { cwd, stdio: ['ignore', 'pipe', 'inherit'] });
  const line = await new Promise<string>((resolve, reject) => {
    let text = '';
    child.once('exit', (code) => reject(new Error(`${args.join(' ')} ended with ${String(code)}`)));
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      if (text.includes('\n')) resolve(text.slice(0, text.indexOf('\n')));
    });
  });
  child.removeAllListeners('exit');
  return { child, told: JSON.parse(line) as Readonly<Record<string, unknown>> };
};

/** The village alone, as the tutorial starts it: no box touches its lines. */
const village = async (): Promise<Stage> => {
  const cwd = folder();
  const compiled = spawn(process.execPath, ['dist/mingluo.js', 'config', 'compile', 'config'], { cwd });
  const pieces: Buffer[] = [];
  compiled.stdout.on('data', (chunk: Buffer) => pieces.push(chunk));
  await new Promise((resolve) => compiled.once('close', resolve));
  writeFileSync(join(cwd, 'site.json'), Buffer.concat(pieces));
  const args = ['dist/emulator.entry.js', '--site', 'site.json', '--run', 'village-run'];
  const { child, told } = await started(cwd, args);
  return { cwd, env: { VILLAGE: String(told['http']), RUN: 'village-run' }, close: ended(child, cwd) };
};

/** A practice centre on free ports, and the files that a reader has at hand. */
const centre = async (): Promise<Stage> => {
  const cwd = folder();
  writeFileSync(join(cwd, 'box-public-key.txt'), `${randomBytes(32).toString('base64')}\n`);
  copyFileSync(join(root, 'tests/audio/files/tone.mp3'), join(cwd, 'warning.mp3'));
  const args = ['serve', '--port', '0', '--http', '0', '--dir', 'practice', '--start-time', 'workday', '--json'];
  const { child, told } = await started(cwd, ['dist/centre.entry.js', ...args]);
  return { cwd, env: { CENTRE: String(told['page']) }, close: ended(child, cwd) };
};

const alone = (): Promise<Stage> => {
  const cwd = folder();
  return Promise.resolve({ cwd, env: {}, close: () => rmSync(cwd, { recursive: true, force: true }) });
};

const project = (): Promise<Stage> => Promise.resolve({ cwd: root, env: {}, close: () => undefined });

export const openStage: Readonly<Record<Place, () => Promise<Stage>>> = { project, folder: alone, village, centre };
