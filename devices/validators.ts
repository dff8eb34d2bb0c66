import { Compile } from 'typebox/compile';
import { registerDeviceSchema } from './schema.ts';

/** Built from their schemas when the program is built (.ci/made-ahead.mjs): the running box never loads what builds them. */
export const registerDevice = Compile(registerDeviceSchema);
