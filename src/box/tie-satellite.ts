import type { ByteLine } from '../bus/line.ts';
import type { Doors } from './doors.ts';
import { createSatelliteTerminal } from '../drivers/satellite-terminal.ts';
import type { FirstSoundWatch } from './first-sound.ts';
import { openSatelliteLink, type SatelliteLink } from './satellite-link.ts';
import type { Ties } from './ties.ts';

export interface TiedSatellite extends SatelliteLink {
  readonly stop: () => void;
}

export interface SatelliteTies {
  readonly bytes: ReadonlyMap<string, ByteLine>;
  readonly connected: () => boolean;
  readonly watch: FirstSoundWatch;
}

/** The satellite terminal on its line, tied to the loop; null where the site has none, or no key for its reports. */
export const tieSatellite = (
  ties: Ties,
  doors: Doors,
  { bytes, connected, watch }: SatelliteTies,
): TiedSatellite | null => {
  const { ports, settings, files, clock, loop } = ties;
  if (files.keyFaults.length > 0) return null;
  const wired = files.loaded.wiring.satellite;
  const line = wired === null ? undefined : bytes.get(wired.line);
  const device = files.loaded.catalogue.frames.get(wired?.model ?? '');
  if (wired === null || line === undefined || device?.kind !== 'satellite' || files.satelliteKey === null) return null;
  const terminal = createSatelliteTerminal({
    line,
    codec: device.codec,
    clock: { now: () => clock.now().mono, setTimer: ports.after },
    centreCard: wired.centreCard,
    onMessage: (received) => {
      const receivedAt = ports.stopwatch();
      const event = doors.satellite(received);
      if (event === null) return;
      const trace = event.kind === 'order' ? event.order.id : '';
      if (event.kind === 'order') {
        const verifiedAt = ports.stopwatch();
        watch.begin(trace, { intakeMs: 0, receivedAt, verifiedAt, steppedAt: verifiedAt });
      }
      void loop()
        .tell(event)
        .then((isRecorded) => {
          watch.durable(trace, ports.stopwatch());
          // Refused at the door it is in no memory of orders, by which the receipts of others find their way back.
          if (event.kind === 'refused' && event.order !== null && isRecorded)
            link.repeated(event.order, { stage: 'refused', code: event.code });
        });
    },
  });
  const link = openSatelliteLink({
    terminal,
    boxId: files.loaded.site.id,
    macKey: files.satelliteKey,
    durable: () => loop().village().durable,
    mono: () => clock.now().mono,
    connected,
    nextCounter: async () => {
      const recorded = loop().tell({ kind: 'satellite-report' });
      const counter = loop().village().durable.satelliteReports;
      return (await recorded) ? counter : null;
    },
    report: (failure) => settings.onFailure?.(failure),
  });
  return { ...link, stop: () => terminal.stop() };
};
