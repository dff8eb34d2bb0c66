import type { Lines } from './lines.ts';
import { watchMended } from './mended-flushes.ts';
import { noted, watchBounds } from './notes.ts';
import { watchState } from './state-watch.ts';
import { createRehearsal, keepRehearsing } from './rehearsal.ts';
import type { Tied } from './tie.ts';
import { snapshotNow } from './ties.ts';

const clockLookMs = 10_000;
const headEveryMs = 60_000;
const satelliteLookMs = 5_000;
/** A change of state is a snapshot at most this often. */
const stateLookMs = 10_000;

/** Small duties that recur: is the clock better known, has the state changed, what was only counted, a signed journal head. */
export const recurring = ({ ties, loop, uplink, satellite, doors }: Tied, lines: Lines): (() => void) => {
  const { ports, clock, memory, settings } = ties;
  const { every } = ports;
  const hasChanged = watchState(() => snapshotNow(ties));
  const boundsHit = watchBounds({ ...loop, takeLoss: memory.owed.takeLoss, takeUncounted: doors.takeUncounted });
  const mended = watchMended({ ...memory, troubles: ties.troubles, now: () => clock.now().mono });
  const stops = [
    every(satelliteLookMs, () => satellite?.look()),
    every(clockLookMs, () => {
      if (clock.refresh()) void loop.tell({ kind: 'clock', source: clock.source() });
    }),
    every(stateLookMs, () => {
      // What changed while there was no link stands in the snapshot of the next connect.
      if (hasChanged()) uplink?.sendSnapshot();
    }),
    every(headEveryMs, () => {
      uplink?.sendStatus();
      for (const event of boundsHit()) void loop.tell(event);
      const failure = mended();
      if (failure === null) return;
      settings.onFailure?.(failure);
      void loop.tell(noted(failure));
    }),
  ];
  if (ports.rehearsals !== undefined) {
    const parts = { files: ties.files, lines: lines.modbus, village: loop.village, now: clock.now };
    stops.push(keepRehearsing(createRehearsal(parts), ports.rehearsals, ports));
  }
  return () => stops.forEach((stop) => stop());
};
