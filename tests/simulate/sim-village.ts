import { createHash, createPublicKey } from 'node:crypto';
import { createWorldCore, type WorldCore } from '../../emulator/world-core.ts';
import { standardVariant } from '../../emulator/variants.ts';
import { startLiveBox, type LiveBox } from '../../src/box/live-box.ts';
import { loadChecked, type BoxFiles } from '../../src/box/load-box.ts';
import type { MediaMachine } from '../../src/box/media-machine.ts';
import type { Memory } from '../../src/box/memory.ts';
import { openMemoryOrNone } from '../../src/box/no-memory.ts';
import type { BoxPorts } from '../../src/box/ports.ts';
import type { LoadedSite } from '../../src/config/load-site.ts';
import type { Receipt } from '../../src/core/receipt.ts';
import { readSigner } from '../../src/intake/keys.ts';
import { MemoryDisk, type MemoryDiskSettings } from '../../src/store/memory-disk.ts';
import { ok, type Failure } from '../../src/words/failure.ts';
import type { Dice } from './dice.ts';
import { keyFrom, simCentre, type SimCentre } from './sim-centre.ts';
import { simLines, type SimLines } from './sim-lines.ts';
import { simNet, type CentreEnd, type SimNet } from './sim-net.ts';
import { simSound, type SimSound } from './sim-sound.ts';
import { VirtualTime } from './virtual-time.ts';

/** How the box ended: killed (the disk keeps what was written), or the power failed (only what was synced is certain). */
export type Death = 'killed' | 'power-cut';

/** One life of the box, from start to death. */
export interface Life {
  readonly box: LiveBox;
  readonly bornAt: number;
  /** False: it started without its memory. */
  readonly remembers: boolean;
}

export interface SimVillage {
  readonly time: VirtualTime;
  readonly site: LoadedSite;
  readonly world: WorldCore;
  readonly net: SimNet;
  readonly lines: SimLines;
  readonly centre: SimCentre;
  readonly sound: SimSound;
  /** The box that lives now; null between death and start. */
  readonly life: () => Life | null;
  readonly disk: () => MemoryDisk;
  /** Another disk is put in; only between two lives. */
  readonly putDisk: (other: MemoryDisk) => void;
  /** What the disk does wrong from now on; null takes it back. */
  readonly setDisk: (wrong: DiskWrong) => void;
  /** Null: the box lives. */
  readonly start: () => Promise<'died meanwhile' | null>;
  readonly die: (death: Death) => void;
  /** The machine's wall clock is this far from the truth; ntp says whether it is synchronised. */
  readonly machine: { errorMs: number; ntp: boolean };
  readonly wall: () => number;
  /** Everything that happened, one line each; the trace is its hash. */
  readonly note: (text: string) => void;
  readonly digest: () => string;
  /** The newest lines of the trace, for a person. */
  readonly recent: () => readonly string[];
}

export interface DiskWrong {
  readonly fault?: MemoryDiskSettings['fault'] | null;
  readonly takeTime?: MemoryDiskSettings['takeTime'] | null;
}

export interface VillageOptions {
  readonly dice: Dice;
  readonly startWallMs: number;
  readonly loaded: LoadedSite;
  readonly onReceipt: (receipt: Receipt) => void;
  /** Receipts that a start found on the disk and the centre has not acknowledged. */
  readonly onOwed: (owed: readonly Receipt[]) => void;
  readonly onFailure: (failure: Failure) => void;
  /** The box ends itself, because its memory can be read again. */
  readonly onMemoryBack: () => void;
  /** Absent: no other box has the folder. */
  readonly isFolderOurs?: () => boolean;
  /** Every line of the trace, for a person who looks into one seed. */
  readonly log?: (line: string) => void;
  /** The box has connected; what is sent by this end reaches it as it is. */
  readonly onConnected?: (end: CentreEnd) => void;
  /** Told of every frame that the box sends on a line. */
  readonly onSent?: (line: string, bytes: Uint8Array) => void;
}

const recentMax = 400;
const stateDir = '/state';

