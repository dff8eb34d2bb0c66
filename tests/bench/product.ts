import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { createPublicKey } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { createCentre, type Centre } from '../../emulator/centre/centre.ts';
import { realClock } from '../../emulator/clock.ts';
import { createPanel, type EmulatedPanel } from '../../emulator/panel/panel.ts';
import { panelOverride } from '../../emulator/start/village-panel.ts';
import { unitEnvironment, unitFlags } from '../../emulator/start/as-the-unit-file.ts';
import { distEntry } from '../support/dist.ts';
import { until } from '../support/waiting.ts';
import { openBus, type PacedBus } from './paced-bus.ts';
import { hallPanel, writeSite, type BenchSite } from './site-files.ts';
import { besideTheBus, root, type Workshop } from './tools.ts';

export interface ProductOptions {
  readonly site: BenchSite;
  readonly dead?: string;
  readonly turnaroundUs?: number;
  /** Every flush of the disk takes so much longer. */
  readonly syncMs?: number;
  /** All threads of libuv's pool are busy for so long at a time, always. */
  readonly poolMs?: number;
  /** The main thread is blocked for so long of every 100 ms. */
  readonly stallMs?: number;
  /** Tell when bytes come in. */
  readonly probe?: boolean;
  /** Nothing of the bench is loaded into it: it can neither tell nor be troubled. */
  readonly bare?: boolean;
  /** A folder that exists; below the system's temporary one when left out. */
  readonly stateDir?: string;
  /** With the local page, and a PIN for the person `bench`. */
  readonly page?: boolean;
  /** With the emulated panel of the site's hall. */
  readonly panel?: boolean;
  /** More for the environment of the box. */
  readonly environment?: NodeJS.ProcessEnv;
  /** Stands between the box and the centre: takes the centre's address and gives the one that the box is told. */
  readonly between?: (url: string) => Promise<Between>;
  /** Puts more files into the site's folder before the start. */
  readonly prepare?: (siteDir: string) => void | Promise<void>;
}

export interface Between {
  readonly url: string;
  readonly close: () => Promise<void>;
}

/** The running box (dist/mingluo.js) between a paced line and the practice centre. */
export interface Product {
  readonly pid: number;
  readonly bus: PacedBus;
  readonly centre: Centre;
  readonly stateDir: string;
  /** Port of the local page; null without one. */
  readonly pagePort: number | null;
  /** Null without one. */
  readonly panel: EmulatedPanel | null;
  /** The folder of this run: site, keys, state. */
  readonly runDir: string;
  /** From the start of the process to its word that it is up, ms. */
  readonly upMs: number;
  /** Instants (hrtime, ns) at which bytes came in, since the last call. */
  readonly received: () => readonly bigint[];
  readonly close: () => Promise<void>;
}

const rawKeyOf = (pemFile: string): string =>
  createPublicKey(readFileSync(pemFile, 'utf8'))
    .export({ format: 'der', type: 'spki' })
    .subarray(12)
    .toString('base64');

const makeKeys = (runDir: string): { readonly box: string; readonly senders: string } => {
  const keys = { box: join(runDir, 'keys/box.key'), senders: join(runDir, 'keys/senders.json') };
  mkdirSync(join(runDir, 'keys'));
  const { status, stderr } = spawnSync(process.execPath, [distEntry('mingluo'), 'keys', 'new', keys.box], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
  return keys;
};

/** The PIN of the bench's one person. */
export const benchPin = '480915';

const makePin = (file: string): void => {
  mkdirSync(dirname(file), { recursive: true });
  const args = [distEntry('mingluo'), 'pin', 'set', 'bench', '--file', file];
  const { status, stderr } = spawnSync(process.execPath, args, { input: `${benchPin}\n`, encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
};

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const probe = createServer();
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });

const pipeIn = ({ dir }: Workshop): string => {
  const pipe = join(dir, 'nobody-writes');
  spawnSync('mkfifo', [pipe]);
  return pipe;
};

const environmentOf = (workshop: Workshop, options: ProductOptions): NodeJS.ProcessEnv => ({
  ...process.env,
  ...unitEnvironment,
  ...options.environment,
  ...(options.probe === true ? { BENCH_PROBE: '1' } : {}),
  ...(options.stallMs === undefined ? {} : { BENCH_STALL_MS: String(options.stallMs) }),
  ...(options.poolMs === undefined ? {} : { BENCH_POOL_MS: String(options.poolMs), BENCH_POOL_PIPE: pipeIn(workshop) }),
  ...(options.syncMs === undefined
    ? {}
    : {
        LD_PRELOAD: workshop.compile('slow-sync.c', ['-shared', '-fPIC', '-ldl']),
        BENCH_SYNC_MS: String(options.syncMs),
      }),
});

const ended = (child: ChildProcess): Promise<void> =>
  new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve();
    else child.once('close', () => resolve());
  });

