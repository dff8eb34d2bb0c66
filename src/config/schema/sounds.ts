import Type from 'typebox';
import { tonePatterns } from '../../core/tone-pattern.ts';
import { soundMakingDefaults, toneSoundDefaults } from '../defaults.ts';
import { bilingual, closed, duration, id } from './parts.ts';
import { deviceTone } from './settings.ts';

/** What a tone sounds like on a sound output: a pattern by name, or a wave of the site's own. */
const toneSound = Type.Object(
  {
    pattern: Type.Optional(Type.Enum(Object.keys(tonePatterns))),
    wave: Type.Optional(Type.Enum(['steady', 'two-tone', 'sweep', 'struck'])),
    hz: Type.Optional(Type.Array(Type.Number({ minimum: 100, maximum: 4000 }), { minItems: 1, maxItems: 4 })),
    each: Type.Optional(duration(50, 60_000)),
    rise: Type.Optional(duration(50, 60_000)),
    fall: Type.Optional(duration(0, 60_000, toneSoundDefaults.fall)),
    apart: Type.Optional(duration(0, 5000, toneSoundDefaults.apart)),
  },
  closed,
);

const tone = Type.Object(
  {
    id,
    name: bilingual,
    on: duration(100, 3_600_000),
    off: Type.Optional(duration(0, 600_000)),
    cycles: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, default: 1 })),
    device: Type.Optional(deviceTone),
    sound: Type.Optional(toneSound),
  },
  closed,
);

const clip = Type.Object(
  {
    id,
    name: bilingual,
    duration: duration(100, 900_000),
    file: Type.Optional(
      Type.String({ pattern: '^audio/[A-Za-z0-9._-]{1,100}\\.(wav|mp3|opus|ogg)$', examples: ['audio/chime.wav'] }),
    ),
    track: Type.Optional(Type.Integer({ minimum: 1, maximum: 999 })),
    saysDrill: Type.Optional(Type.Boolean({ default: false })),
  },
  closed,
);

/** Who makes text into speech. */
const speech = Type.Object(
  {
    engine: Type.Optional(Type.Enum(['builtin', 'command', 'http'], { default: soundMakingDefaults.engine })),
    command: Type.Optional(Type.Array(Type.String({ minLength: 1, maxLength: 200 }), { minItems: 1, maxItems: 20 })),
    url: Type.Optional(Type.String({ pattern: '^https?://[^\\s]{1,200}$', examples: ['http://127.0.0.1:5002/speak'] })),
    timeout: Type.Optional(duration(500, 60_000, soundMakingDefaults.timeout)),
  },
  closed,
);

/** Tones, clips and speech. */
export const sounds = Type.Object(
  {
    tones: Type.Array(tone, { maxItems: 50 }),
    clips: Type.Optional(Type.Array(clip, { maxItems: 200 })),
    speech: Type.Optional(speech),
    cacheMegabytes: Type.Optional(
      Type.Integer({ minimum: 10, maximum: 10_000, default: soundMakingDefaults.cacheMegabytes }),
    ),
    airDefence: Type.Optional(
      Type.Object(
        {
          county: Type.String({ pattern: '^[0-9]{6}$', examples: ['500112'] }),
          document: Type.String({ minLength: 4, maxLength: 100 }),
        },
        closed,
      ),
    ),
  },
  closed,
);
