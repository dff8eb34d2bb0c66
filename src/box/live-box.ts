import { startClock } from './clock.ts';
import { gatherFrames } from './frame-log.ts';
import { offAtTheEnd } from './held-off.ts';
import { holdStops, type HeldStops } from './held-stops.ts';
import { openLines, type Lines } from './lines.ts';
import type { BoxFiles } from './load-box.ts';
import type { Memory } from './memory.ts';
import { watchForMemory, type MemoryWatch } from './no-memory.ts';
import { machinePorts } from './ports.ts';
import { version } from './program.ts';
import type { Recovered } from './recover.ts';
import { recurring } from './recurring.ts';
import { startEvents } from './start-events.ts';
import { tie, type Tied } from './tie.ts';
import { madeAt, type BoxSettings, type Ties } from './ties.ts';
import { watchTroubles } from './troubles.ts';
import { failed } from '../words/failure.ts';

/** The box between its ports: what runs on a machine and in the simulated world alike. */
export interface LiveBox {
  readonly tied: Tied;
  readonly lines: Lines;
  /** `keeps` false: nothing more is written to the state folder, for it is another's. */
  readonly stop: (how?: { readonly keeps: boolean }) => Promise<void>;
}

const tellStart = ({ ports, files, memory, clock, loop }: Ties): void => {
  const { durable } = loop().village();
  const found = { files, memory, durable, clockSource: clock.source(), version, boot: ports.newId(8) };
  for (const event of startEvents(found)) void loop().tell(event);
};

const clockOf = ({ ports = machinePorts }: BoxSettings, { loaded }: BoxFiles, recovered: Recovered) => {
  const { last, clockSource: lastSource } = recovered.village.durable;
  return startClock(ports.clock, { sources: loaded.clock.sources, last, lastSource, floorMs: madeAt });
};

/** What stands in for the watch of a box that remembers. */
const noWatch: MemoryWatch = { stop: () => undefined, end: () => Promise.resolve() };

const watchMemory = ({ ports, settings, files, loop }: Ties, held: HeldStops): MemoryWatch =>
  watchForMemory({
    disk: ports.disk,
    every: ports.every,
    after: ports.after,
    settings: {
      stateDir: settings.stateDir,
      toCentre: files.loaded.uplinks.websocket !== null,
      journal: { clock: { after: ports.after } },
    },
    held,
    isOurs: settings.isFolderOurs ?? (() => true),
    isQuiet: () => {
      const { plays, stopProof } = loop().village().durable;
      return Object.keys(plays).length === 0 && stopProof === null;
    },
    onBack: () => settings.onMemoryBack?.(),
  });

/** Clock, lines, loop and edges, tied; it begins to poll and to dial. Nothing here fails: what is wrong is reported. */
export const startLiveBox = (settings: BoxSettings, files: BoxFiles, memory: Memory): LiveBox => {
  const ports = settings.ports ?? machinePorts;
  const clock = clockOf(settings, files, memory.recovered);
  const held =
    memory.lost === undefined
      ? null
      : holdStops({ clock, clockAfter: (recovered) => clockOf(settings, files, recovered) });
  const frames = gatherFrames({
    mono: () => clock.now().mono,
    after: ports.after,
    tell: (event) => void tied.loop.tell(event),
  });
  const lines = openLines(files, ports, frames.note);
  for (const fault of files.keyFaults) settings.onFailure?.(fault);
  if (files.keyFaults.length > 0) settings.onFailure?.(failed('key-fault').failure);
  const troubles = watchTroubles(files, memory);
  const hears = held === null ? {} : { onEntry: held.told };
  const recording = { ...memory, ...hears, append: frames.beside(memory.append) };
  const tied = tie({ ports, settings, files, memory: recording, clock, troubles }, lines);
  tellStart(tied.ties);
  tied.drivers.startPolling();
  const stopRecurring = recurring(tied, lines);
  const watch = held === null ? noWatch : watchMemory(tied.ties, held);
  const stop: LiveBox['stop'] = async ({ keeps } = { keeps: true }) => {
    stopRecurring();
    watch.stop();
    tied.uplink?.close();
    tied.satellite?.stop();
    tied.media.stop();
    frames.stop();
    tied.loop.stop();
    const off = offAtTheEnd(tied.loop.village().durable);
    if (off !== null) tied.drivers.carryOut(off);
    await Promise.all([tied.drivers.stop(), tied.sound.stop()]);
    await Promise.all([...lines.modbus.values(), ...lines.bytes.values()].map((line) => line.close()));
    if (!keeps) return;
    await watch.end();
    const written = await memory.close(tied.loop.isDurable());
    if (!written.ok) settings.onFailure?.(written.failure);
  };
  return { tied, lines, stop };
};