const stop = async (child: ChildProcess): Promise<void> => {
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), 8000);
  await ended(child);
  clearTimeout(timer);
};

const upWithinMs = 60_000;

/** Resolves to the ms it took; throws with what it said when it does not come up. */
const waitForUp = async (child: ChildProcess): Promise<number> => {
  const startedAt = performance.now();
  let said = '';
  child.stderr?.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-2000)));
  const { stdout } = child;
  if (stdout === null) throw new Error('the box has no output');
  return new Promise((resolve, reject) => {
    const fail = (why: string): void => reject(new Error(`the box did not come up (${why}): ${said}`));
    const timer = setTimeout(() => fail('time'), upWithinMs);
    child.once('close', (code, signal) => fail(`exit ${String(code ?? signal)}`));
    createInterface({ input: stdout }).on('line', (line) => {
      if (!line.startsWith('UP ')) return;
      clearTimeout(timer);
      resolve(performance.now() - startedAt);
    });
  });
};

const startBox = (workshop: Workshop, options: ProductOptions, args: readonly string[]): ChildProcess => {
  const probe = options.bare === true ? [] : ['--import', join(root, 'tests/bench/probe.mjs')];
  const node = [...unitFlags, ...probe, distEntry('mingluo'), 'run', ...args];
  const [command, rest] = besideTheBus(process.execPath, node);
  return spawn(command, rest, {
    env: environmentOf(workshop, options),
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
};

/** Brings it up, connected and proven. */
export const startProduct = async (workshop: Workshop, options: ProductOptions): Promise<Product> => {
  const { site, dead, turnaroundUs } = options;
  const runDir = mkdtempSync(join(tmpdir(), 'mingluo-bench-'));
  const endings: (() => unknown)[] = [() => rmSync(runDir, { recursive: true, force: true })];
  const close = async (): Promise<void> => {
    for (const end of endings.splice(0).reverse()) await end();
  };
  try {
    const pagePort = options.page === true ? await freePort() : null;
    writeSite(join(runDir, 'site'), pagePort === null ? site : { ...site, pagePort });
    await options.prepare?.(join(runDir, 'site'));
    const keys = makeKeys(runDir);
    if (pagePort !== null) makePin(join(runDir, 'site/keys/pin'));
    const lines = { baud: site.baud, units: site.units, sirens: true };
    const bus = await openBus(workshop, {
      ...{ ...lines, ...(dead === undefined ? {} : { dead }), ...(turnaroundUs === undefined ? {} : { turnaroundUs }) },
    });
    endings.push(() => bus.close());
    const boxes = [{ id: 'bench', publicKey: rawKeyOf(keys.box) }];
    const centre = await createCentre({ port: 0, dir: join(runDir, 'centre'), area: '500112199', boxes });
    endings.push(() => centre.close());
    writeFileSync(keys.senders, JSON.stringify(centre.keys), { mode: 0o600 });
    const panel = options.panel === true ? await createPanel({ wiring: hallPanel, runDir, clock: realClock() }) : null;
    endings.push(() => panel?.close());
    const between = (await options.between?.(centre.url)) ?? null;
    endings.push(() => between?.close());
    const overrides = {
      ...{ lines: { sirens: { kind: 'serial', path: bus.path } }, uplinkUrl: between?.url ?? centre.url, keys },
      ...panelOverride(panel, false),
    };
    writeFileSync(join(runDir, 'overrides.json'), JSON.stringify(overrides));
    const stateDir = options.stateDir ?? join(runDir, 'state');
    const args = ['--config', join(runDir, 'site'), '--state', stateDir, '--overrides', join(runDir, 'overrides.json')];
    const child = startBox(workshop, options, args);
    endings.push(() => stop(child));
    const instants: bigint[] = [];
    const probe = child.stdio[3];
    if (probe !== null && probe !== undefined && 'read' in probe) {
      createInterface({ input: probe }).on('line', (line) => instants.push(BigInt(line.split(' ')[1] ?? '0')));
    }
    const upMs = await waitForUp(child);
    await until('the box reaches the centre', () => centre.connected().includes('bench'));
    await until('a snapshot', () => centre.receipts().length > 0 || centre.snapshots().size > 0);
    return {
      pid: child.pid ?? 0,
      bus,
      centre,
      stateDir,
      runDir,
      pagePort,
      panel,
      upMs,
      received: () => instants.splice(0),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
};
