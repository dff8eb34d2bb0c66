import type { OutputWiring, ReturnWiring } from '../core/wiring.ts';
import { outputDefaults, soundDefaults } from './defaults.ts';
import { msOf } from './duration.ts';
import type { OutputFile, SiteFile, TerminalFile } from './schema/site.ts';

/** An output brought to another place than the file says: the emulated village opens no sound card. */
export interface OutputOverride {
  readonly host: string;
  readonly port: number;
  readonly keyFile: string;
}

export type OutputOverrides = Readonly<Record<string, OutputOverride>>;

const viaOf = (output: OutputFile, override: OutputOverride | undefined): OutputWiring['via'] => {
  if (override !== undefined) return { kind: 'pcm-tcp', ...override };
  const { kind, device = outputDefaults.device, address = '', key_file } = output;
  if (kind === 'alsa') return { kind, device };
  const [host = '', port = '0'] = address.split(':');
  return { kind, host, port: Number(port), keyFile: key_file ?? '' };
};

/** Where sound goes. Key files are as written; the caller knows the folder. */
export const outputsOf = ({ outputs = [] }: SiteFile, overrides: OutputOverrides): readonly OutputWiring[] =>
  outputs.map((output) => ({
    id: output.id,
    via: viaOf(output, Object.hasOwn(overrides, output.id) ? overrides[output.id] : undefined),
  }));

/** A return input; where the run replaces the output, what comes back comes from there too. */
export const returnsOf = ({ returnAudio, sound }: TerminalFile, overrides: OutputOverrides): ReturnWiring | null => {
  if (returnAudio === undefined) return null;
  const { kind, device = '', hears = soundDefaults.hears } = returnAudio;
  const replaced = sound !== undefined && Object.hasOwn(overrides, sound.output);
  return {
    via: kind === 'pcm-tcp' || replaced ? { kind: 'pcm-tcp' } : { kind, device },
    grade: hears === 'room' ? 'microphone' : 'sound',
  };
};

/** How long a text takes in the box's own voice. */
export const voiceOf = ({ base, perCharacter }: NonNullable<TerminalFile['sound']>) => ({
  baseMs: msOf(base ?? soundDefaults.base),
  perCharacterMs: msOf(perCharacter ?? soundDefaults.perCharacter),
});
