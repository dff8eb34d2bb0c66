import type { Socket } from 'node:net';
import { join } from 'node:path';
import type { Catalogue } from '../devices/define.ts';
import type { Site } from '../src/core/site.ts';
import type { Wiring } from '../src/core/wiring.ts';
import { realClock, type Cancel, type Clock } from './clock.ts';
import { renderRun, type Recording } from './ear/render.ts';
import { createSpeech } from './ear/speech.ts';
import { serveModbusTcp } from './line/modbus-tcp.ts';
import { createSerialPlug, type SerialPlug } from './line/serial-plug.ts';
import { createTcpPlug, type TcpPlug } from './line/tcp-plug.ts';
import { accepted, refused, type Checked } from './problems.ts';
import { pourRain } from './rain.ts';
import type { UnitVariant } from './unit/unit.ts';
import type { RdssContent } from '../devices/satellite/beidou-rdss.ts';
import type { SatelliteMessage } from './unit/satellite-terminal.ts';
import { parseVariant, standardVariant } from './variants.ts';
import { createWorldCore, type CoreLine, type WorldCore } from './world-core.ts';
import { stateOf, type VillageState } from './world-state.ts';

export interface WorldOptions {
  readonly site: Site;
  readonly wiring: Wiring;
  readonly catalogue: Catalogue;
  /** Links to the lines (`serial/<line>`) and recordings (`heard/*.wav`) come here. */
  readonly runDir: string;
  readonly clock?: Clock;
  readonly seed?: number;
  readonly variant?: UnitVariant;
  /** Lost are frames that break the silence rules; keep it off on a busy machine. */
  readonly strictSilence?: boolean;
  /** TCP port by line; a free one where none is named. */
  readonly tcpPorts?: Readonly<Record<string, number>>;
  /** `false` opens no pseudo-terminals. */
  readonly ptys?: boolean;
  readonly satellite?: { readonly card: number; readonly periodS: number };
  readonly onMessage?: (message: SatelliteMessage) => void;
  /** What network loudspeakers share with the box; without it they believe nobody. */
  readonly soundKey?: Uint8Array;
}

export interface LineAddress {
  /** A link that stays the same while the device behind it changes; null where no pseudo-terminal could be opened. */
  readonly ptyPath: string | null;
  readonly tcpPort: number;
}

/** A running village. */
export interface World {
  readonly lines: Readonly<Record<string, LineAddress>>;
  /** TCP port on loopback of each sound output's loudspeaker. */
  readonly speakers: Readonly<Record<string, number>>;
  readonly core: WorldCore;
  readonly wiring: Wiring;
  state(): VillageState;
  /** `cabinet/1=chops`, `all=off-ignored`… */
  setVariant(text: string): Checked<null>;
  /** Rain into the gauge `line/unit`. */
  rain(target: string, mm: number, overMs: number): Checked<null>;
  /** A message from above, delivered by the satellite terminal. */
  inject(sender: number, content: RdssContent): Checked<null>;
  /** Writes what was heard so far. */
  record(): Promise<Recording>;
  close(): Promise<void>;
}

interface Plugs {
  readonly serial: SerialPlug | null;
  readonly tcp: TcpPlug;
}

const serveRaw = (line: CoreLine) => (socket: Socket) => {
  const end = line.wire.attach((bytes) => {
    if (!socket.destroyed) socket.write(bytes);
  });
  socket.on('data', (chunk) => end.receive(chunk));
  return () => end.detach();
};

const plugIn = async (line: CoreLine, options: WorldOptions): Promise<Plugs> => {
  const { id, speaks } = line.wiring;
  const { rtu } = line;
  const serve =
    speaks === 'modbus-tcp' && rtu !== null ? (socket: Socket) => serveModbusTcp(rtu, socket) : serveRaw(line);
  const wantsPty = options.ptys !== false && speaks !== 'modbus-tcp';
  const serial = wantsPty ? await createSerialPlug(line.wire, join(options.runDir, 'serial', id)) : null;
  return { serial, tcp: await createTcpPlug(options.tcpPorts?.[id] ?? 0, serve) };
};

