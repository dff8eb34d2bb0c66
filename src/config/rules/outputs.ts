import type { Failure } from '../../words/failure.ts';
import { faultAt, type Rule } from '../draft.ts';
import type { OutputFile } from '../schema/site.ts';

type OutputKey = 'device' | 'address' | 'key_file';

const keysOf: Readonly<
  Record<OutputFile['kind'], { readonly must: readonly OutputKey[]; readonly may: readonly OutputKey[] }>
> = {
  alsa: { must: [], may: ['device'] },
  'pcm-tcp': { must: ['address', 'key_file'], may: ['address', 'key_file'] },
};
const allKeys: readonly OutputKey[] = ['device', 'address', 'key_file'];

/** A sound card has a device, a network loudspeaker an address and a key; neither has the other's. */
export const outputsAreWhole: Rule = ({ site }) =>
  (site.value.outputs ?? []).flatMap((output, index): readonly Failure[] => {
    const { kind } = output;
    const { must, may } = keysOf[kind];
    const path = ['outputs', index];
    const missing = must.find((key) => output[key] === undefined);
    if (missing !== undefined) return faultAt(site, path, 'config-output-key-missing', { kind, key: missing });
    const strange = allKeys.find((key) => output[key] !== undefined && !may.includes(key));
    return strange === undefined ? [] : faultAt(site, [...path, strange], 'config-output-key', { kind, key: strange });
  });

/** Every terminal has something that makes it sound: a switched output, a sound output, or both. */
export const terminalsAreWired: Rule = ({ site }) =>
  site.value.terminals.flatMap(({ id, kind, output, sound, speech, proof }, index): readonly Failure[] => {
    const path = ['terminals', index];
    if (sound === undefined)
      return output === undefined ? faultAt(site, [...path, 'id'], 'config-terminal-unwired', { terminal: id }) : [];
    if (kind === 'siren') return faultAt(site, [...path, 'sound'], 'config-siren-sound', {});
    if (speech !== undefined) return faultAt(site, [...path, 'sound'], 'config-sound-and-speech', {});
    return output === undefined && proof !== undefined
      ? faultAt(site, [...path, 'proof'], 'config-proof-unswitched', { terminal: id })
      : [];
  });

/** Sound comes back from a terminal that the box feeds, over a way that exists. */
export const returnsAreThere: Rule = ({ site }) =>
  site.value.terminals.flatMap(({ returnAudio, sound }, index): readonly Failure[] => {
    const path = ['terminals', index, 'returnAudio'];
    if (returnAudio === undefined) return [];
    if (sound === undefined) return faultAt(site, path, 'config-return-soundless', {});
    const output = (site.value.outputs ?? []).find(({ id }) => id === sound.output);
    if (returnAudio.kind === 'alsa')
      return returnAudio.device === undefined ? faultAt(site, path, 'config-return-device', {}) : [];
    return output === undefined || output.kind === 'pcm-tcp'
      ? []
      : faultAt(site, [...path, 'kind'], 'config-return-way', { output: output.id });
  });

/** Zones on one sound output are told apart by their amplifiers' relays: without them one zone would hear the other's. */
export const sharedOutputsAreSwitched: Rule = ({ site }) => {
  const { terminals } = site.value;
  return terminals.flatMap(({ id, zone, sound, output }, index): readonly Failure[] => {
    if (sound === undefined || output !== undefined) return [];
    const other = terminals.find((one) => one.sound?.output === sound.output && one.zone !== zone);
    if (other === undefined) return [];
    const params = { terminal: id, output: sound.output, other: other.id };
    return faultAt(site, ['terminals', index, 'sound', 'output'], 'config-output-bare', params);
  });
};
