import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Bench, pins } from './bench.ts';

const ready = async (): Promise<Bench> => {
  const bench = await new Bench().up();
  await bench.run(500);
  return bench;
};

describe('bytes that are meant to hurt', () => {
  const stillWorks = async (bench: Bench): Promise<void> => {
    bench.press(pins.stop);
    await bench.run(1);
    expect(bench.said('stop')).toHaveLength(1);
    expect(bench.said('down')).toEqual([]);
  };

  it('the state of a pin that does not exist leaves nothing deaf', async () => {
    const bench = await ready();
    bench.inject(Uint8Array.of(0xf0, 0x6e, 0x7f, 0x00, 0x00, 0xf7));
    await stillWorks(bench);
    await bench.run(60_000);
    expect(bench.said('noise')).toEqual([{ say: 'noise', bytes: 6 }]);
  });

  it('a second mapping, a second capability report and an empty name leave nothing deaf', async () => {
    const bench = await ready();
    bench.inject(Uint8Array.of(0xf0, 0x6a, ...Array.from({ length: 60 }, () => 1), 0xf7));
    bench.inject(Uint8Array.of(0xf0, 0x6c, 0x00, 0x01, 0x7f, 0xf7));
    bench.inject(Uint8Array.of(0xf0, 0x79, 0xf7, 0xf0, 0xf7, 0xf0, 0x79, 0x02, 0xf7));
    await stillWorks(bench);
  });

  it('a sysex without an end holds no memory and ends with the next frame', async () => {
    const bench = await ready();
    bench.inject(Uint8Array.of(0xf0, 0x71));
    bench.inject(new Uint8Array(120).fill(1));
    await stillWorks(bench);
  });

  it('a turned key that is made up starts nothing, because the board does not stand by it', async () => {
    const bench = await ready();
    // The board's own reports are lost, and somebody else speaks for it: open closed, closed open.
    bench.onTheWire = (bytes) => (bytes[0] === 0x90 ? new Uint8Array() : bytes);
    bench.inject(Uint8Array.of(0x90, 0x38, 0x00));
    await bench.run(5_000);
    expect(bench.said('turned')).toEqual([]);
    expect(bench.said('down')).toEqual([]);
  });

  it('megabytes of noise cost one attachment, and the board comes back', async () => {
    const bench = await ready();
    const chunk = new Uint8Array(65_536).fill(1);
    for (let times = 0; times < 32; times += 1) bench.inject(chunk);
    await bench.run(0);
    expect(bench.said('down')).toMatchObject([{ code: 'panel-noise' }]);
    await bench.run(12_000);
    expect(bench.said('up')).toHaveLength(2);
  });

  it('bits that flip on every tenth byte never start anything', async () => {
    await fc.assert(
      fc.asyncProperty(fc.infiniteStream(fc.integer({ min: 0, max: 79 })), async (flips) => {
        const bench = await new Bench().up();
        bench.onTheWire = (bytes) =>
          bytes.map((byte) => {
            const flip = Number(flips.next().value);
            return flip < 8 ? byte ^ (1 << flip) : byte;
          });
        await bench.run(20_000);
        expect(bench.said('turned')).toEqual([]);
        bench.onTheWire = (bytes) => bytes;
        await bench.upAgain();
        await bench.run(3_000);
        await bench.upAgain();
        await bench.run(600);
        const before = bench.said('stop').length;
        bench.press(pins.stop);
        await bench.run(150);
        expect(bench.said('stop').length).toBe(before + 1);
      }),
      { numRuns: 60 },
    );
  }, 60_000);
});
