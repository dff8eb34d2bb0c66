// Packages of the programs that must start quickly which not every site needs: each is loaded with its first use, not with
// the program. A key of SM2 or a line that speaks plain bytes uses its package when the configuration is read, before any
// alarm can wait for it.
import { join } from 'node:path';

/** What the program imports of a package, and the file that is bundled of it. */
const packages = {
  'sm-crypto-v2': { name: 'sm2', file: 'sm-crypto-v2/dist/index.js' },
  // Without its parsers and its mock, which are no part of a box.
  serialport: { name: 'SerialPort', file: 'serialport/dist/serialport.js' },
};

const standIn = ({ name }, path) => `
let loaded = null;
const load = () => (loaded ??= require('now:${path}').${name});
export const ${name} = new Proxy(function () {}, {
  get: (_, key) => load()[key],
  construct: (_, given) => new (load())(...given),
});
`;

/** Plug-in for esbuild. */
export const deferred = (root) => ({
  name: 'deferred',
  setup: (on) => {
    on.onResolve({ filter: /^(sm-crypto-v2|serialport)$/ }, ({ path }) => ({ path, namespace: 'deferred' }));
    on.onLoad({ filter: /.*/, namespace: 'deferred' }, ({ path }) => ({ contents: standIn(packages[path], path) }));
    on.onResolve({ filter: /^now:/ }, ({ path }) => ({
      path: join(root, 'node_modules', packages[path.slice('now:'.length)].file),
    }));
  },
});