/** The example village as a person wrote it, with its centre in the simulated network. */
export const loadExample = async (root: string): Promise<LoadedSite> => {
  const loaded = await loadChecked({
    configDir: `${root}/config`,
    devicesDir: `${root}/devices`,
    overrides: { uplinkUrl: 'ws://127.0.0.1:1/', pinFile: null },
  });
  if (!loaded.ok) throw new Error(loaded.failures.map(({ code }) => code).join(' '));
  return loaded.value;
};

const tracer = (time: VirtualTime, log: (line: string) => void) => {
  const hash = createHash('sha256');
  let recent: string[] = [];
  return {
    note: (text: string): void => {
      const line = `${time.now().toFixed(3)} ${text}`;
      hash.update(`${line}\n`);
      recent.push(line);
      log(line);
      if (recent.length > 2 * recentMax) recent = recent.slice(-recentMax);
    },
    digest: (): string => hash.copy().digest('hex'),
    recent: (): readonly string[] => recent.slice(-recentMax),
  };
};

const filesOf = (loaded: LoadedSite, centre: SimCentre): BoxFiles => {
  const signer = readSigner(keyFrom('box').export({ format: 'pem', type: 'pkcs8' }).toString());
  if (!signer.ok) throw new Error('no key');
  const common = { keyFaults: [], pins: [], real: false };
  return { ...common, loaded, signer: signer.value, senders: centre.senders, satelliteKey: Buffer.alloc(32, 7) };
};

/** Enough room, and a decoder that believes what it is told about a file. */
const simMedia: MediaMachine = {
  freeBytes: () => Promise.resolve(1e12),
  decoder: () => ({
    decode: (_, { durationMs }) => Promise.resolve(ok({ durationMs })),
    warm: () => undefined,
    close: () => undefined,
  }),
};

/** Timers of one life: none of them rings after its death, nor goes on for ever in place of the dead. */
const lifeTime = (time: VirtualTime, isAlive: () => boolean) => ({
  after: (ms: number, call: () => void): (() => void) => time.after(ms, () => (isAlive() ? call() : undefined)),
  every: (ms: number, call: () => void): (() => void) => {
    const end = time.every(ms, () => (isAlive() ? call() : end()));
    return end;
  },
});

const settingsOf = ({ fault = null, takeTime = null }: DiskWrong): MemoryDiskSettings => ({
  ...(fault === null ? {} : { fault }),
  ...(takeTime === null ? {} : { takeTime }),
});

/** What is around the box: the emulated village, its lines and loudspeakers, the road, and the centre at its end. */
const createSurroundings = ({ dice, loaded, startWallMs, log, onConnected, onSent }: VillageOptions) => {
  const time = new VirtualTime();
  const trace = tracer(time, log ?? (() => undefined));
  const { note } = trace;
  const wall = (): number => startWallMs + time.now();
  const ids = dice.stream('ids');
  const centre = simCentre({
    ...{ wall, note, newId: () => ids.hex(16), hex: ids.hex },
    box: { id: loaded.site.id, areaCode: loaded.site.areaCode, publicKey: createPublicKey(keyFrom('box')) },
  });
  const net = simNet({
    time,
    accept: (end) => {
      onConnected?.(end);
      return centre.accept(end);
    },
  });
  const made = createWorldCore({
    ...{ site: loaded.site, wiring: loaded.wiring, catalogue: loaded.catalogue, clock: time },
    ...{ seed: dice.whole(1, 1_000_000), variant: standardVariant, strictSilence: false },
    satellite: { card: 263_172, periodS: 60 },
    hourMinute: () => [9, 0],
    onMessage: () => note('satellite report'),
    soundKey: Buffer.alloc(32, 9),
    onFaults: () => {
      lines.settle();
      sound.settle();
    },
  });
  if (!made.ok) throw new Error(made.problem.code);
  const world = made.value;
  const mangling = dice.stream('mangling');
  const lines = simLines(
    { time, unit: mangling.unit, ...(onSent === undefined ? {} : { sent: onSent }) },
    world.lines,
    (line) => world.faults.onLine('unplugged', line) === null,
  );
  const outputs = loaded.wiring.outputs.map(({ id }) => id);
  const { terminals } = loaded.wiring;
  const sound = simSound({ time, world, terminals, dice: dice.stream('sound'), note }, outputs);
  return { time, world, net, lines, centre, sound, wall, ...trace, machine: { errorMs: 0, ntp: false } };
};

