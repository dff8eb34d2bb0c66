import { machineClock, startClock } from './box/clock.ts';
import { gatherFrames } from './box/frame-log.ts';
import { isAlive, openLines } from './box/lines.ts';
import { loadBox, type BoxFiles, type Loaded } from './box/load-box.ts';
import { lockFolder } from './box/lock.ts';
import type { Loop } from './box/loop.ts';
import { openMemory, type Memory } from './box/memory.ts';
import { version } from './box/program.ts';
import { recurring } from './box/recurring.ts';
import { startEvents } from './box/start-events.ts';
import { controlPath, openControl } from './box/tie-control.ts';
import { tie } from './box/tie.ts';
import { after, every, madeAt, newId, type BoxSettings, type Ties } from './box/ties.ts';
import { watchTroubles } from './box/troubles.ts';
import { feedWatchdog, notifySystemd } from './box/watchdog.ts';
import { checkSocketPath } from './console/control-server.ts';
import { realDisk } from './store/disk.ts';
import { failed } from './words/failure.ts';

export interface Box {
  readonly loop: Loop;
  readonly stop: () => Promise<void>;
}

const tellStart = ({ files, memory, clock, loop }: Ties): void => {
  const { durable } = loop().village();
  const found = { files, memory, durable, clockSource: clock.source(), version, boot: newId(8) };
  for (const event of startEvents(found)) void loop().tell(event);
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
