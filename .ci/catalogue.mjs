// Has the shipped device files read and checked by the program's own reader, once, when it is built: the box takes the
// result as long as the files beside it are the same, and reads no YAML of its own at every start.
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';

/** Writes what devices/catalogue.ts makes of `OUTDIR/devices`; throws when a file is not as it should be. */
export const makeCatalogue = async (root, outdir) => {
  const outfile = join(outdir, 'catalogue-reader.mjs');
  const entryPoints = [join(root, 'devices/catalogue.ts')];
  await build({
    entryPoints,
    outfile,
    absWorkingDir: root,
    bundle: true,
    platform: 'node',
    packages: 'external',
    format: 'esm',
  });
  const { checkedCatalogue, checkedFile } = await import(pathToFileURL(outfile).href);
  await rm(outfile);
  const checked = checkedCatalogue(join(outdir, 'devices'));
  if (!checked.ok) throw new Error(checked.problems.map(({ code, at }) => `${at.file}:${at.line} ${code}`).join('\n'));
  await writeFile(join(outdir, 'devices', checkedFile), checked.value);
};
