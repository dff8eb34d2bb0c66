import { Compile } from 'typebox/compile';
import { bodySchemas, EnvelopeFrameSchema, SignedTimeSchema } from './envelope-schema.ts';

/** Built from their schemas when the program is built (.ci/made-ahead.mjs): the running box never loads what builds them. */
export const frame = Compile(EnvelopeFrameSchema);
export const bodies = {
  issue: Compile(bodySchemas.issue),
  update: Compile(bodySchemas.update),
  cancel: Compile(bodySchemas.cancel),
  'all-clear': Compile(bodySchemas['all-clear']),
  correction: Compile(bodySchemas.correction),
  stop: Compile(bodySchemas.stop),
  'store-audio': Compile(bodySchemas['store-audio']),
  'set-keys': Compile(bodySchemas['set-keys']),
} as const;
export const statement = Compile(SignedTimeSchema);
