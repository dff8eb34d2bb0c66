import { cpSync, mkdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from '../bench/tools.ts';
import { distEntry } from '../support/dist.ts';

let copy: string | null = null;

/**
 * The compiled box, copied once a run: a run of an hour must end with the program it began with, whatever is built beside
 * it. Below node_modules, so that optional packages are found from there.
 */
export const programOfRun = (): string => {
  if (copy !== null) return copy;
  const scratch = join(root, 'node_modules/.cache', `mingluo-fire-${process.pid}`);
  const program = distEntry('mingluo');
  mkdirSync(scratch, { recursive: true });
  cpSync(dirname(program), scratch, { recursive: true, filter: (from) => !from.endsWith('.map') });
  process.once('exit', () => rmSync(scratch, { recursive: true, force: true }));
  copy = join(scratch, 'mingluo.js');
  return copy;
};
