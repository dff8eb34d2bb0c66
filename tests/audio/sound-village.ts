import { cpSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
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

const snippetSamples = 0.4 * pcmRate;

/** Four stretches of a recording, short enough that a hole which a busy machine left hides not all of them. */
const snippetsOf = (recording: Pcm): readonly Pcm[] => {
  const room = Math.max(0, recording.length - snippetSamples);
  return [0.1, 0.35, 0.6, 0.85].map((share) => {
    const from = Math.floor(share * room);
    return recording.subarray(from, from + snippetSamples);
  });
};

/** How well a snippet is found in what was heard: the best normalised correlation, 0–1. */
const likeness = (heard: Pcm, snippet: Pcm): number => {
  const every = 5;
  const at = (from: number): number => {
    let [product, theirs, own] = [0, 0, 0];
    for (let place = 0; place < snippet.length; place += every) {
      const [sample, wanted] = [heard[from + place] ?? 0, snippet[place] ?? 0];
      product += sample * wanted;
      theirs += sample * sample;
      own += wanted * wanted;
    }
    return theirs === 0 ? 0 : product / Math.sqrt(own * theirs);
  };
  const coarse = 6;
  let best = { from: 0, like: 0 };
  const look = (from: number): void => {
    const like = at(from);
    if (like > best.like) best = { from, like };
  };
  for (let from = 0; from + snippet.length <= heard.length; from += coarse) look(from);
  const { from } = best;
  for (let near = from - coarse; near <= from + coarse; near += 1) look(near);
  return best.like;
};

/** How well the best preserved stretch of a recording is found in what was heard, 0–1. */
export const likenessIn = (heard: Pcm, recording: Pcm): number =>
  snippetsOf(recording).reduce((best, snippet) => (best > 0.9 ? best : Math.max(best, likeness(heard, snippet))), 0);
