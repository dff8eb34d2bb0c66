import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pause } from '../support/waiting.ts';
import { Talker } from './talker.ts';
import { besideTheBus, type Tool, type Workshop } from './tools.ts';

export const aplay: Tool = { debian: 'alsa-utils', binary: 'aplay' };

/** A stretch of sound that came out of the card with loud samples in it. */
export interface LoudStretch {
  /** CLOCK_MONOTONIC, nanoseconds: the scale of `process.hrtime`. */
  readonly at: bigint;
  /** From its first loud sample to its last. */
  readonly samples: number;
}

/** A sound card that hands on what it plays the moment it has it; it plays as fast as it is fed. */
export interface FileCard {
  /** ALSA_CONFIG_PATH under which the device `default` is this card. */
  readonly config: string;
  /** What was loud since the last call. */
  readonly loud: () => Promise<readonly LoudStretch[]>;
  /** The first loud stretch from `after` on; null where none comes in time. */
  readonly first: (after: bigint, withinMs: number) => Promise<LoudStretch | null>;
  /** Resolves when nothing loud has come for so long; to all that came until then. */
  readonly quiet: (forMs: number) => Promise<readonly LoudStretch[]>;
  readonly close: () => Promise<void>;
}

/** What players ask for. */
const device = 'default';
const lookEveryMs = 10;
/** Whatever plays on and on is ended by its caller long before. */
const longestMs = 60_000;

/** Opens a card of this run's own below the workshop's folder. */
export const openCard = async (workshop: Workshop): Promise<FileCard> => {
  const dir = mkdtempSync(join(workshop.dir, 'card-'));
  const [pipe, config] = [join(dir, 'played'), join(dir, 'asound.conf')];
  writeFileSync(
    config,
    [
      '</usr/share/alsa/alsa.conf>',
      `pcm.card { type file slave.pcm "null" file "${pipe}" format "raw" }`,
      `pcm.!${device} { type plug slave.pcm "card" }`,
      '',
    ].join('\n'),
  );
  const talker = new Talker(...besideTheBus(workshop.compile('sound-card.c'), [pipe]));
  await talker.line();
  // What came behind the first that was asked for.
  let rest: readonly LoudStretch[] = [];
  const loud = async (): Promise<readonly LoudStretch[]> => {
    talker.say('loud');
    const stretches: LoudStretch[] = [...rest];
    rest = [];
    for (let line = await talker.line(); line !== ''; line = await talker.line()) {
      const [at = '0', samples = '0'] = line.split(' ');
      stretches.push({ at: BigInt(at), samples: Number(samples) });
    }
    return stretches;
  };
  return {
    config,
    loud,
    first: async (after, withinMs) => {
      const giveUpAt = performance.now() + withinMs;
      while (performance.now() < giveUpAt) {
        const [found, ...others] = (await loud()).filter(({ at }) => at >= after);
        rest = others;
        if (found !== undefined) return found;
        await pause(lookEveryMs);
      }
      return null;
    },
    quiet: async (forMs) => {
      const all: LoudStretch[] = [];
      const giveUpAt = performance.now() + longestMs;
      let quietSince = performance.now();
      while (performance.now() - quietSince < forMs) {
        if (performance.now() > giveUpAt) throw new Error('the card is never quiet');
        const heard = await loud();
        all.push(...heard);
        if (heard.length > 0) quietSince = performance.now();
        await pause(lookEveryMs);
      }
      return all;
    },
    close: async () => {
      await talker.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
};
