#!/usr/bin/env node
// Becomes dist/NAME.js: starts the compiled program NAME.code.cjs with what the build let V8 make of it beforehand, so that
// it need not be parsed and compiled at every start. Another version of Node rejects that, and compiles as usual; so it does
// under other flags, which is why there are two: for the box on site, and for a command.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { constants, Script } from 'node:vm';

const filename = fileURLToPath(import.meta.url).replace(/\.js$/, '.code.cjs');
const source = readFileSync(filename, 'latin1');

const flags = process.execArgv.includes('--max-semi-space-size=1') ? 'site' : 'plain';

/** The first line of the program names it by its content: what was made of another version is not taken for its own. */
const madeBefore = () => {
  try {
    return readFileSync(filename.replace(/\.cjs$/, `.${source.slice(2, 18)}.${flags}.cache`));
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
};

const importModuleDynamically = constants.USE_MAIN_CONTEXT_DEFAULT_LOADER;
const script = new Script(source, { filename, cachedData: madeBefore(), importModuleDynamically });
// serialport looks for its compiled parts in `join(__dirname, '..', 'prebuilds')`.
const packages = fileURLToPath(new URL('./packages', import.meta.url));
script.runInThisContext()(createRequire(import.meta.url), packages, `${packages}/bundle.js`, import.meta.url);
