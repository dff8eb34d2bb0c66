import { describe, expect, it } from 'vitest';
import { RealLine } from './real-line.ts';

const range = (count: number): number[] => Array.from({ length: count }, (_, at) => at + 1);
const dead = [3, 5, 7, 9, 11, 13];

/** A request, the wait for a reply that does not come (the board has 60 ms), the silence after it; 1 ms for rounding. */
const longestExchangeMs = 8 * (10_000 / 9600) + 60 + 2 + 4.5 * (10_000 / 9600) + 1;

/** Twenty sirens of which six do not answer, and the line knows it. */
const withDead = async (): Promise<RealLine> => {
  const line = new RealLine(range(20));
  const { script } = line.wire;
  line.wire.script = (request) => (dead.includes(request.unit) ? [] : script(request));
  line.drivers.carryOut({ do: 'read-outputs' });
  await line.advance(2_000);
  line.drivers.carryOut({ do: 'read-outputs' });
  await line.advance(4_000);
  return line;
};

/** The longest that an order for one siren waits which comes so long after a stop, ms. */
const waitsAfterStop = async (afterMs: number): Promise<number> => {
  const line = await withDead();
  line.sound([1, 2], 60_000);
  await line.advance(300);
  line.silence(range(20));
  await line.advance(afterMs);
  const orderedAt = line.now;
  line.sound([20], 60_000);
  await line.advance(1_500);
  return line.switchings().find(({ at, unit, steps }) => at >= orderedAt && unit === 20 && steps > 0)!.at - orderedAt;
};

describe('units that do not answer, after a stop', () => {
  it('keep a new order waiting for one exchange at most, however often their off is repeated', async () => {
    // Before, an order in the same zone waits for the stop's own offs; what is repeated from here on is for the dead.
    for (const afterMs of [900, 1_000, 1_150, 1_300, 1_400, 2_000, 2_100, 4_000]) {
      expect(await waitsAfterStop(afterMs), `${afterMs} ms after the stop`).toBeLessThan(longestExchangeMs);
    }
  });

  it('have their off all the same, after those that answer, and are told as unproven', async () => {
    const line = await withDead();
    line.sound([1, 2, 20], 60_000);
    await line.advance(300);
    const stopAt = line.now;
    line.silence(range(20));
    await line.advance(12_000);
    const first = (unit: number): number =>
      line.switchings().find((one) => one.at >= stopAt && one.unit === unit && one.steps === 0)!.at;
    const living = range(20).filter((unit) => !dead.includes(unit));
    expect(Math.max(...living.map(first))).toBeLessThan(Math.min(...dead.map(first)));
    for (const unit of dead) {
      const offs = line.switchings().filter((one) => one.at >= stopAt && one.unit === unit && one.steps === 0);
      expect(offs.length).toBeGreaterThanOrEqual(4);
    }
    expect(line.findings().map(({ terminal }) => terminal)).toEqual(dead.map((unit) => `siren-${unit}`));
  });

  it('sound when they are ordered to while their off still waits', async () => {
    const line = await withDead();
    line.silence(range(20));
    await line.advance(5);
    line.sound([3], 60_000);
    await line.advance(9_000);
    const last = line
      .switchings()
      .filter(({ unit }) => unit === 3)
      .at(-1);
    expect(last?.steps).toBeGreaterThan(0);
  });
});
