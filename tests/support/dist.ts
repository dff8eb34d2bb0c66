import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
let isBuilt = false;

/**
 * The compiled file of an entry (`mingluo`, `village`, `serial-line.entry`), built first if any input changed, so that a
 * test never runs yesterday's program. Throws with esbuild's own errors when the build fails.
 */
export const distEntry = (name: string): string => {
  if (!isBuilt) {
    const { status, stderr } = spawnSync(process.execPath, [join(root, '.ci/build.mjs')], { encoding: 'utf8' });
    if (status !== 0) throw new Error(`the build failed:\n${stderr}`);
    isBuilt = true;
  }
  return join(root, 'dist', `${name}.js`);
};
