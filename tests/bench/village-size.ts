import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { waitForBox } from '../../emulator/start/play-drill.ts';
import { soundVillage, quiet } from '../audio/sound-village.ts';
import { pause } from '../support/waiting.ts';
import { sizeOf, treeOf } from './process-size.ts';

/** The whole box of the example village at its largest while it plays. */
export interface VillageSize {
  readonly pssMb: number;
  /** What each process of it has, by the name of its program; two of one program are told together. */
  readonly parts: Readonly<Record<string, number>>;
}

const upWithinMs = 60_000;
const playWithinMs = 60_000;
/** Long enough that speech is made, decoded, sent and, in the middle of it, made ahead. */
const watchedMs = 6_000;
const lookEveryMs = 250;

/** The compiled file it runs: `mingluo`, `sound.entry`. */
export const programOf = (pid: number): string => {
  try {
    const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    return basename(words.find((word) => /\/dist\/|\.entry\.js$|mingluo\.js$/.test(word)) ?? words[0] ?? '').replace(
      '.js',
      '',
    );
  } catch (error) {
    // It ended between two looks.
    if (error instanceof Error) return 'gone';
    throw error;
  }
};

const look = (pid: number): VillageSize => {
  const sizes = treeOf(pid).map((one) => [programOf(one), sizeOf(one).pssMb] as const);
  const names = [...new Set(sizes.map(([name]) => name))];
  const of = (name: string): number => sizes.reduce((sum, [one, mb]) => sum + (one === name ? mb : 0), 0);
  return {
    pssMb: sizes.reduce((sum, [, mb]) => sum + mb, 0),
    parts: Object.fromEntries(names.map((name) => [name, of(name)])),
  };
};

/**
 * Starts the example village, box and all, has the centre order a warning with speech, and looks at every process of the
 * box (main, sound and its helpers, page, panel) from the first sound on.
 */
export const measureVillage = async (): Promise<VillageSize> => {
  const village = await soundVillage({});
  try {
    if (!(await waitForBox(village, quiet, upWithinMs))) throw new Error('the village did not come up');
    const speaker = village.world.core.speakers.get('xuexiao-net');
    const warning = { status: 'actual', class: 'emergency', stage: 'now', severity: 'red' } as const;
    const from = village.world.core.timeline.elapsedMs;
    await village.centre.issue({
      ...warning,
      zones: ['xuexiao'],
      plan: 'any-emergency',
      text: '请马上往高处走，不要回头。',
    });
    const isHeard = (): boolean =>
      speaker?.store.raw(from, village.world.core.timeline.elapsedMs).some((sample) => sample !== 0) === true;
    const giveUpAt = performance.now() + playWithinMs;
    while (!isHeard()) {
      if (performance.now() > giveUpAt) throw new Error('nothing was heard in the village');
      await pause(lookEveryMs);
    }
    const seen: VillageSize[] = [];
    for (let left = watchedMs; left > 0; left -= lookEveryMs) {
      seen.push(look(village.box.pid() ?? 0));
      await pause(lookEveryMs);
    }
    return seen.reduce((largest, one) => (one.pssMb > largest.pssMb ? one : largest));
  } finally {
    await village.close();
  }
};
