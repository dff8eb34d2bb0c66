// `node [flags] .ci/code-cache.mjs FILE OUT`: writes what V8 makes of a compiled program under these flags. V8 takes it
// only under the same flags again.
import { readFileSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { Script } from 'node:vm';

const [file, out] = process.argv.slice(2);
writeFileSync(out, new Script(readFileSync(file, 'latin1'), { filename: basename(file) }).createCachedData());
