/**
 * The emulated village as a process of its own. Prints one JSON line with its addresses when it is ready, and one with the
 * recordings when it ends (SIGTERM, SIGINT, or the parent's end of an IPC channel).
 */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { readDeviceFolder } from '../devices/folder.ts';
import { loadCatalogue } from '../devices/load.ts';
import type { Site } from '../src/core/site.ts';
import type { Wiring } from '../src/core/wiring.ts';
import { parseFault } from './faults.ts';
import { explainProblem, refused, accepted, type Checked, type EmulatorProblem } from './problems.ts';
import { createWorld, type World } from './world.ts';
import { serveWorld } from './world-http.ts';

const say = (line: unknown): void => void process.stdout.write(JSON.stringify(line) + '\n');

const stopWith = (problem: EmulatorProblem): never => {
  const { zh, en } = explainProblem(problem);
  process.stderr.write(`${zh}\n${en}\n`);
  process.exit(2);
};

const must = <T>(checked: Checked<T>): T => (checked.ok ? checked.value : stopWith(checked.problem));

const wrong = (detail: string): Checked<never> => refused('emulator-argument-wrong', { detail });

const readOptions = () => {
  try {
    const { values } = parseArgs({
      options: {
        site: { type: 'string' },
        run: { type: 'string' },
        devices: { type: 'string', multiple: true },
        fault: { type: 'string', multiple: true },
        variant: { type: 'string', multiple: true },
        seed: { type: 'string' },
        http: { type: 'string' },
        'strict-silence': { type: 'boolean' },
        'satellite-post': { type: 'string' },
      },
    });
    return accepted(values);
  } catch (error) {
    return wrong(error instanceof Error ? error.message : String(error));
  }
};

/** The file holds what the box’s own configuration compiles to: `{ "site": …, "wiring": … }`. */
const readSite = (path: string): Checked<{ readonly site: Site; readonly wiring: Wiring }> => {
  try {
    const value = JSON.parse(readFileSync(path, 'utf8')) as { readonly site?: Site; readonly wiring?: Wiring } | null;
    const { site, wiring } = value ?? {};
    return site === undefined || wiring === undefined
      ? wrong(`${path}: no site or no wiring`)
      : accepted({ site, wiring });
  } catch (error) {
    return wrong(error instanceof Error ? error.message : String(error));
  }
};

/** Beside the bundle, or in the sources. */
const ownDevices = (): string => {
  const bundled = fileURLToPath(new URL('./devices', import.meta.url));
  return existsSync(bundled) ? bundled : fileURLToPath(new URL('../devices', import.meta.url));
};

const post = (url: string, message: unknown): void => {
  fetch(url, { method: 'POST', body: JSON.stringify(message), headers: { 'content-type': 'application/json' } }).catch(
    (error: unknown) => process.stderr.write(`satellite-post: ${String(error)}\n`),
  );
};

const applyArguments = (world: World, faults: readonly string[], variants: readonly string[]): void => {
  for (const text of variants) must(world.setVariant(text));
  for (const text of faults) must(world.core.faults.add(must(parseFault(text))));
};

const options = must(readOptions());
const { site, wiring } = must(options.site === undefined ? wrong('--site FILE') : readSite(options.site));
const folders = [ownDevices(), ...(options.devices ?? [])];
const loaded = loadCatalogue(folders.flatMap((folder) => readDeviceFolder(folder)));
const catalogue = must(loaded.ok ? accepted(loaded.value) : wrong(JSON.stringify(loaded.problems)));
const satellitePost = options['satellite-post'];
const world = must(
  await createWorld({
    site,
    wiring,
    catalogue,
    runDir: options.run ?? 'village-run',
    seed: Number(options.seed ?? '1'),
    strictSilence: options['strict-silence'] ?? false,
    onMessage: ({ at, to, content }) => {
      if (satellitePost === undefined) return;
      const hex = content.mode === 'mixed' ? Buffer.from(content.bytes).toString('hex') : null;
      post(satellitePost, { at, to, mode: content.mode, hex });
    },
  }),
);
applyArguments(world, options.fault ?? [], options.variant ?? []);
const http = await serveWorld(world, Number(options.http ?? '0'));
say({ event: 'ready', http: http.url, lines: world.lines });

let ending = false;
const end = async (): Promise<void> => {
  if (ending) return;
  ending = true;
  const recording = await world.record();
  await http.close();
  await world.close();
  say({ event: 'ended', recording });
  process.exit(0);
};
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void end());
process.on('disconnect', () => void end());
