import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createPublicKey, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { readDeviceFolder } from '../../devices/folder.ts';
import { loadCatalogue } from '../../devices/load.ts';
import type { Site } from '../../src/core/site.ts';
import type { Wiring } from '../../src/core/wiring.ts';
import { createCentre, type Centre } from '../centre/centre.ts';
import { parseFault } from '../faults.ts';
import { explainProblem, type Checked } from '../problems.ts';
import { serveWorld, type WorldHttp } from '../world-http.ts';
import { createWorld, type World } from '../world.ts';
import { askProgram, superviseBox, type BoxProcess } from './box-process.ts';
import type { Talk } from './talk.ts';

export interface VillageOptions {
  /** The compiled box program. */
  readonly program: string;
  readonly configDir: string;
  readonly devicesDir: string;
  /** Everything of this run comes here; made if missing. */
  readonly runDir: string;
  /** What the centre's clock says at the start. */
  readonly startWallMs: number;
  readonly faults: readonly string[];
  /** Seconds the emulated satellite card wants between two messages; 60 when left out. */
  readonly satellitePeriodS?: number;
  readonly talk: Talk;
}

/** The whole emulated village: world, practice centre, and the supervised box between them. */
export interface Village {
  readonly world: World;
  readonly centre: Centre;
  readonly box: BoxProcess;
  readonly http: WorldHttp;
  readonly site: Site;
  readonly stateDir: string;
  readonly runDir: string;
  readonly close: () => Promise<void>;
}

const must = <T>(checked: Checked<T>): T => {
  if (checked.ok) return checked.value;
  const { zh, en } = explainProblem(checked.problem);
  throw new Error(`${zh} / ${en}`);
};

const isCompiled = (value: unknown): value is { site: Site; wiring: Wiring } =>
  typeof value === 'object' && value !== null && 'site' in value && 'wiring' in value;

/** Site and wiring as the box itself compiles them: the emulated units stand exactly where the box looks for them. */
const compile = (program: string, configDir: string): { site: Site; wiring: Wiring } => {
  const value: unknown = JSON.parse(askProgram(program, ['config', 'compile', configDir]));
  if (!isCompiled(value)) throw new Error('config compile: no site');
  return value;
};

const rawKeyOf = (pemFile: string): string =>
  createPublicKey(readFileSync(pemFile, 'utf8'))
    .export({ format: 'der', type: 'spki' })
    .subarray(12)
    .toString('base64');

/** Keys of this run: the box made its own, the centre's is enrolled as practice. */
const enrolKeys = (options: VillageOptions, centre: Centre) => {
  const box = join(options.runDir, 'keys', 'box.key');
  const senders = join(options.runDir, 'keys', 'senders.json');
  const satellite = join(options.runDir, 'keys', 'satellite.key');
  writeFileSync(senders, JSON.stringify(centre.keys, null, 2), { mode: 0o600 });
  writeFileSync(satellite, randomBytes(32).toString('base64'), { mode: 0o600 });
  return { box, senders, satellite };
};

const lineOverrides = (world: World) =>
  Object.fromEntries(
    Object.entries(world.lines).map(([id, { ptyPath, tcpPort }]) => [
      id,
      ptyPath === null ? { kind: 'tcp', host: '127.0.0.1', port: tcpPort } : { kind: 'serial', path: ptyPath },
    ]),
  );

const announce = ({ talk }: VillageOptions, village: Omit<Village, 'box' | 'close'>): void => {
  const { world, site, centre, http } = village;
  const counts = {
    lines: world.wiring.lines.length,
    units: world.wiring.units.length,
    terminals: site.terminals.length,
  };
  talk.say('world', counts);
  for (const [line, { ptyPath, tcpPort }] of Object.entries(world.lines)) {
    talk.say('line', { line: line.padEnd(16), address: `${ptyPath ?? ''}  tcp 127.0.0.1:${tcpPort}` });
  }
  talk.say('control', { url: http.url });
  talk.say('centre', { url: centre.url });
};

const startBox = (options: VillageOptions, overridesFile: string, stateDir: string): BoxProcess =>
  superviseBox({
    program: options.program,
    configDir: options.configDir,
    stateDir,
    overridesFile,
    logFile: join(options.runDir, 'box.log'),
    onStarted: (pid) => options.talk.say('boxStarting', { pid }),
    onDied: (how, ms) => options.talk.say('boxDied', { how, ms }),
  });

/** Brings everything up; never opens a real port. Throws with a readable sentence when something cannot be made. */
export const runVillage = async (options: VillageOptions): Promise<Village> => {
  const { program, configDir, runDir, devicesDir, talk } = options;
  const stateDir = join(runDir, 'state');
  mkdirSync(join(runDir, 'keys'), { recursive: true, mode: 0o700 });
  talk.say('preparing', { dir: runDir });
  const { site, wiring } = compile(program, configDir);
  askProgram(program, ['keys', 'new', join(runDir, 'keys', 'box.key')]);
  const catalogue = loadCatalogue(readDeviceFolder(devicesDir));
  if (!catalogue.ok) throw new Error(catalogue.problems.map(({ code }) => code).join(' '));
  const world = must(
    await createWorld({
      site,
      wiring,
      catalogue: catalogue.value,
      runDir,
      satellite: { card: 263_172, periodS: options.satellitePeriodS ?? 60 },
    }),
  );
  for (const fault of options.faults) must(world.core.faults.add(must(parseFault(fault))));
  const http = await serveWorld(world);
  const boxes = [{ id: site.id, publicKey: rawKeyOf(join(runDir, 'keys', 'box.key')) }];
  const centreDir = join(runDir, 'centre');
  const centre = await createCentre({
    port: 0,
    dir: centreDir,
    startWallMs: options.startWallMs,
    area: site.areaCode.slice(0, 6),
    boxes,
  });
  const keys = enrolKeys(options, centre);
  talk.say('keys');
  const overridesFile = join(runDir, 'overrides.json');
  writeFileSync(overridesFile, JSON.stringify({ lines: lineOverrides(world), uplinkUrl: centre.url, keys }, null, 2));
  const parts = { world, centre, http, site, stateDir, runDir };
  announce(options, parts);
  const box = startBox(options, overridesFile, stateDir);
  const close = async (): Promise<void> => {
    await box.stop();
    await centre.close();
    await http.close();
    await world.close();
  };
  return { ...parts, box, close };
};
