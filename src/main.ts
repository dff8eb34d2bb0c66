import { join } from 'node:path';
import { watchAppends, type AppendAge } from './append-age.ts';
import type { ByteLine, FrameNote, ModbusLine } from './bus/line.ts';
import { openByteLine } from './bus/byte-line.ts';
import { openLine } from './bus/open-line.ts';
import { machineClock, startClock } from './clock.ts';
import { checkSocketPath, openControlServer, type ControlServer } from './console/control-server.ts';
import { createDrivers, type Drivers } from './drivers/drivers.ts';
import { openDoors, type Doors } from './doors.ts';
import { watchFirstSound, type FirstSoundWatch } from './first-sound.ts';
import { gatherFrames } from './frame-log.ts';
import { loadBox, type BoxFiles, type Loaded } from './load-box.ts';
import { lockFolder } from './lock.ts';
import { turnLoop, type Loop } from './loop.ts';
import { openMemory, stateHash, type Memory } from './memory.ts';
import { obeyControl } from './obey-control.ts';
import { version } from './program.ts';
import { after, every, madeAt, newId, snapshotNow, type BoxSettings, type Ties } from './ties.ts';
import { startEvents } from './start-events.ts';
import { tieSatellite, type TiedSatellite } from './tie-satellite.ts';
import { tieUplink } from './tie-uplink.ts';
import { realDisk } from './store/disk.ts';
import type { Uplink } from './uplink/session.ts';
import { feedWatchdog, notifySystemd } from './watchdog.ts';
import { failed } from './words/failure.ts';

export interface Box {
  readonly loop: Loop;
  readonly stop: () => Promise<void>;
}

const clockLookMs = 10_000;
const headEveryMs = 60_000;
const satelliteLookMs = 5_000;

interface Lines {
  readonly modbus: ReadonlyMap<string, ModbusLine>;
  readonly bytes: ReadonlyMap<string, ByteLine>;
}

const openLines = ({ loaded }: BoxFiles, onFrame: (note: FrameNote) => void): Lines => {
  const { lines } = loaded.wiring;
  const modbus = lines.filter((line) => line.speaks !== 'bytes');
  const bytes = lines.filter((line) => line.speaks === 'bytes');
  return {
    modbus: new Map(modbus.map((line) => [line.id, openLine(line, { onFrame })])),
    bytes: new Map(bytes.map((line) => [line.id, openByteLine(line, { onFrame })])),
  };
};

const openBoxDoors = ({ files, clock, loop }: Ties): Doors =>
  openDoors({
    site: () => loop().village().durable.site ?? files.loaded.site,
    keys: () => loop().village().durable.keys,
    real: files.real,
    boxId: files.loaded.site.id,
    mono: () => clock.now().mono,
    floor: () => {
      const { last } = loop().village().durable;
      return last?.trust === 'trusted' ? last.wall : madeAt;
    },
  });

const tellStart = ({ files, memory, clock, loop }: Ties): void => {
  const { durable } = loop().village();
  const found = { files, memory, durable, clockSource: clock.source(), version, boot: newId(8) };
  for (const event of startEvents(found)) void loop().tell(event);
};

interface Tied {
  readonly ties: Ties;
  readonly loop: Loop;
  readonly drivers: Drivers;
  readonly uplink: Uplink | null;
  readonly satellite: TiedSatellite | null;
  readonly doors: Doors;
  readonly appends: AppendAge;
  readonly watch: FirstSoundWatch;
}

/** Ties the edges to the loop: effects to drivers, evidence back, receipts to the outbox, orders in. */
const tie = (untied: Omit<Ties, 'loop'>, lines: Lines): Tied => {
  const ties: Ties = { ...untied, loop: () => loop };
  const { settings, files, memory, clock } = ties;
  const watch = watchFirstSound();
  const appends = watchAppends(() => performance.now());
  const doors = openBoxDoors(ties);
  let uplink: Uplink | null = null;
  let satellite: TiedSatellite | null = null;
  const drivers = createDrivers({
    site: files.loaded.site,
    wiring: files.loaded.wiring,
    catalogue: files.loaded.catalogue,
    lines: lines.modbus,
    byteLines: lines.bytes,
    clock: { now: () => clock.now().mono, setTimer: after },
    report: (event) => void loop.tell(event),
    onSwitched: ({ trace, sentAt, endedAt }) => watch.frame(trace, sentAt, endedAt),
  });
  const loop = turnLoop(memory.recovered.village, {
    now: clock.now,
    setTimer: after,
    append: (entry) => appends.watch(() => memory.append(entry, loop.village().durable.acknowledged)),
    carryOut: (effect) => drivers.carryOut(effect),
    release: (receipts, record, settled) => {
      memory.owed.add(receipts, record.number);
      memory.owed.acknowledge(loop.village().durable.acknowledged);
      for (const receipt of receipts) {
        settings.onReceipt?.(receipt);
        satellite?.receipt(receipt);
        const event = watch.heard(receipt, performance.now());
        if (event !== null) void loop.tell(event);
      }
      uplink?.wake();
      if (settled === null) return;
      void memory.settle(settled).then((written) => {
        if (!written.ok) settings.onFailure?.(written.failure);
      });
    },
    answer: () => uplink?.sendStatus(),
    stateHash,
    report: (failure) => settings.onFailure?.(failure),
  });
  uplink = tieUplink(ties, doors, watch);
  satellite = tieSatellite(ties, doors, { watch, bytes: lines.bytes, connected: () => uplink?.connected() ?? false });
  return { ties, loop, drivers, uplink, satellite, doors, appends, watch };
};

