import { createPublicKey, generateKeyPairSync, randomBytes } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beidouRdss, type RdssAnswer, type RdssRequest } from '../../devices/satellite/beidou-rdss.ts';
import type { SatelliteSite } from '../../emulator/centre/satellite-order.ts';
import { startLiveBox, type LiveBox } from '../../src/box/live-box.ts';
import { loadBox } from '../../src/box/load-box.ts';
import { openMemory } from '../../src/box/memory.ts';
import { machinePorts, type BoxPorts } from '../../src/box/ports.ts';
import { counterNames, type ByteLine, type CounterName, type Exchange, type ModbusLine } from '../../src/bus/line.ts';
import type { Site } from '../../src/core/site.ts';
import type { LineWiring } from '../../src/core/wiring.ts';
import { MemoryDisk } from '../../src/store/memory-disk.ts';
import { realRetryClock, type RetryClock } from '../../src/store/retry-clock.ts';
import { failed } from '../../src/words/failure.ts';
import { later, startCentre } from '../centre/support.ts';

/** Modbus lines that carry everything and hear nothing back. */
const deafLines = () => {
  const exchanges: Exchange[] = [];
  const open = ({ id }: LineWiring): ModbusLine => ({
    id,
    state: 'open',
    submit: (exchange) => {
      exchanges.push(exchange);
      const at = performance.now();
      const timing = { queuedMs: 0, sentAt: at, endedAt: at };
      return new Promise((resolve) =>
        setTimeout(() => resolve({ ...failed('unit-silent', { line: id, unit: exchange.unit }), timing }), 5),
      );
    },
    onState: () => undefined,
    close: () => Promise.resolve(),
    health: () => ({
      ...(Object.fromEntries(counterNames.map((name) => [name, 0])) as Record<CounterName, number>),
      quarantined: [],
    }),
  });
  return { exchanges, open };
};

const card = 263_172;

/** A satellite terminal whose card may always send; what it hears from a line goes over the air at once. */
const satelliteTerminal = () => {
  const decoder = beidouRdss.unit.decoder();
  const aired: Uint8Array[] = [];
  let tellBox: (bytes: Uint8Array) => void = () => undefined;
  const answers = (request: RdssRequest): readonly RdssAnswer[] => {
    if (request.frame === 'ICJC') return [{ frame: 'ICXX', user: card, periodS: 0, level: 3 }];
    if (request.frame === 'XTZJ')
      return [{ frame: 'ZJXX', user: card, batteryPercent: 90, inbound: 2, beams: [4, 4, 4, 0, 0, 0] }];
    if (request.frame !== 'TXSQ' || request.content.mode !== 'mixed') return [];
    aired.push(request.content.bytes);
    return [{ frame: 'FKXX', user: card, feedback: 'ok', command: 'TXSQ' }];
  };
  return {
    aired,
    attach: (listener: (bytes: Uint8Array) => void): void => void (tellBox = listener),
    hear: (bytes: Uint8Array): void => {
      const said = decoder.push(bytes).flatMap(answers);
      setTimeout(() => said.forEach((one) => tellBox(beidouRdss.unit.encode(one))), 1);
    },
    deliver: (bytes: Uint8Array): void => {
      const content = { mode: 'mixed', bytes } as const;
      tellBox(beidouRdss.unit.encode({ frame: 'TXXX', user: card, sender: 330_122, hour: 9, minute: 0, content }));
    },
  };
};

const byteLines =
  (satellite: ReturnType<typeof satelliteTerminal>) =>
  ({ id }: LineWiring): ByteLine => ({
    id,
    state: 'open',
    send: (bytes) => {
      if (id === 'beidou') satellite.hear(bytes);
      return Promise.resolve({ ok: true });
    },
    onBytes: (listener) => {
      if (id === 'beidou') satellite.attach(listener);
    },
    onState: () => undefined,
    close: () => Promise.resolve(),
  });

/** The example's files with the relay board of the cabinet exchanged for one that holds an output until it is told off. */
export const configWithHeldOutputs = (): string => {
  const dir = mkdtempSync(join(tmpdir(), 'mingluo-held-'));
  cpSync('config', dir, { recursive: true });
  const site = readFileSync('config/site.yaml', 'utf8');
  writeFileSync(
    join(dir, 'site.yaml'),
    site.replace('{ unit: 1, model: waveshare-relay-8 }', '{ unit: 1, model: holding-relay }'),
  );
  const board = readFileSync('devices/relays/waveshare-relay-8.yaml', 'utf8');
  mkdirSync(join(dir, 'devices'));
  writeFileSync(
    join(dir, 'devices', 'holding-relay.yaml'),
    board
      .replace('model: waveshare-relay-8', 'model: holding-relay')
      .replace(/lease: \{.*\}/, 'lease: { kind: held }')
      .replace(/ {2}on: \{.*\}/, '  on: { function: 5, address: 0x0000, channelStep: 1, values: [{ word: 0xFF00 }] }'),
  );
  return dir;
};

