/**
 * The box's own journal for a foreign measuring rig: `open(pathPrefix)` gives `{ event(object), close() }`; `event`
 * resolves when the record is on the device. The journal is bundled from its sources.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { buildSync } from 'esbuild';

const root = new URL('../../../', import.meta.url);

const storeOfSources = async () => {
  const dir = mkdtempSync(fileURLToPath(new URL('node_modules/.mingluo-plugin-', root)));
  const outfile = join(dir, 'store.mjs');
  const contents = "export { openJournal } from './journal.ts'; export { realDisk } from './disk.ts';";
  const resolveDir = fileURLToPath(new URL('src/store', root));
  const stdin = { contents, resolveDir, loader: 'ts' };
  buildSync({ stdin, outfile, bundle: true, platform: 'node', format: 'esm', target: 'node20' });
  try {
    return await import(pathToFileURL(outfile).href);
  } finally {
    rmSync(dir, { recursive: true });
  }
};

export const open = async (pathPrefix) => {
  const { openJournal, realDisk } = await storeOfSources();
  const dir = `${pathPrefix}-journal`;
  mkdirSync(dir, { recursive: true });
  const opened = await openJournal({ disk: realDisk, dir });
  if (!opened.ok) throw new Error(opened.failure.code);
  const { journal } = opened.value;
  return {
    event: async (event) => {
      const appended = await journal.append(event);
      if (!appended.ok) throw new Error(appended.failure.code);
    },
    close: () => journal.close(),
  };
};