/** Small duties that recur: is the clock better known, what was only counted, a signed journal head for the centre. */
const recurring = ({ ties: { clock, memory }, loop, uplink, satellite, doors }: Tied): (() => void) => {
  const stops = [
    every(satelliteLookMs, () => satellite?.look()),
    every(clockLookMs, () => {
      if (clock.refresh()) void loop.tell({ kind: 'clock', source: clock.source() });
    }),
    every(headEveryMs, () => {
      uplink?.sendStatus();
      const loss = memory.owed.takeLoss();
      const lost = loss === null ? '' : `${loss.from}-${loss.to}: ${loss.count}`;
      if (loss !== null) void loop.tell({ kind: 'noted', code: 'receipts-given-up', detail: lost });
      const count = doors.takeUncounted();
      if (count > 0) void loop.tell({ kind: 'noted', code: 'refusals-counted', detail: String(count) });
    }),
  ];
  return () => stops.forEach((stop) => stop());
};

const controlPath = (stateDir: string): string => join(stateDir, 'control.sock');

const openControl = ({ ties, watch }: Tied): Promise<ControlServer> => {
  const ports = {
    loop: ties.loop(),
    snapshot: () => snapshotNow(ties),
    newId,
    began: (trace: string) => watch.beginNow(trace, performance.now()),
    durable: (trace: string) => watch.durable(trace, performance.now()),
  };
  return openControlServer(controlPath(ties.settings.stateDir), (request) => obeyControl(ports, request));
};

const appendMaxMs = 5_000;

/**
 * Fed while the lines are worked and no append hangs. A disk that refuses is no reason to restart: the box sounds on and
 * says so; nor is a port that is unplugged.
 */
const isAlive = (lines: Lines, appends: AppendAge): boolean =>
  appends.oldestMs() < appendMaxMs &&
  [...lines.modbus.values(), ...lines.bytes.values()].every((line) => line.state !== 'closed');

/** What is wrong now, for every snapshot. */
const watchTroubles = ({ loaded, keyFaults }: BoxFiles, { journal }: Memory): Set<string> => {
  const troubles = new Set<string>(loaded.uplinks.websocket === null ? [] : ['uplink-lost']);
  const look = (state: Memory['journal']['state']): void => {
    if (state === 'undurable') troubles.add('journal-undurable');
    else troubles.delete('journal-undurable');
  };
  if (keyFaults.length > 0) troubles.add('key-fault');
  look(journal.state);
  journal.onState(look);
  return troubles;
};

const start = async (settings: BoxSettings, files: BoxFiles, memory: Memory): Promise<Box> => {
  const clock = startClock(settings.clock ?? machineClock, {
    sources: files.loaded.clock.sources,
    last: memory.recovered.village.durable.last,
    lastSource: memory.recovered.village.durable.clockSource,
    floorMs: madeAt,
  });
  const frames = gatherFrames({
    mono: () => clock.now().mono,
    after,
    tell: (event) => void tied.loop.tell(event),
  });
  const lines = openLines(files, frames.note);
  for (const fault of files.keyFaults) settings.onFailure?.(fault);
  if (files.keyFaults.length > 0) settings.onFailure?.(failed('key-fault').failure);
  const troubles = watchTroubles(files, memory);
  const tied = tie({ settings, files, memory, clock, troubles }, lines);
  const control = await openControl(tied);
  tellStart(tied.ties);
  tied.drivers.startPolling();
  const stopRecurring = recurring(tied);
  const stopFeeding = feedWatchdog({ environment: settings.environment, notify: notifySystemd, every }, () =>
    isAlive(lines, tied.appends),
  );
  const stop = async (): Promise<void> => {
    stopFeeding();
    stopRecurring();
    tied.uplink?.close();
    tied.satellite?.stop();
    frames.stop();
    tied.loop.stop();
    await control.close();
    await tied.drivers.stop();
    await Promise.all([...lines.modbus.values(), ...lines.bytes.values()].map((line) => line.close()));
    const written = await memory.close(tied.loop.isDurable());
    if (!written.ok) settings.onFailure?.(written.failure);
  };
  return { loop: tied.loop, stop };
};

/**
 * Starts the box: configuration and keys as a whole, then memory, clock, lines, loop, uplink. Nothing is opened before
 * everything was checked. Failures are those of the configuration, of the keys, of the state folder or of the journal.
 */
export const startBox = async (settings: BoxSettings): Promise<Loaded<Box>> => {
  const fits = checkSocketPath(controlPath(settings.stateDir));
  if (!fits.ok) return { ok: false, failures: [fits.failure] };
  const files = await loadBox(settings);
  if (!files.ok) return files;
  const lock = lockFolder(settings.stateDir);
  if (!lock.ok) return { ok: false, failures: [lock.failure] };
  const memory = await openMemory(realDisk, {
    stateDir: settings.stateDir,
    toCentre: files.value.loaded.uplinks.websocket !== null,
  });
  if (!memory.ok) {
    lock.value();
    return { ok: false, failures: [memory.failure] };
  }
  const box = await start(settings, files.value, memory.value);
  return { ok: true, value: { ...box, stop: () => box.stop().then(lock.value) } };
};
