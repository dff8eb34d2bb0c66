import { build } from 'esbuild';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/**
 * The worker program as it is shipped. Tests that unplug a pseudo terminal need it: from sources, tsx would start its
 * compiler after the terminal was made, and the child would inherit the far side and keep the line alive.
 */
export const bundleWorker = async (): Promise<{ readonly url: URL; remove(): void }> => {
  const folder = mkdtempSync(fileURLToPath(new URL('../../../node_modules/.mingluo-bundle-', import.meta.url)));
  const outfile = join(folder, 'serial-line.entry.js');
  await build({
    entryPoints: [fileURLToPath(new URL('../../../src/bus/serial-line.entry.ts', import.meta.url))],
    ...{ outfile, bundle: true, platform: 'node', format: 'esm', target: 'node20', packages: 'external' },
  });
  return { url: pathToFileURL(outfile), remove: () => rmSync(folder, { recursive: true }) };
};
