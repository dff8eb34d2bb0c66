import type { Failure } from '../../words/failure.ts';
import { limitDefaults } from '../defaults.ts';
import { faultAt, type Draft, type Rule } from '../draft.ts';
import { durationText, msOf } from '../duration.ts';
import { nearestWord } from '../nearest-word.ts';
import type { TerminalFile } from '../schema/site.ts';
import { lineOf, modelAt, switchOf } from '../units.ts';
import type { Path } from '../yaml-source.ts';

interface Ref {
  readonly line: string;
  readonly unit: number;
  readonly channel?: number;
}

interface Use {
  readonly path: Path;
  readonly ref: Ref;
  readonly as: 'output' | 'proof' | 'sensor';
}

const usesOf = (terminal: TerminalFile, index: number): Use[] => [
  ...(terminal.output === undefined
    ? []
    : [{ path: ['terminals', index, 'output'], ref: terminal.output, as: 'output' as const }]),
  ...(terminal.proof === undefined
    ? []
    : [{ path: ['terminals', index, 'proof'], ref: terminal.proof, as: 'proof' as const }]),
];

const terminalsOf = ({ site }: Draft) => site.value.terminals.map((terminal, index) => ({ terminal, index }));

const far = (unit: number, ref: Ref): number => Math.abs(unit - ref.unit);

/** Every unit that a terminal or sensor names stands on its line. */
export const unitsExist: Rule = (draft) => {
  const { site } = draft;
  const sensors = (site.value.sensors ?? []).map(({ line, unit }, index): Use => ({
    path: ['sensors', index],
    ref: { line, unit },
    as: 'sensor',
  }));
  const uses = [...terminalsOf(draft).flatMap(({ terminal, index }) => usesOf(terminal, index)), ...sensors];
  return uses.flatMap(({ path, ref }): readonly Failure[] => {
    const line = lineOf(site.value, ref.line);
    if (line === null || line.units?.some(({ unit }) => unit === ref.unit) === true) return [];
    const units = (line.units ?? []).map(({ unit }) => unit);
    // An address given twice is one mistake: the unit that is missed here is the one it was taken from.
    if (new Set(units).size < units.length) return [];
    const nearest = units.reduce((best, unit) => (far(unit, ref) < far(best, ref) ? unit : best), units[0] ?? 0);
    return faultAt(site, [...path, 'unit'], 'config-unit-unknown', { line: ref.line, unit: ref.unit, nearest });
  });
};

/** An output is switched by a model that has outputs, a proof read from one that has proof inputs, within its channels. */
export const channelsExist: Rule = (draft) => {
  const { site, catalogue } = draft;
  return terminalsOf(draft)
    .flatMap(({ terminal, index }) => usesOf(terminal, index))
    .flatMap(({ path, ref, as }): readonly Failure[] => {
      const device = modelAt(site.value, catalogue, ref);
      if (device === null) return [];
      const { model } = device;
      if (as === 'output' && device.output === null)
        return faultAt(site, [...path, 'unit'], 'config-model-no-output', { model });
      if (as === 'proof' && device.proof === null)
        return faultAt(site, [...path, 'unit'], 'config-model-no-proof', { model });
      const channel = ref.channel ?? 1;
      const channels = as === 'proof' ? Math.min(device.channels, device.proof?.count ?? 0) : device.channels;
      return channel <= channels
        ? []
        : faultAt(site, [...path, 'channel'], 'config-channel-outside', { model, channels, channel });
    });
};

export const channelsAreUnique: Rule = (draft) => {
  const { site } = draft;
  const users = new Map<string, string>();
  return terminalsOf(draft).flatMap(({ terminal, index }) =>
    usesOf(terminal, index).flatMap(({ path, ref, as }): readonly Failure[] => {
      const channel = ref.channel ?? 1;
      const key = `${as} ${ref.line} ${ref.unit} ${channel}`;
      const user = users.get(key);
      if (user === undefined) {
        users.set(key, terminal.id);
        return [];
      }
      const params = { line: ref.line, unit: ref.unit, channel, terminal: user };
      const at = ref.channel === undefined ? [...path, 'unit'] : [...path, 'channel'];
      return faultAt(site, at, 'config-channel-twice', params);
    }),
  );
};

