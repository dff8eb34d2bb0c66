// Compiles the box and the emulated village into dist/, which runs from the clone and from a tarball alike. Does nothing
// when no input changed. `node .ci/build.mjs [entry…]` builds only the named entries, for work in a half-written tree.
//
//   src/cli/mingluo.ts      → dist/mingluo.js          (the `mingluo` command)
//   emulator/village.ts     → dist/village.js          (what `npm start` runs)
//   **/NAME.entry.ts        → dist/NAME.entry.js       (worker threads and child processes, all side by side)
//                             of those that must start quickly: NAME.js, NAME.code.cjs and its caches (launcher.mjs)
//   devices/**/*.yaml       → dist/devices/**/*.yaml, and beside them what the program makes of them (catalogue.mjs)
//   src/console/web/page.ts → dist/web/page.js, for the browser, with page.css, index.html and its pictures beside it
//   src/audio/**/*.wav      → dist/recordings/*.wav
//
// A file that starts a worker writes `new URL('./NAME.entry.ts', import.meta.url)`; the ending becomes `.js` here.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, cp, mkdir, readFile, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = join(root, 'dist');
const startedAt = Date.now();

/** Every file below a folder, as paths relative to the project; a folder that does not exist has none. */
const filesBelow = async (folder) => {
  const entries = await readdir(join(root, folder), { recursive: true, withFileTypes: true }).catch((error) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  return entries.filter((entry) => entry.isFile()).map((entry) => relative(root, join(entry.parentPath, entry.name)));
};

const outputOf = (path) => basename(path).replace(/\.ts$/, '');

/** Entry points that exist, by the name of their output; two of the same name would overwrite each other. */
const entriesAmong = (files) => {
  const entries = new Map();
  for (const path of files) {
    if (path !== 'src/cli/mingluo.ts' && path !== 'emulator/village.ts' && !path.endsWith('.entry.ts')) continue;
    const output = outputOf(path);
    if (entries.has(output)) throw new Error(`${path} and ${entries.get(output)} would both become dist/${output}.js`);
    entries.set(output, path);
  }
  return entries;
};

const stampOf = async (files) => {
  const hash = createHash('sha256');
  const own = ['build', 'catalogue', 'code-cache', 'deferred', 'launcher', 'made-ahead'].map(
    (name) => `.ci/${name}.mjs`,
  );
  const inputs = [...files, 'package-lock.json', 'tsconfig.json', ...own].sort();
  const stats = await Promise.all(inputs.map((path) => stat(join(root, path))));
  inputs.forEach((path, index) => hash.update(`${path} ${stats[index].mtimeMs} ${stats[index].size}\n`));
  return hash.digest('hex');
};

/**
 * CommonJS packages inside an ES module bundle need `require` and the two path names. `__dirname` is a folder below dist/,
 * because serialport looks for its compiled parts in `join(__dirname, '..', 'prebuilds')`: that makes it dist/prebuilds.
 */
const banner = [
  '#!/usr/bin/env node',
  "import { createRequire as mingluoCreateRequire } from 'node:module';",
  "import { fileURLToPath as mingluoFileUrlToPath } from 'node:url';",
  'const require = mingluoCreateRequire(import.meta.url);',
  "const __dirname = mingluoFileUrlToPath(new URL('./packages', import.meta.url));",
  "const __filename = __dirname + '/bundle.js';",
].join('\n');

const entryUrl = /(new URL\(\s*['"])[^'"]*?([^'"/]+\.entry)\.ts(['"]\s*,\s*import\.meta\.url)/g;

/** Workers and children are named by their source; in the bundle they are JavaScript beside it. */
const entryUrls = {
  name: 'entry-urls',
  setup: (build) => {
    build.onLoad({ filter: /\.ts$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      const withoutHashbang = source.replace(/^#!.*/, '');
      return { contents: withoutHashbang.replace(entryUrl, '$1./$2.js$3'), loader: 'ts' };
    });
  },
};

/** Programs that the box waits for when it starts. They must do without `await` outside functions. */
const quick = new Set(['mingluo', 'serial-line.entry']);

const external = [
  // Native or separately licensed parts stay in node_modules.
  ...['@lydell/node-pty', '@echogarden/espeak-ng-emscripten'],
  // Optional helpers that ws asks for.
  ...['bufferutil', 'utf-8-validate'],
  // Opus speech made prettier by a neural network, which nobody here asks for: 4 MB in every process that decodes.
  '@wasm-audio-decoders/opus-ml',
];

const bundleAs = async (entries, outdir, { plugins = [], ...format }) => {
  const { build } = await import('esbuild');
  const { madeAhead } = await import('./made-ahead.mjs');
  await build({
    entryPoints: Object.fromEntries(entries.map(([output, path]) => [output, join(root, path)])),
    outdir,
    absWorkingDir: root,
    bundle: true,
    platform: 'node',
    target: 'node20',
    sourcemap: 'linked',
    plugins: [madeAhead(root), entryUrls, ...plugins],
    logLevel: 'warning',
    external,
    ...format,
  });
};

/** What launcher.mjs calls, without what only fills memory (the map beside it leads back to the source), with what an ES module or a package would find around itself. */
const wrapped = {
  format: 'cjs',
  minifyWhitespace: true,
  lineLimit: 160,
  outExtension: { '.js': '.code.cjs' },
  define: { 'import.meta.url': 'mingluoUrl' },
  banner: { js: '(function (require, __dirname, __filename, mingluoUrl) { const module = { exports: {} };' },
  footer: { js: '})' },
};

/** Flags under which these programs run: on site (docs/how-to/mingluo.service), and as a command. V8 tells them apart. */
const startedWith = { site: ['--max-semi-space-size=1'], plain: [] };

/** Names the program by its content, puts the launcher before it and what V8 makes of it beside it. */
const makeQuick = async (output, outdir) => {
  const file = join(outdir, `${output}.code.cjs`);
  const code = await readFile(file, 'latin1');
  const id = createHash('sha256').update(code).digest('hex').slice(0, 16);
  await writeFile(file, `/*${id}*/${code}`, 'latin1');
  for (const [name, flags] of Object.entries(startedWith)) {
    const cache = join(outdir, `${output}.code.${id}.${name}.cache`);
    const args = [...flags, join(root, '.ci/code-cache.mjs'), file, cache];
    const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
    if (status !== 0) throw new Error(stderr);
  }
  await cp(join(root, '.ci/launcher.mjs'), join(outdir, `${output}.js`));
};

const bundle = async (entries, outdir, files) => {
  const [quickly, others] = [true, false].map((yes) => [...entries].filter(([output]) => quick.has(output) === yes));
  const { deferred } = await import('./deferred.mjs');
  await bundleAs(quickly, outdir, { ...wrapped, plugins: [deferred(root)] });
  await bundleAs(others, outdir, { format: 'esm', banner: { js: banner } });
  if (files.includes('devices/validators.ts')) await (await import('./made-ahead.mjs')).makeErrors(root, outdir);
  for (const [output] of quickly) await makeQuick(output, outdir);
};

const pageScript = 'src/console/web/page.ts';

/** The page for the browser: one script, nothing fetched from anywhere else. */
const bundlePage = async (outdir) => {
  const { build } = await import('esbuild');
  await build({
    entryPoints: { page: join(root, pageScript) },
    outdir: join(outdir, 'web'),
    absWorkingDir: root,
    bundle: true,
    minify: true,
    format: 'esm',
    target: ['chrome100', 'firefox100', 'safari15'],
    logLevel: 'warning',
  });
};

/** Compiled parts of serialport for the boards we run on and for the machine at hand. */
const copyPrebuilds = async (outdir) => {
  const from = join(root, 'node_modules/@serialport/bindings-cpp/prebuilds');
  const wanted = (await readdir(from)).filter((name) => name.startsWith('linux') || name.startsWith(process.platform));
  for (const name of wanted) await cp(join(from, name), join(outdir, 'prebuilds', name), { recursive: true });
};

const copyAssets = async (files, outdir) => {
  const isDevice = (path) => path.startsWith('devices/') && /\.(yaml|json)$/.test(path);
  const isPage = (path) => path.startsWith('src/console/web/') && /\.(html|css|svg)$/.test(path);
  const isRecording = (path) => path.startsWith('src/audio/') && path.endsWith('.wav');
  const target = (path) => {
    if (isRecording(path)) return join('recordings', basename(path));
    return isDevice(path) ? path : isPage(path) ? join('web', basename(path)) : null;
  };
  for (const path of files) {
    const to = target(path);
    if (to !== null) await cp(join(root, path), join(outdir, to));
  }
};

const makeCatalogue = async (outdir) => (await import('./catalogue.mjs')).makeCatalogue(root, outdir);

/** dist/ says of itself that it holds ES modules, so that it also runs away from the project's package.json. */
const writeManifest = async (outdir) => {
  const { name, version, license } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  await writeFile(
    join(outdir, 'package.json'),
    JSON.stringify({ name, version, license, type: 'module' }, null, 2) + '\n',
  );
};

/** Moves finished files over the old ones one by one: a process that starts meanwhile sees a whole file, old or new. */
const install = async (staging, isWhole) => {
  const made = (await readdir(staging, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  const paths = made.map((entry) => relative(staging, join(entry.parentPath, entry.name)));
  for (const path of paths) {
    await mkdir(dirname(join(dist, path)), { recursive: true });
    await rename(join(staging, path), join(dist, path));
  }
  if (!isWhole) return;
  const kept = new Set(paths);
  for (const path of await filesBelow('dist')) {
    const name = relative('dist', path);
    if (!kept.has(name) && !name.startsWith('.')) await rm(join(root, path));
  }
};

const run = async (only) => {
  const files = (await Promise.all(['src', 'devices', 'emulator'].map(filesBelow))).flat();
  const all = entriesAmong(files);
  const entries = only.length === 0 ? all : new Map([...all].filter(([output]) => only.includes(output)));
  const stamp = await stampOf(files);
  const before = await readFile(join(dist, '.stamp'), 'utf8').catch(() => '');
  if (before === stamp) return;
  const staging = join(dist, `.staging-${process.pid}`);
  try {
    await mkdir(staging, { recursive: true });
    await bundle(entries, staging, files);
    if (files.includes(pageScript)) await bundlePage(staging);
    if (entries.has('mingluo')) await chmod(join(staging, 'mingluo.js'), 0o755);
    await copyPrebuilds(staging);
    await copyAssets(files, staging);
    if (files.includes('devices/catalogue.ts')) await makeCatalogue(staging);
    await writeManifest(staging);
    await install(staging, only.length === 0);
    if (only.length === 0) await writeFile(join(dist, '.stamp'), stamp);
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
  console.log(`编译完成 · built ${[...entries.keys()].join(', ')} (${((Date.now() - startedAt) / 1000).toFixed(1)} s)`);
};

try {
  await run(process.argv.slice(2));
} catch (error) {
  // esbuild has already printed its own errors with file and line.
  if (error.errors === undefined) console.error(error);
  console.error('编译失败 · the build failed');
  process.exitCode = 1;
}
