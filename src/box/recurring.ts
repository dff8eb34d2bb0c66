import type { Tied } from './tie.ts';

const clockLookMs = 10_000;
const headEveryMs = 60_000;
const satelliteLookMs = 5_000;

/** Small duties that recur: is the clock better known, what was only counted, a signed journal head for the centre. */
export const recurring = ({ ties: { ports, clock, memory }, loop, uplink, satellite, doors }: Tied): (() => void) => {
  const { every } = ports;
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
