import { describe, expect, it } from 'vitest';
import { Bench, pins } from './bench.ts';

describe('the panel behind johnny-five', () => {
  it('comes up with every output dark and the buzzer silent, and reads every pin back', async () => {
    const bench = await new Bench().up();
    expect(
      [pins.power, pins.alarm, pins.fault, pins.uplink, pins.buzzer].map((pin) => bench.board.output(pin)),
    ).toEqual(Array.from({ length: 5 }, () => false));
    expect(bench.said('down')).toEqual([]);
  });

  it('starts the plan once when the key is turned, held and confirmed', async () => {
    const bench = await new Bench().up();
    await bench.run(400);
    bench.turn(true);
    await bench.run(290);
    expect(bench.said('turned')).toEqual([]);
    await bench.run(60);
    expect(bench.said('turned')).toHaveLength(1);
    await bench.run(60_000);
    expect(bench.said('turned')).toHaveLength(1);
  });

  it('reports a stop on the first edge, without waiting for anything', async () => {
    const bench = await new Bench().up();
    const before = bench.now;
    bench.press(pins.stop);
    await bench.run(0);
    expect(bench.said('stop')).toHaveLength(1);
    expect(bench.now).toBe(before);
  });
});
