import { cpSync, existsSync, mkdtempSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { runVillage, type Village } from '../../emulator/start/run-village.ts';
import { pcmRate, type Pcm } from '../../src/audio/pcm.ts';
import { distEntry } from '../support/dist.ts';
import { workdayAt } from '../e2e/box.ts';

export interface SoundVillageOptions {
  /** Changes to config/site.yaml, each of which must fit. */
  readonly site?: readonly (readonly [string, string])[];
  /** Changes to plans/80-any-emergency.yaml. */
  readonly plan?: readonly (readonly [string, string])[];
  /** A program beside which the optional speech package is missing, or whose speech child dies at every start. */
  readonly engine?: 'present' | 'missing' | 'dying';
}

const edited = (file: string, edits: readonly (readonly [string, string])[]): void => {
  let text = readFileSync(file, 'utf8');
  for (const [from, to] of edits) {
    if (!text.includes(from)) throw new Error(`${file}: no ${from}`);
    text = text.replace(from, to);
  }
  writeFileSync(file, text);
};

/** The compiled program in a folder from which no package can be found. */
const programWithout = (folder: string, engine: 'missing' | 'dying'): string => {
  const program = distEntry('mingluo');
  cpSync(dirname(program), join(folder, 'dist'), { recursive: true, filter: (from) => !from.endsWith('.map') });
  if (engine === 'dying') writeFileSync(join(folder, 'dist', 'speech-maker.entry.js'), 'process.exit(1);\n');
  return join(folder, 'dist', 'mingluo.js');
};

/** A village that says nothing of itself. */
export const quiet = { language: 'en', say: () => undefined, show: () => undefined } as const;

/** The example village with a box of its own, its folders written relative to where we are, as a person would. */
export const soundVillage = async ({ site = [], plan = [], engine = 'present' }: SoundVillageOptions) => {
  const folder = mkdtempSync(join(tmpdir(), 'mingluo-sound-'));
  const configDir = join(folder, 'config');
  cpSync('config', configDir, { recursive: true });
  edited(join(configDir, 'site.yaml'), site);
  edited(join(configDir, 'plans', '80-any-emergency.yaml'), plan);
  const program = engine === 'present' ? distEntry('mingluo') : programWithout(folder, engine);
  return runVillage({
    ...{ program, configDir: relative('.', configDir), devicesDir: 'devices', runDir: join(folder, 'run') },
    ...{ startWallMs: workdayAt(10, 0), faults: [], talk: quiet },
  });
};

/** What came out of the village's network loudspeaker between two instants of the run. */
export const heardFrom = ({ world }: Village, fromMs: number, toMs = world.core.timeline.elapsedMs): Pcm =>
  world.core.speakers.get('xuexiao-net')?.store.raw(fromMs, toMs) ?? new Int16Array(0);

/** Every process below one, by its id and command line. */
export const processesBelow = (pid: number): readonly { readonly pid: number; readonly command: string }[] => {
  const rows = readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name) || !existsSync(`/proc/${name}/stat`)) return [];
    try {
      const parent = Number(readFileSync(`/proc/${name}/stat`, 'utf8').split(') ')[1]?.split(' ')[1]);
      const command = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ');
      return [{ pid: Number(name), parent, command }];
    } catch (error) {
      // It ended between two looks.
      return error instanceof Error ? [] : [];
    }
  });
  const below = (from: number): readonly { pid: number; command: string }[] =>
    rows.filter(({ parent }) => parent === from).flatMap((row) => [row, ...below(row.pid)]);
  return below(pid);
};

/** Where a recording stands in what was heard: the best normalised correlation, 0–1, looked for each 2 ms. */
export const likenessIn = (heard: Pcm, recording: Pcm): number => {
  const size = Math.min(recording.length, pcmRate);
  const step = pcmRate / 500;
  // A tenth of the samples is enough to know one recording from another.
  const places = Array.from({ length: Math.floor(size / 10) }, (_, index) => index * 10);
  const own = places.reduce((sum, place) => sum + (recording[place] ?? 0) ** 2, 0);
  let best = 0;
  for (let at = 0; at + size <= heard.length; at += 1) {
    if (at % step !== 0 && best < 0.3) continue;
    let [product, theirs] = [0, 0];
    for (const place of places) {
      const sample = heard[at + place] ?? 0;
      product += sample * (recording[place] ?? 0);
      theirs += sample * sample;
    }
    if (theirs > 0) best = Math.max(best, product / Math.sqrt(own * theirs));
  }
  return best;
};