/** A siren has no voice; a speaker has one: its own speech chip, or clips stored in its unit. */
export const voicesAreSound: Rule = (draft) => {
  const { site, catalogue } = draft;
  const users = new Map<string, string>();
  return terminalsOf(draft).flatMap(({ terminal, index }): readonly Failure[] => {
    const { speech, kind, id } = terminal;
    const device = switchOf(site.value, catalogue, terminal);
    if (terminal.sound !== undefined) return [];
    if (speech === undefined) {
      const mute = kind === 'speaker' && device?.output !== undefined && (device.output?.play ?? null) === null;
      return mute ? faultAt(site, ['terminals', index], 'config-speaker-mute', { model: device.model }) : [];
    }
    const path = ['terminals', index, 'speech'];
    if (kind === 'siren') return faultAt(site, path, 'config-siren-speech', {});
    const at = [...path, 'line'];
    const line = lineOf(site.value, speech.line);
    if (line === null) return [];
    const chip = catalogue.frames.get(line.device ?? '');
    // A line of bytes without a known device is reported for that already.
    if (chip?.kind !== 'speech' && (chip !== undefined || line.speaks !== 'bytes'))
      return faultAt(site, at, 'config-line-speech', { line: speech.line });
    const user = users.get(speech.line);
    if (user === undefined) users.set(speech.line, id);
    return user === undefined ? [] : faultAt(site, at, 'config-speech-shared', { line: speech.line, terminal: user });
  });
};

/** Nothing may be set to sound longer than the law of the box, and a dead-man hold must outlast two renewals. */
export const leasesAreSound: Rule = (draft) => {
  const { site, catalogue } = draft;
  const longest = site.value.limits?.sirenLongest ?? limitDefaults.sirenLongest;
  const renew = site.value.limits?.renewEvery ?? limitDefaults.renewEvery;
  return terminalsOf(draft).flatMap(({ terminal, index }) => {
    const device = switchOf(site.value, catalogue, terminal);
    const own = terminal.longest;
    const asked =
      own === undefined || msOf(own) <= msOf(longest)
        ? []
        : faultAt(site, ['terminals', index, 'longest'], 'config-lease-long', { found: own, most: longest });
    const lease = device?.output?.lease;
    if (device === null || lease?.kind !== 'dead-man') return asked;
    const hold = durationText(lease.holdMs);
    const at = ['terminals', index, 'output', 'unit'];
    const held = lease.holdMs > 180_000 ? faultAt(site, at, 'config-lease-long', { found: hold, most: '180 s' }) : [];
    const slow =
      msOf(renew) * 2 > lease.holdMs
        ? faultAt(site, at, 'config-renew-slow', { renew, model: device.model, hold })
        : [];
    return [...asked, ...held, ...slow];
  });
};

/** A zone that nobody can hear is not a zone. */
export const zonesSound: Rule = ({ site }) =>
  site.value.zones.flatMap(({ id }, index) =>
    site.value.terminals.some(({ zone }) => zone === id)
      ? []
      : faultAt(site, ['zones', index, 'id'], 'config-zone-silent', { zone: id }),
  );

/** The codes that address a zone lie inside the township: its first nine digits. */
export const areasAreInside: Rule = ({ site }) =>
  site.value.zones.flatMap(({ areaCodes }, zone) =>
    areaCodes.flatMap((code, index) =>
      code.startsWith(site.value.areaCode.slice(0, 9))
        ? []
        : faultAt(site, ['zones', zone, 'areaCodes', index], 'config-area-outside', {
            code,
            area: site.value.areaCode,
          }),
    ),
  );

/** A sensor reads a named reading of its unit's model. */
export const readingsExist: Rule = ({ site, catalogue }) =>
  (site.value.sensors ?? []).flatMap((sensor, index) => {
    const device = modelAt(site.value, catalogue, sensor);
    const names = device?.readings.map(({ name }) => name) ?? [];
    if (device === null || names.includes(sensor.reading)) return [];
    const params = { model: device.model, name: sensor.reading, nearest: nearestWord(sensor.reading, names) };
    return faultAt(site, ['sensors', index, 'reading'], 'config-reading-unknown', params);
  });
