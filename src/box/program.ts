import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Version told upstream and written into the journal at every start. */
export const version = '0.1.0';

const beside = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** The shipped device files: beside the compiled program, or in the source tree. */
export const devicesFolder = existsSync(beside('./devices')) ? beside('./devices') : beside('../../devices');
