import type { SoundSettings, SpeechSettings } from '../core/sound-settings.ts';
import { tonePatterns, isTonePattern, type TonePattern } from '../core/tone-pattern.ts';
import { soundMakingDefaults, toneSoundDefaults } from './defaults.ts';
import { msOf } from './duration.ts';
import { inFolder } from './file-port.ts';
import type { SiteFile } from './schema/site.ts';

export type ToneSoundFile = NonNullable<SiteFile['sounds']['tones'][number]['sound']>;

/** The keys that each wave needs and the ones it may have; a name needs and has none. */
export const waveKeys = {
  steady: { notes: [1, 4], needs: [], may: [] },
  'two-tone': { notes: [2, 2], needs: ['each'], may: [] },
  sweep: { notes: [2, 2], needs: ['rise'], may: ['fall'] },
  struck: { notes: [1, 4], needs: ['each'], may: ['apart'] },
} as const;

/** The pattern that a tone's `sound` describes; null where it is not whole (the rules have said so). */
export const patternOf = (sound: ToneSoundFile): TonePattern | null => {
  if (sound.pattern !== undefined) return isTonePattern(sound.pattern) ? tonePatterns[sound.pattern] : null;
  const { wave, hz = [], each, rise, fall, apart } = sound;
  const [first, second] = hz;
  if (first === undefined) return null;
  if (wave === 'steady') return { wave, hz };
  if (wave === 'struck' && each !== undefined)
    return { wave, hz, apartMs: msOf(apart ?? toneSoundDefaults.apart), everyMs: msOf(each) };
  if (second === undefined) return null;
  if (wave === 'two-tone' && each !== undefined) return { wave, hz: [first, second], eachMs: msOf(each) };
  if (wave !== 'sweep' || rise === undefined) return null;
  const fallMs = msOf(fall ?? toneSoundDefaults.fall);
  return { wave, fromHz: first, toHz: second, riseMs: msOf(rise), fallMs };
};

const speechOf = ({ engine, command, url, timeout }: NonNullable<SiteFile['sounds']['speech']>): SpeechSettings => {
  const timeoutMs = msOf(timeout ?? soundMakingDefaults.timeout);
  if (engine === 'command' && command !== undefined) return { engine, command, timeoutMs };
  return engine === 'http' && url !== undefined ? { engine, url, timeoutMs } : { engine: 'builtin' };
};

/** What the maker of sound needs to know of a site. `dir`: the site's folder, in which clips lie. */
export const compileSounds = ({ sounds }: SiteFile, dir: string): SoundSettings => ({
  speech: speechOf(sounds.speech ?? {}),
  tones: Object.fromEntries(
    sounds.tones.flatMap(({ id, sound }) => {
      const pattern = sound === undefined ? null : patternOf(sound);
      return pattern === null ? [] : [[id, pattern] as const];
    }),
  ),
  clips: Object.fromEntries(
    (sounds.clips ?? []).flatMap(({ id, file, duration }) =>
      file === undefined ? [] : [[id, { path: inFolder(dir, file), durationMs: msOf(duration) }] as const],
    ),
  ),
  mostCacheBytes: (sounds.cacheMegabytes ?? soundMakingDefaults.cacheMegabytes) * 1024 * 1024,
});
