import { periodMs } from '../../core/tone-pattern.ts';
import type { Failure } from '../../words/failure.ts';
import { patternOf, waveKeys, type ToneSoundFile } from '../compile-sounds.ts';
import { limitDefaults } from '../defaults.ts';
import { faultAt, type Draft, type Rule } from '../draft.ts';
import { durationText, msOf } from '../duration.ts';
import type { Path } from '../yaml-source.ts';

/**
 * Civil air-defence signals: 预先警报 36/24 s three times, 空袭警报 6/6 s fifteen times, 解除警报 three minutes without a
 * pause. People know them by ear, not by count, so the count does not matter.
 */
const airDefence = [
  { onMs: 36_000, offMs: 24_000 },
  { onMs: 6000, offMs: 6000 },
] as const;
const airDefenceSteadyMs = 180_000;
const tolerance = 0.1;

const near = (value: number, target: number): boolean => Math.abs(value - target) <= target * tolerance;

/** Would a listener take this cadence for an air-defence signal? */
export const soundsLikeAirDefence = (onMs: number, offMs: number, cycles: number): boolean =>
  offMs === 0
    ? onMs * cycles >= airDefenceSteadyMs * (1 - tolerance)
    : cycles > 1 && airDefence.some((signal) => near(onMs, signal.onMs) && near(offMs, signal.offMs));

/** Would a listener take the sound itself for such a signal, swelling and fading at its pace while the tone is on? */
const swellsLikeAirDefence = (sound: ToneSoundFile): boolean => {
  const pattern = patternOf(sound);
  return pattern !== null && airDefence.some(({ onMs, offMs }) => near(periodMs(pattern), onMs + offMs));
};

/** A tone's sound is a name, or a wave with exactly the keys that it needs. */
const soundFaults = (site: Draft['site'], sound: ToneSoundFile, path: Path): readonly Failure[] => {
  const { pattern, wave, hz = [], ...times } = sound;
  const given = Object.keys(times);
  if ((pattern === undefined) === (wave === undefined)) return faultAt(site, path, 'config-tone-sound', {});
  if (pattern !== undefined) return hz.length + given.length === 0 ? [] : faultAt(site, path, 'config-tone-sound', {});
  const { notes, needs, may } = waveKeys[wave ?? 'steady'];
  const [fewest, most] = notes;
  const params = { wave: wave ?? '', fewest, most, needs: ['hz', ...needs].join(', ') };
  const keys: readonly string[] = [...needs, ...may];
  const isWhole = needs.every((key) => given.includes(key)) && given.every((key) => keys.includes(key));
  return isWhole && hz.length >= fewest && hz.length <= most ? [] : faultAt(site, path, 'config-tone-wave', params);
};

/** Every tone that says what it sounds like says it whole. */
export const toneSoundsAreWhole: Rule = ({ site }) =>
  site.value.sounds.tones.flatMap(({ sound }, index) =>
    sound === undefined ? [] : soundFaults(site, sound, ['sounds', 'tones', index, 'sound']),
  );

const loopback = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

/** A server that speaks is this machine, or one that proves its name; no password stands in its address. */
const urlFaults = (site: Draft['site'], url: string): readonly Failure[] => {
  const path = ['sounds', 'speech', 'url'];
  if (!URL.canParse(url))
    return faultAt(site, path, 'config-form', { found: 'url', example: 'http://127.0.0.1:5002/speak' });
  const { protocol, hostname, username, password } = new URL(url);
  if (username !== '' || password !== '') return faultAt(site, path, 'config-secret-inline', { key: 'url' });
  return protocol === 'https:' || loopback.test(hostname) ? [] : faultAt(site, path, 'config-speech-plain', {});
};

/** The engine has the key it needs, and no other. */
export const speechIsWhole: Rule = ({ site }) => {
  const { engine = 'builtin', command, url } = site.value.sounds.speech ?? {};
  const path = ['sounds', 'speech'];
  const wants = { builtin: '', command: 'command', http: 'url' }[engine];
  const has = [command === undefined ? [] : ['command'], url === undefined ? [] : ['url']].flat().join(', ');
  if (has !== wants)
    return faultAt(site, path, 'config-speech-engine', { engine, wants: wants || '-', found: has || '-' });
  return url === undefined ? [] : urlFaults(site, url);
};

export const tonesAreAllowed: Rule = ({ site }) => {
  const { tones, airDefence: allowed } = site.value.sounds;
  const longest = site.value.limits?.sirenLongest ?? limitDefaults.sirenLongest;
  return tones.flatMap(({ id, on, off = '0 s', cycles = 1, sound }, index): readonly Failure[] => {
    const path = ['sounds', 'tones', index];
    const [onMs, offMs] = [msOf(on), msOf(off)];
    const gapless = cycles > 1 && offMs === 0;
    if (gapless) return faultAt(site, path, 'config-cadence-gap', {});
    if (onMs > msOf(longest))
      return faultAt(site, [...path, 'on'], 'config-lease-long', { found: durationText(onMs), most: longest });
    if (allowed !== undefined) return [];
    if (soundsLikeAirDefence(onMs, offMs, cycles))
      return faultAt(site, [...path, 'on'], 'config-air-defence', { tone: id });
    const swells = sound !== undefined && swellsLikeAirDefence(sound);
    return swells ? faultAt(site, [...path, 'sound'], 'config-air-defence', { tone: id }) : [];
  });
};

/** The county that allows air-defence cadences is the one this site lies in. */
export const countyFits: Rule = ({ site }) => {
  const { county } = site.value.sounds.airDefence ?? {};
  if (county === undefined || site.value.areaCode.startsWith(county)) return [];
  const params = { county, area: site.value.areaCode };
  return faultAt(site, ['sounds', 'airDefence', 'county'], 'config-air-defence-county', params);
};

const durationToleranceMs = 200;

/** A clip lies in the site's folder or in the terminals, and lasts as long as it says. */
export const clipsAreThere: Rule = ({ site, audio }) =>
  (site.value.sounds.clips ?? []).flatMap(({ id, file, track, duration }, index): readonly Failure[] => {
    const path = ['sounds', 'clips', index];
    if (file === undefined) return track === undefined ? faultAt(site, path, 'config-clip-source', { clip: id }) : [];
    const actual = audio.get(file) ?? null;
    if (actual === null) return faultAt(site, [...path, 'file'], 'config-clip-file', { file });
    if (Math.abs(actual - msOf(duration)) <= durationToleranceMs) return [];
    const params = { file, actual: durationText(actual), found: duration };
    return faultAt(site, [...path, 'duration'], 'config-clip-duration', params);
  });
