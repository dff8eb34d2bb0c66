import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createPublicKey, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { readCatalogue } from '../../devices/catalogue.ts';
import type { Site } from '../../src/core/site.ts';
import type { PanelWiring, Wiring } from '../../src/core/wiring.ts';
import { createCentre, type Centre } from '../centre/centre.ts';
import { servePage } from '../centre/http.ts';
import { parseFault } from '../faults.ts';
import type { EmulatedPanel } from '../panel/panel.ts';
import { explainProblem, type Checked } from '../problems.ts';
import { serveWorld, type WorldHttp } from '../world-http.ts';
import { createWorld, type World } from '../world.ts';
import { askProgram, superviseBox, type BoxProcess, type BoxProcessOptions } from './box-process.ts';
import { makeVillagePage, type VillagePage } from './village-page.ts';
import type { Talk } from './talk.ts';
import { panelOverride, startVillagePanel } from './village-panel.ts';

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
  /** Lines the box reaches over TCP (serial device server) instead of their pseudo-terminal. */
  readonly tcpLines?: readonly string[] | 'all';
  /** Brings the box up in another way than as a supervised process of this machine. */
  readonly bringUp?: (start: BoxProcessOptions) => BoxProcess;
  readonly talk: Talk;
}

/** The whole emulated village: world, practice centre, and the supervised box between them. */
export interface Village {
  readonly world: World;
  readonly centre: Centre;
  /** The operating panel; null where the site has none. */
  readonly panel: EmulatedPanel | null;
  readonly box: BoxProcess;
  readonly http: WorldHttp;
  /** The page of the box, and the PIN of this run. */
  readonly page: VillagePage;
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

interface Compiled {
  readonly site: Site;
  readonly wiring: Wiring;
  readonly panel: PanelWiring | null;
  /** Who may have a PIN. */
  readonly staff: readonly string[];
}

const isCompiled = (value: unknown): value is Compiled =>
  typeof value === 'object' && value !== null && 'site' in value && 'wiring' in value && 'panel' in value;

/** Site and wiring as the box itself compiles them: the emulated units stand exactly where the box looks for them. */
const compile = (program: string, configDir: string): Compiled => {
  const value: unknown = JSON.parse(askProgram(program, ['config', 'compile', configDir]));
  if (!isCompiled(value)) throw new Error('config compile: no site');
  return value;
};

const rawKeyOf = (pemFile: string): string =>
  createPublicKey(readFileSync(pemFile, 'utf8'))
    .export({ format: 'der', type: 'spki' })
    .subarray(12)
    .toString('base64');

/** Keys of this run, in the run's own folder: the box's own, the pinned centre, and the shared key of the satellite link. */
const keyFiles = (runDir: string) => ({
  box: join(runDir, 'keys', 'box.key'),
  senders: join(runDir, 'keys', 'senders.json'),
  satellite: join(runDir, 'keys', 'satellite.key'),
});

/** The key that this run's network loudspeakers share with the box; made when it is first asked for. */
const soundKeyFile = (runDir: string): string => join(runDir, 'keys', 'sound.key');

const makeKeys = ({ program, runDir }: VillageOptions): { readonly macKey: string; readonly publicKey: string } => {
  const files = keyFiles(runDir);
  mkdirSync(join(runDir, 'keys'), { recursive: true, mode: 0o700 });
  askProgram(program, ['keys', 'new', files.box]);
  const macKey = randomBytes(32).toString('base64');
  writeFileSync(files.satellite, macKey, { mode: 0o600 });
  writeFileSync(soundKeyFile(runDir), randomBytes(32).toString('base64'), { mode: 0o600 });
  return { macKey, publicKey: rawKeyOf(files.box) };
};

/** The practice centre of this run; it knows the box's key, and the box's site for the satellite link. */
const startCentre = (options: VillageOptions, site: Site): Promise<Centre> => {
  const { macKey, publicKey } = makeKeys(options);
  const idsOf = (list: readonly { readonly id: string }[]): readonly string[] => list.map(({ id }) => id);
  return createCentre({
    port: 0,
    dir: join(options.runDir, 'centre'),
    startWallMs: options.startWallMs,
    area: site.areaCode.slice(0, 6),
    boxes: [{ id: site.id, publicKey }],
    satellite: [
      {
        box: site.id,
        areaCode: site.areaCode,
        macKey,
        zones: idsOf(site.zones),
        plans: idsOf(site.plans),
        terminals: idsOf(site.terminals),
      },
    ],
  });
};

const startWorld = async (options: VillageOptions, compiled: Compiled, centre: Centre): Promise<World> => {
  const catalogue = readCatalogue(options.devicesDir);
  if (!catalogue.ok) throw new Error(catalogue.problems.map(({ code }) => code).join(' '));
  return must(
    await createWorld({
      ...compiled,
      catalogue: catalogue.value,
      runDir: options.runDir,
      soundKey: Buffer.from(readFileSync(soundKeyFile(options.runDir), 'utf8'), 'base64'),
      satellite: { card: 263_172, periodS: options.satellitePeriodS ?? 60 },
      onMessage: ({ content }) => {
        if (content.mode === 'mixed') centre.satelliteReceived(content.bytes);
      },
    }),
  );
};

const addFaults = ({ faults }: VillageOptions, world: World): void => {
  for (const fault of faults) must(world.core.faults.add(must(parseFault(fault))));
};

const lineOverrides = (world: World, tcpLines: readonly string[] | 'all') =>
  Object.fromEntries(
    Object.entries(world.lines).map(([id, { ptyPath, tcpPort }]) => [
      id,
      ptyPath === null || tcpLines === 'all' || tcpLines.includes(id)
        ? { kind: 'tcp', host: '127.0.0.1', port: tcpPort }
        : { kind: 'serial', path: ptyPath },
    ]),
  );

/** Where the box finds the loudspeakers of its sound outputs, whatever its site says. */
const outputOverrides = ({ speakers }: World, runDir: string) =>
  Object.fromEntries(
    Object.entries(speakers).map(([id, port]) => [id, { host: '127.0.0.1', port, keyFile: soundKeyFile(runDir) }]),
  );

const announce = ({ talk }: VillageOptions, village: Omit<Village, 'box' | 'close'>): void => {
  const { world, site, centre, panel, http, page, stateDir } = village;
  const counts = {
    lines: world.wiring.lines.length,
    units: world.wiring.units.length,
    terminals: site.terminals.length,
  };
  talk.say('world', counts);
  for (const [line, { ptyPath, tcpPort }] of Object.entries(world.lines)) {
    talk.say('line', { line: line.padEnd(16), address: `${ptyPath ?? ''}  tcp 127.0.0.1:${tcpPort}` });
  }
  if (panel !== null) {
    talk.say('panel', { address: `${panel.ptyPath ?? ''}  tcp 127.0.0.1:${panel.tcpPort}`, url: `${http.url}/panel` });
  }
  talk.say('control', { url: http.url });
  talk.say('centre', { url: centre.url });
  talk.say('boxPage', { url: page.url, pin: page.pin });
  talk.say('ask', { stateDir });
};

const startBox = (
  options: VillageOptions,
  overridesFile: string,
  { stateDir, page }: Pick<Village, 'stateDir' | 'page'>,
): BoxProcess =>
  (options.bringUp ?? superviseBox)({
    program: options.program,
    configDir: options.configDir,
    stateDir,
    overridesFile,
    logFile: join(options.runDir, 'box.log'),
    pageUrl: page.url,
    onStarted: (pid) => options.talk.say('boxStarting', { pid }),
    onDied: (how, ms) => options.talk.say('boxDied', { how, ms }),
  });

/** What the box is told about this run: where its lines and its centre are, and where its keys lie. */
const writeOverrides = (
  { runDir, tcpLines = [] }: VillageOptions,
  { world, centre, panel, page }: Pick<Village, 'world' | 'centre' | 'panel' | 'page'>,
): string => {
  const file = join(runDir, 'overrides.json');
  const keys = keyFiles(runDir);
  writeFileSync(keys.senders, JSON.stringify(centre.keys, null, 2), { mode: 0o600 });
  const overrides = {
    lines: lineOverrides(world, tcpLines),
    outputs: outputOverrides(world, runDir),
    ...panelOverride(panel, tcpLines === 'all'),
    ...page.overrides,
    uplinkUrl: centre.url,
    keys,
  };
  writeFileSync(file, JSON.stringify(overrides, null, 2));
  return file;
};

/** What was opened, closed again in the reverse order; nothing of a village that did not come up stays behind. */
const closeAll = async (opened: readonly (() => Promise<void>)[]): Promise<void> => {
  for (const close of [...opened].reverse()) await close();
};

/** Brings everything up; never opens a real port. Throws with a readable sentence when something cannot be made. */
export const runVillage = async (options: VillageOptions): Promise<Village> => {
  const { program, configDir, runDir, talk } = options;
  const stateDir = join(runDir, 'state');
  for (const fault of options.faults) must(parseFault(fault));
  talk.say('preparing', { dir: runDir });
  const compiled = compile(program, configDir);
  const { site } = compiled;
  const opened: (() => Promise<void>)[] = [];
  try {
    const centre = await startCentre(options, site);
    opened.push(() => centre.close());
    talk.say('keys');
    const world = await startWorld(options, compiled, centre);
    opened.push(() => world.close());
    addFaults(options, world);
    const panel = await startVillagePanel(compiled.panel, runDir);
    opened.push(() => panel?.close() ?? Promise.resolve());
    const http = await serveWorld(world, 0, panel);
    opened.push(() => http.close());
    const page = await makeVillagePage(program, runDir, compiled.staff);
    opened.push(() => page.close());
    const overridesFile = writeOverrides(options, { world, centre, panel, page });
    const centrePage = await servePage(centre, 0);
    opened.push(() => centrePage.close());
    const parts = { world, centre, panel, http, page, site, stateDir, runDir };
    announce(options, parts);
    talk.say('page', { url: centrePage.url });
    talk.say('order', { url: centrePage.url });
    const box = startBox(options, overridesFile, parts);
    opened.push(() => box.stop());
    return { ...parts, box, close: () => closeAll(opened) };
  } catch (error) {
    await closeAll(opened);
    throw error;
  }
};
