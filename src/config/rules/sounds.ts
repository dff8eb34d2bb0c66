import type { Failure } from '../../words/failure.ts';
import { limitDefaults } from '../defaults.ts';
import { faultAt, type Rule } from '../draft.ts';
import { durationText, msOf } from '../duration.ts';

/** Civil air-defence signals: 36/24 s, 6/6 s, three minutes without a pause. People know them by ear, not by count. */
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

export const tonesAreAllowed: Rule = ({ site }) => {
  const { tones, airDefence: allowed } = site.value.sounds;
  const longest = site.value.limits?.sirenLongest ?? limitDefaults.sirenLongest;
  return tones.flatMap(({ id, on, off = '0 s', cycles = 1 }, index): readonly Failure[] => {
    const path = ['sounds', 'tones', index];
    const [onMs, offMs] = [msOf(on), msOf(off)];
    const gapless = cycles > 1 && offMs === 0;
    if (gapless) return faultAt(site, path, 'config-cadence-gap', {});
    if (onMs > msOf(longest))
      return faultAt(site, [...path, 'on'], 'config-lease-long', { found: durationText(onMs), most: longest });
    const siren = allowed === undefined && soundsLikeAirDefence(onMs, offMs, cycles);
    return siren ? faultAt(site, [...path, 'on'], 'config-air-defence', { tone: id }) : [];
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
