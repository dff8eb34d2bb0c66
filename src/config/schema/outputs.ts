import Type from 'typebox';
import { outputDefaults, soundDefaults } from '../defaults.ts';
import { closed, duration, id, secretFile } from './parts.ts';

const device = Type.String({ pattern: '^[^\\s]{1,120}$', examples: ['default', 'hw:CARD=Device'] });

/** One place where sound made on the box goes: a sound card, or a loudspeaker on the network. */
export const output = Type.Object(
  {
    id,
    kind: Type.Enum(['alsa', 'pcm-tcp']),
    device: Type.Optional({ ...device, default: outputDefaults.device }),
    address: Type.Optional(Type.String({ pattern: '^[^\\s:/@]{1,200}:[0-9]{1,5}$', examples: ['192.168.8.30:4010'] })),
    key_file: Type.Optional(secretFile),
  },
  closed,
);

/** What a speaker names in place of a speech chip. */
export const terminalSound = Type.Object(
  {
    output: id,
    base: Type.Optional(duration(0, 10_000, soundDefaults.base)),
    perCharacter: Type.Optional(duration(20, 2000, soundDefaults.perCharacter)),
  },
  closed,
);

/** Sound that comes back from a terminal. */
export const returnAudio = Type.Object(
  {
    kind: Type.Enum(['alsa', 'pcm-tcp']),
    device: Type.Optional(device),
    hears: Type.Optional(Type.Enum(['room', 'line'], { default: soundDefaults.hears })),
  },
  closed,
);
