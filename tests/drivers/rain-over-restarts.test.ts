import { expect, it } from 'vitest';
import { step } from '../../src/core/step.ts';
import type { Reading } from '../../src/core/time.ts';
import { emptyVillage } from '../../src/core/village.ts';
import type { Before } from '../../src/drivers/edge-detector.ts';
import { Village } from './village.ts';

const hour = 3_600_000;

/** A village with a gauge that is asked every minute and warns of 100 mm within three hours, on a clock that stands at `now`. */
const rainy = async (tenths: number, now: number, before?: Before) => {
  const made = new Village(before);
  const gauge = made.gauge(2);
  made.sensor('rain', 2, 100, { reading: 'rain-1', everyMs: 60_000, withinMs: 3 * hour });
  gauge.tenths[0] = tenths;
  await made.clock.advance(now);
  made.drivers.startPolling();
  await made.clock.advance(5 * 60_000);
  return { made, gauge };
};

const crossings = ({ events }: Village) => events.filter(({ kind }) => kind === 'threshold');

/** What the village's box would keep of what its drivers told. */
const keptOf = ({ told }: Village): readonly Reading[] =>
  told.flatMap(({ at, event }) => (event.kind === 'total' ? [{ at: at - event.ageMs, value: event.value }] : []));

/** The same behind what was kept before. */
const keptBehind = (rain: readonly Reading[], made: Village): readonly Reading[] => {
  const { durable, senses } = emptyVillage;
  let box: typeof emptyVillage = { senses, durable: { ...durable, site: made.site(), totals: { rain } } };
  for (const { at, event } of made.told)
    box = step(box, { at: { mono: at, wall: at, trust: 'guessed' }, event }).village;
  return box.durable.totals['rain'] ?? [];
};

it('80 mm before a loss of power and 30 after it are a downpour', async () => {
  const first = await rainy(500, 0);
  for (let step = 0; step < 80; step += 1) {
    first.gauge.tenths[0] = 510 + 10 * step;
    await first.made.clock.advance(60_000);
  }
  await first.made.clock.advance(10 * 60_000);
  expect(crossings(first.made)).toEqual([]);
  const reads = keptOf(first.made);
  expect(reads.length).toBeLessThan(25);
  const off = first.made.clock.now();
  const before = { totals: { rain: reads }, isDownKnown: true };
  const second = await rainy(1_300, off + 600_000, before);
  expect(crossings(second.made)).toEqual([]);
  second.gauge.tenths[0] = 1_600;
  await second.made.clock.advance(5 * 60_000);
  expect(crossings(second.made)).toEqual([{ kind: 'threshold', sensor: 'rain', threshold: 'heavy', value: 110 }]);
  // What was told before the start is not told anew.
  expect(keptOf(second.made)[0]?.at).toBeGreaterThan(off);
});

it('a gauge that is above at the start, by what fell meanwhile, says that it may have warned before', async () => {
  const before = { totals: { rain: [{ at: 0, value: 50 }] }, isDownKnown: true };
  const { made } = await rainy(1_700, hour, before);
  const crossing = { kind: 'threshold', sensor: 'rain', threshold: 'heavy', value: 120, atStart: true };
  expect(crossings(made)).toEqual([crossing]);
});

it('what fell while nobody knows how long the box was off warns nobody', async () => {
  const before = { totals: { rain: [{ at: 0, value: 50 }] }, isDownKnown: false };
  const { made } = await rainy(1_700, hour, before);
  expect(crossings(made)).toEqual([]);
});

it('a threshold that looks at the value itself is told nothing of totals', async () => {
  const made = new Village({ totals: { level: [{ at: 0, value: 50 }] }, isDownKnown: true });
  made.gauge(2);
  made.sensor('level', 2, 100);
  made.drivers.startPolling();
  await made.clock.advance(2 * hour);
  expect(made.events).toEqual([]);
});

/** A box that was off while 120 mm fell and began no warning of it: what it warns of when it starts once more an hour later. */
const startedTwice = async (off: { known: boolean; ms: number }, more: number) => {
  const totals = { rain: [{ at: 0, value: 50 }] };
  const { made } = await rainy(1_700, off.ms, { totals, isDownKnown: off.known });
  await made.clock.advance(hour);
  expect(crossings(made)).toEqual([]);
  const again = await rainy(1_700 + more * 10, made.clock.now() + 60_000, {
    totals: { rain: keptBehind(totals.rain, made) },
    isDownKnown: true,
  });
  return crossings(again.made);
};

it('what fell while nobody knows how long the box was off warns nobody at the start after that either', async () => {
  expect(await startedTwice({ known: false, ms: 1_000 }, 0)).toEqual([]);
  expect(await startedTwice({ known: false, ms: 1_000 }, 105)).toHaveLength(1);
});

it('what fell in a silence that is too long warns nobody at the start after that either', async () => {
  expect(await startedTwice({ known: true, ms: 4 * hour }, 0)).toEqual([]);
  expect(await startedTwice({ known: true, ms: 4 * hour }, 105)).toHaveLength(1);
});
