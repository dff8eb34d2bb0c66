import { createDrivers, type DriverOptions, type Drivers } from '../drivers/drivers.ts';
import type { Uplink } from '../uplink/session.ts';
import { watchAppends, type AppendAge } from './append-age.ts';
import { openDoors, type Doors } from './doors.ts';
import { watchFirstSound, type FirstSoundWatch } from './first-sound.ts';
import type { Lines } from './lines.ts';
import type { Media } from './media.ts';
import { turnLoop, type Loop, type Settled } from './loop.ts';
import { stateHash } from './memory.ts';
import { tieMedia } from './tie-media.ts';
import { tieSatellite, type TiedSatellite } from './tie-satellite.ts';
import { tieSound, type TiedSound } from './tie-sound.ts';
import { tieUplink } from './tie-uplink.ts';
import { madeAt, type Ties } from './ties.ts';
import { nameIn } from './site-view.ts';
import { failed } from '../words/failure.ts';
import { createWitness, type Witness } from './witness.ts';

const openBoxDoors = ({ files, memory, clock, loop }: Ties): Doors =>
  openDoors({
    closed: memory.lost === undefined ? null : failed('memory-lost', { why: memory.lost.code }).failure,
    site: () => loop().village().durable.site ?? files.loaded.site,
    keys: () => loop().village().durable.keys,
    real: files.real,
    boxId: files.loaded.site.id,
    mono: () => clock.now().mono,
    // Only by what the centre said itself: a clock of the machine that runs ahead is what its answer is to correct.
    floor: () => {
      const { last, clockSource } = loop().village().durable;
      return last?.trust === 'trusted' && clockSource === 'centre' ? last.wall : madeAt;
    },
  });

/** The edges, tied to the loop. */
export interface Tied {
  readonly ties: Ties;
  readonly loop: Loop;
  readonly drivers: Drivers;
  readonly uplink: Uplink | null;
  readonly satellite: TiedSatellite | null;
  readonly media: Media;
  readonly sound: TiedSound;
  readonly doors: Doors;
  readonly appends: AppendAge;
  readonly watch: FirstSoundWatch;
  readonly witness: Witness;
}

const keep = async ({ memory, settings }: Ties, settled: Settled): Promise<void> => {
  const written = await memory.settle(settled);
  if (!written.ok) settings.onFailure?.(written.failure);
};

/** What polling is told of before the start, and tells of beside the events. */
const sensing = (
  { files, memory, clock, troubles }: Ties,
  witness: Witness,
): Pick<DriverOptions, 'onSense' | 'onGauges' | 'before'> => {
  const { totals, siteHash } = memory.recovered.village.durable;
  return {
    onSense: witness.sensed,
    onGauges: (silent) => {
      if (silent > 0) troubles.add('gauge-silent');
      else troubles.delete('gauge-silent');
    },
    // Behind changed files another gauge may stand in its place: between one and the other there is no rain.
    before: { totals, isDownKnown: clock.isDownKnown && siteHash === files.loaded.hash },
  };
};

/** Ties the edges to the loop: effects to drivers, evidence back, receipts to the outbox, orders in. */
export const tie = (untied: Omit<Ties, 'loop'>, lines: Lines): Tied => {
  const ties: Ties = { ...untied, loop: () => loop };
  const { ports, settings, files, memory, clock } = ties;
  const watch = watchFirstSound();
  const witness = createWitness(nameIn(files.loaded));
  const appends = watchAppends(ports.stopwatch);
  const doors = openBoxDoors(ties);
  const media = tieMedia(ties, (message) => uplink?.sendAudio(message) ?? false);
  const sound = tieSound(ties, media.audioFile);
  let uplink: Uplink | null = null;
  let satellite: TiedSatellite | null = null;
  const drivers = createDrivers({
    site: files.loaded.site,
    wiring: files.loaded.wiring,
    catalogue: files.loaded.catalogue,
    lines: lines.modbus,
    byteLines: lines.bytes,
    clock: { now: () => clock.now().mono, setTimer: ports.after },
    report: (event) => void loop.tell(event),
    sound: sound.port,
    ...sensing(ties, witness),
    onSwitched: ({ trace, sentAt, endedAt }) => watch.frame(trace, sentAt, endedAt),
  });
  const loop = turnLoop(memory.recovered.village, {
    now: clock.now,
    setTimer: ports.after,
    append: (entry) => {
      witness.changed();
      return appends.watch(() => memory.append(entry, loop.village().durable.acknowledged));
    },
    onEntry: memory.onEntry,
    carryOut: (effect) => drivers.carryOut(effect),
    release: (receipts, record, settled) => {
      memory.owed.add(receipts, record.number);
      memory.owed.acknowledge(loop.village().durable.acknowledged);
      for (const receipt of receipts) {
        settings.onReceipt?.(receipt);
        satellite?.receipt(receipt);
        const event = watch.heard(receipt, ports.stopwatch());
        if (event !== null) void loop.tell(event);
      }
      witness.released(receipts);
      uplink?.wake();
      media.look();
      if (settled !== null) void keep(ties, settled);
    },
    onLost: memory.owed.neverRecorded,
    answer: ({ order, via, outcome }) => {
      if (via === 'satellite') satellite?.repeated(order, outcome);
      else uplink?.sendOutcome(order, outcome);
    },
    stateHash,
    report: (failure) => settings.onFailure?.(failure),
  });
  uplink = tieUplink(ties, doors, { watch, media });
  memory.journal.onState(() => uplink?.wake());
  satellite = tieSatellite(ties, doors, { watch, bytes: lines.bytes, connected: () => uplink?.connected() ?? false });
  return { ties, loop, drivers, uplink, satellite, media, sound, doors, appends, watch, witness };
};