/** Pulls and pushes plugs as the `unplugged` faults say; one with a time comes back by itself. */
const createPlugKeeper = (core: () => WorldCore, plugs: ReadonlyMap<string, Plugs>, clock: Clock) => {
  const timers = new Map<string, Cancel>();
  let work: Promise<unknown> = Promise.resolve();
  const settle = async (id: string, { serial, tcp }: Plugs): Promise<void> => {
    const fault = core().faults.onLine('unplugged', id);
    if (fault === null) {
      timers.get(id)?.();
      timers.delete(id);
      await Promise.all([serial?.plug(), tcp.plug()]);
      return;
    }
    await Promise.all([serial?.unplug(), tcp.unplug()]);
    const forMs = fault.value ?? 0;
    if (forMs === 0 || timers.has(id)) return;
    timers.set(
      id,
      clock.at(clock.now() + forMs, () => {
        timers.delete(id);
        core().faults.remove(fault.target, 'unplugged');
      }),
    );
  };
  return {
    settled: (): Promise<unknown> => work,
    settle: (): void => {
      work = work.then(async () => {
        for (const [id, each] of plugs) await settle(id, each);
      });
    },
    stop: (): void => {
      for (const cancel of timers.values()) cancel();
    },
  };
};

const hourMinute = (): readonly [number, number] => {
  const minute = Math.floor(Date.now() / 60_000 + 480) % 1440;
  return [Math.floor(minute / 60), minute % 60];
};

const standardSatellite = { card: 263_172, periodS: 60 };

/**
 * Brings up the emulated village of a site: every line as a pseudo-terminal and as a TCP port on loopback. Refuses a
 * model that is not in the catalogue; throws only where the machine itself fails (no free port, folder not writable).
 */
export const createWorld = async (options: WorldOptions): Promise<Checked<World>> => {
  const { wiring } = options;
  const clock = options.clock ?? realClock();
  const plugs = new Map<string, Plugs>();
  const keeper = createPlugKeeper(() => core, plugs, clock);
  const made = createWorldCore({
    site: options.site,
    wiring,
    catalogue: options.catalogue,
    clock,
    seed: options.seed ?? 1,
    variant: options.variant ?? standardVariant,
    strictSilence: options.strictSilence ?? false,
    satellite: options.satellite ?? standardSatellite,
    hourMinute,
    onMessage: options.onMessage ?? (() => undefined),
    ...(options.soundKey === undefined ? {} : { soundKey: options.soundKey }),
    onFaults: keeper.settle,
  });
  if (!made.ok) return made;
  const core = made.value;
  for (const [id, line] of core.lines) plugs.set(id, await plugIn(line, options));
  const linePlugs = [...plugs];
  const speakers: Record<string, number> = {};
  for (const [id, speaker] of core.speakers) {
    const tcp = await createTcpPlug(options.tcpPorts?.[id] ?? 0, (socket) => speaker.serve(socket));
    plugs.set(id, { serial: null, tcp });
    speakers[id] = tcp.port;
  }
  const speech = createSpeech();
  const addresses = linePlugs.map(
    ([id, { serial, tcp }]) => [id, { ptyPath: serial?.path ?? null, tcpPort: tcp.port }] as const,
  );
  return accepted({
    lines: Object.fromEntries(addresses),
    speakers,
    core,
    wiring,
    state: () => stateOf(core, wiring, (id) => plugs.get(id)?.serial?.device ?? null),
    ...requestsOf(core, wiring, clock),
    record: () => {
      const terminals = wiring.terminals.map(({ terminal }) => terminal);
      const stores = new Map([...core.speakers].map(([id, { store }]) => [id, store]));
      return renderRun({ timeline: core.timeline, terminals, folder: join(options.runDir, 'heard'), speech, stores });
    },
    close: async () => {
      keeper.stop();
      await keeper.settled();
      core.close();
      speech.close();
      for (const { serial } of plugs.values()) serial?.close();
      await Promise.all([...plugs.values()].map(({ tcp }) => tcp.close()));
    },
  });
};

const requestsOf = (core: WorldCore, wiring: Wiring, clock: Clock): Pick<World, 'setVariant' | 'rain' | 'inject'> => ({
  setVariant: (text) => {
    const parsed = parseVariant(wiring, text);
    if (!parsed.ok) return parsed;
    for (const key of parsed.value.units) {
      const unit = core.units.get(key)?.unit;
      if (unit !== undefined) unit.variant = { ...unit.variant, ...parsed.value.change };
    }
    return accepted(null);
  },
  rain: (target, mm, overMs) => {
    const unit = core.units.get(target)?.unit;
    if (unit?.device.kind !== 'gauge')
      return refused('emulator-target-unfit', { fault: 'rain', target, fits: 'gauge' });
    pourRain(unit, clock, { mm, overMs });
    return accepted(null);
  },
  inject: (sender, content) => {
    if (core.satellite === null) return refused('emulator-no-satellite');
    core.satellite.inject(sender, content);
    return accepted(null);
  },
});