type Surroundings = ReturnType<typeof createSurroundings>;

/** The ports of a box whose surroundings are simulated. */
const portsIn = (
  { time, wall, machine, lines, net, sound }: Surroundings,
  { chance, disk, isAlive }: { readonly chance: Dice; readonly disk: MemoryDisk; readonly isAlive: () => boolean },
): BoxPorts => ({
  clock: {
    monotonic: () => time.now(),
    wall: () => wall() + machine.errorMs,
    ntpSynchronised: () => machine.ntp,
    rtcPresent: () => false,
  },
  stopwatch: () => time.now(),
  ...lifeTime(time, isAlive),
  random: chance.unit,
  newId: (bytes = 16) => chance.hex(bytes),
  disk,
  openModbusLine: (wiring, lineOptions) => lines.modbus(wiring, lineOptions),
  openByteLine: (wiring, lineOptions) => lines.bytes(wiring, lineOptions),
  links: net.links,
  sound: sound.child,
  media: simMedia,
});

/** What a start owes from the disk; what it could not bring to the device first is told when it is there. */
const tellOwed = ({ owed, journal }: Memory, tell: (owed: readonly Receipt[]) => void): void => {
  const tellAll = (): void => tell(owed.read(1, Infinity));
  tellAll();
  journal.onState(tellAll);
};

/** A whole village on one virtual clock: real core, drivers, bus, uplink, outbox, journal and store; nothing else is real. */
export const simVillage = (options: VillageOptions): SimVillage => {
  const { dice, loaded } = options;
  const chance = dice.stream('box');
  const around = createSurroundings(options);
  const { time, note, lines, net, sound, centre } = around;
  let disk = new MemoryDisk();
  let wrong: DiskWrong = {};
  let life: Life | null = null;
  let generation = 0;

  const start = async (): Promise<'died meanwhile' | null> => {
    generation += 1;
    const mine = generation;
    const ports = portsIn(around, { chance, disk, isAlive: () => mine === generation });
    const files = filesOf(loaded, centre);
    const journal = { clock: { after: ports.after } };
    const memory = await openMemoryOrNone(disk, { stateDir, toCentre: true, journal });
    if (mine !== generation) return 'died meanwhile';
    if (memory.lost !== undefined) note(`no memory: ${memory.lost.code}`);
    tellOwed(memory, (owed) => (mine === generation ? options.onOwed(owed) : undefined));
    const box = startLiveBox(
      {
        ...{ ports, stateDir, environment: {}, configDir: '', devicesDir: '' },
        onReceipt: options.onReceipt,
        ...{ onFailure: options.onFailure, isFolderOurs: options.isFolderOurs ?? (() => true) },
        onMemoryBack: () => time.after(1, () => (mine === generation ? options.onMemoryBack() : undefined)),
      },
      files,
      memory,
    );
    life = { box, bornAt: time.now(), remembers: memory.lost === undefined };
    note(`box starts, life ${mine}`);
    return null;
  };
  const die = (death: Death): void => {
    generation += 1;
    life = null;
    lines.boxDied();
    sound.boxDied();
    net.boxDied();
    const settings = settingsOf(wrong);
    const killed = disk.afterKill(settings);
    disk = death === 'killed' ? killed : killed.afterPowerCut(dice.whole(1, 1_000_000), settings);
    note(`box ${death}`);
  };
  return {
    ...around,
    ...{ site: loaded, start, die },
    life: () => life,
    disk: () => disk,
    putDisk: (other) => {
      disk = other;
      disk.settings = settingsOf(wrong);
    },
    setDisk: (next) => {
      wrong = { ...wrong, ...next };
      disk.settings = settingsOf(wrong);
    },
  };
};