const satelliteSiteOf = (site: Site, macKey: string): SatelliteSite => {
  const idsOf = (list: readonly { readonly id: string }[]): readonly string[] => list.map(({ id }) => id);
  return {
    ...{ box: site.id, areaCode: site.areaCode, macKey },
    ...{ zones: idsOf(site.zones), plans: idsOf(site.plans), terminals: idsOf(site.terminals) },
  };
};

export interface Rig {
  readonly disk?: MemoryDisk;
  readonly configDir?: string;
  /** False: the box dials where nobody listens, and has its satellite terminal alone. */
  readonly linked?: boolean;
  /** Recurring duties come round so many times as often. */
  readonly hurry?: number;
  /** The machine's own where left out. */
  readonly after?: BoxPorts['after'];
  readonly clock?: BoxPorts['clock'];
  /** The centre makes its satellite orders by another table of plans than the box has. */
  readonly otherPlans?: boolean;
  /** When a journal that failed is tried again; the machine's own clock where left out. */
  readonly journalClock?: RetryClock;
}

/** A box as `run` starts it, on a disk in memory and lines of the test, and a real practice centre on loopback. */
export const bringUp = async ({
  disk = new MemoryDisk(),
  configDir = 'config',
  linked = true,
  hurry = 1,
  after = machinePorts.after,
  clock = machinePorts.clock,
  otherPlans = false,
  journalClock = realRetryClock,
}: Rig = {}) => {
  const dir = mkdtempSync(join(tmpdir(), 'mingluo-live-'));
  const inDir = (name: string): string => join(dir, name);
  const { privateKey } = generateKeyPairSync('ed25519');
  const keys = { box: inDir('box.key'), senders: inDir('senders.json'), satellite: inDir('satellite.key') };
  const macKey = randomBytes(32).toString('base64');
  writeFileSync(keys.box, privateKey.export({ format: 'pem', type: 'pkcs8' }), { mode: 0o600 });
  writeFileSync(keys.satellite, macKey, { mode: 0o600 });
  const sites = await loadBox({ configDir, devicesDir: 'devices', overrides: { keys } });
  if (!sites.ok) throw new Error(JSON.stringify(sites.failures));
  const { site, wiring } = sites.value.loaded;
  const raw = createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).subarray(12).toString('base64');
  const boxes = [{ id: site.id, publicKey: raw }];
  const sky = satelliteSiteOf(site, macKey);
  const centre = await startCentre({
    area: '500112',
    boxes,
    satellite: [{ ...sky, ...(otherPlans ? { plans: [...sky.plans, 'other'] } : {}) }],
  });
  writeFileSync(keys.senders, JSON.stringify(centre.keys), { mode: 0o600 });
  const lines = Object.fromEntries(wiring.lines.map(({ id }) => [id, { kind: 'serial', path: '/dev/null' } as const]));
  const overrides = { keys, lines, uplinkUrl: linked ? centre.url : 'ws://127.0.0.1:1/' };
  const settings = { configDir, devicesDir: 'devices', overrides, stateDir: dir, environment: {} };
  const files = await loadBox(settings);
  if (!files.ok) throw new Error(JSON.stringify(files.failures));
  const deaf = deafLines();
  const satellite = satelliteTerminal();
  const every: BoxPorts['every'] = (ms, call) => machinePorts.every(ms / hurry, call);
  const lineOpeners = { openModbusLine: deaf.open, openByteLine: byteLines(satellite) };
  const ports: BoxPorts = { ...machinePorts, after, clock, every, ...lineOpeners };
  const failures: string[] = [];
  const begin = async (on = disk): Promise<LiveBox> => {
    const memory = await openMemory(on, { stateDir: dir, toCentre: true, journal: { clock: journalClock } });
    if (!memory.ok) throw new Error(memory.failure.code);
    const onFailure = ({ code }: { readonly code: string }): void => void failures.push(code);
    const box = startLiveBox({ ...settings, ports: { ...ports, disk: on }, onFailure }, files.value, memory.value);
    later(() => box.stop());
    return box;
  };
  return { centre, dir, disk, failures, begin, satellite, exchanges: deaf.exchanges };
};
