import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { between, isTone, rmsDbfs } from '../../emulator/ear/analyse.ts';
import { renderRun } from '../../emulator/ear/render.ts';
import { createSpeech } from '../../emulator/ear/speech.ts';
import { readWav } from '../../emulator/ear/wav.ts';
import { EmulatedSirens, unnumbered } from './emulated-sirens.ts';

const isWrite = (frame: string): boolean => !/^\d+:0[1-4]/.test(frame);
const isAlarm = (frame: string): boolean => isWrite(frame) && !frame.includes(':060013');
const group = (bits: number): string => `0:101000001122001e${bits.toString(16).padStart(4, '0')}${'0000'.repeat(15)}`;

/** Three seconds on, by broadcast to every unit of the line. */
const everyone = '0:060010001e';

/** Polled once, so that everybody is known to hold tone 0. */
const polled = async (options: ConstructorParameters<typeof EmulatedSirens>[0] = {}): Promise<EmulatedSirens> => {
  const sirens = new EmulatedSirens(options);
  sirens.drivers.startPolling();
  await sirens.clock.advance(900);
  sirens.sent();
  return sirens;
};

describe('the tone of a siren unit', () => {
  it('is written in front of the on, once, and again only when another is ordered', async () => {
    const sirens = new EmulatedSirens({ count: 1 });
    sirens.sound([1], 'high', 3_000);
    await sirens.clock.advance(100);
    expect(sirens.sent().filter(isWrite)).toEqual(['1:0600110008', '1:060010001e']);
    expect(sirens.now(1)).toBe(`${500 * 1.5} 1`);
    await sirens.clock.advance(4_000);
    sirens.sound([1], 'high', 3_000);
    await sirens.clock.advance(4_000);
    expect(sirens.sent().filter(isWrite)).toEqual(['1:060010001e']);
    sirens.sound([1], 'odd', 3_000);
    await sirens.clock.advance(100);
    expect(sirens.sent().filter(isWrite)).toEqual(['1:0600110003', '1:060010001e']);
    expect(sirens.now(1)).toBe(`${500 * (1 + 3 / 16)} 1`);
  });

  it('costs nothing where the unit is known to hold it, and nothing at all where the site names no numbers', async () => {
    const known = await polled();
    known.sound([1, 2, 3], 'low', 3_000);
    await known.clock.advance(100);
    expect(known.sent().filter(isAlarm)).toEqual([everyone]);
    const plain = await polled({ tones: unnumbered });
    plain.sound([1, 2, 3], 'high', 3_000);
    await plain.clock.advance(1_000);
    const sent = plain.sent();
    expect(sent.filter(isAlarm)).toEqual([everyone]);
    expect(sent.some((frame) => frame.includes(':030011'))).toBe(false);
  });

  it('goes to all by one broadcast in front of the on for all: one exchange more, whatever the number of units', async () => {
    for (const count of [2, 3, 12]) {
      const sirens = await polled({ count });
      await sirens.clock.advance(0);
      const began = sirens.clock.now();
      sirens.sound(
        Array.from({ length: count }, (_, index) => index + 1),
        'high',
        3_000,
      );
      await sirens.clock.advance(70);
      const alarm = sirens.line.sent.filter(({ lane }) => lane === 'alarm');
      expect(alarm.map(({ unit, pdu }) => `${unit}:${pdu}`)).toEqual(['0:0600110008', everyone]);
      // The wire may have been busy with one poll; then tone, then the on: 20 ms each on this line.
      expect(alarm[1]!.at - began).toBeLessThanOrEqual(20 + 20);
      for (let unit = 1; unit <= count; unit += 1) expect(sirens.now(unit)).toBe(`${(500 + 50 * (unit - 1)) * 1.5} 1`);
    }
  });

  it('is not broadcast while a siren that is not meant sounds another tone on that line', async () => {
    const sirens = await polled();
    sirens.sound([3], 'odd', 10_000);
    await sirens.clock.advance(500);
    const before = sirens.now(3);
    sirens.sent();
    sirens.sound([1, 2], 'high', 3_000);
    await sirens.clock.advance(200);
    const alarm = sirens.sent().filter(isAlarm);
    expect(alarm).toEqual(['1:0600110008', '2:0600110008', group(0b0110)]);
    expect([sirens.now(1), sirens.now(2), sirens.now(3)]).toEqual(['750 1', '825 1', before]);
  });

  it('that one unit missed by broadcast is read back and set again by unicast', async () => {
    const sirens = await polled();
    const unit = sirens.line.units.get(2)!;
    const hear = unit.hear.bind(unit);
    unit.hear = (pdu) => (pdu[2] === 0x11 ? undefined : hear(pdu));
    sirens.sound([1, 2, 3], 'high', 3_000);
    await sirens.clock.advance(60);
    expect(sirens.now(2)).toBe('550 1');
    await sirens.clock.advance(300);
    expect(sirens.sent().filter((frame) => frame.startsWith('2:0600'))).toEqual(['2:0600110008']);
    expect(sirens.now(2)).toBe('825 1');
  });

  it('waits for no unit that does not answer', async () => {
    const sirens = await polled();
    sirens.fault(2, 'silent');
    await sirens.clock.advance(4_000);
    sirens.sent();
    sirens.sound([1, 2, 3], 'high', 3_000);
    await sirens.clock.advance(100);
    expect(sirens.sent().filter(isAlarm).slice(0, 2)).toEqual(['0:0600110008', everyone]);
    sirens.silence([1, 2, 3]);
    await sirens.clock.advance(5_000);
    sirens.sent();
    // Now all but the silent one hold the tone: nothing is asked of it before the others sound.
    sirens.sound([1, 2, 3], 'high', 3_000);
    await sirens.clock.advance(60);
    expect(sirens.sent().filter(isAlarm)).toEqual([everyone]);
  });

  it('comes again with the repair of a unit that lost its power, and the volume with it', async () => {
    const sirens = await polled({ volumePercent: 50 });
    await sirens.clock.advance(1_500);
    sirens.sound([1, 2], 'high', 9_000);
    await sirens.clock.advance(300);
    expect(sirens.now(1)).toBe('750 0.5');
    sirens.world.units.get('a/1')!.powerLost(200);
    await sirens.clock.advance(250);
    sirens.sent();
    sirens.sound([1], 'high', 8_000, true);
    await sirens.clock.advance(100);
    expect(sirens.sent().filter(isWrite)).toEqual(['1:060013000f', '1:0600110008', '1:0600100050']);
    expect(sirens.now(1)).toBe('750 0.5');
  });
});

describe('the volume of a siren unit', () => {
  it('is set when the unit is first seen, when it comes back, and when it reads otherwise; never without need', async () => {
    const sirens = new EmulatedSirens({ count: 2, volumePercent: 70 });
    sirens.drivers.startPolling();
    await sirens.clock.advance(3_000);
    expect(sirens.sent().filter(isWrite)).toEqual(['1:0600130015', '2:0600130015']);
    sirens.world.units.get('a/2')!.powerLost(500);
    await sirens.clock.advance(3_000);
    expect(sirens.sent().filter(isWrite)).toEqual(['2:0600130015']);
    sirens.world.units.get('a/1')!.unit.memory.named('volume')!.value = 3;
    await sirens.clock.advance(3_000);
    expect(sirens.sent().filter(isWrite)).toEqual(['1:0600130015']);
  });

  it('is full where the site says nothing', async () => {
    const sirens = await polled({ count: 1 });
    sirens.world.units.get('a/1')!.unit.memory.named('volume')!.value = 3;
    await sirens.clock.advance(2_000);
    expect(sirens.sent().filter(isWrite)).toEqual(['1:060013001e']);
  });

  it('and the tone are heard: another pitch, another level', async () => {
    const soft = await polled({ count: 1, volumePercent: 50 });
    soft.sound([1], 'low', 2_000);
    await soft.clock.advance(2_100);
    const loud = await polled({ count: 1 });
    loud.sound([1], 'high', 2_000);
    await loud.clock.advance(2_100);
    const folder = mkdtempSync(join(tmpdir(), 'mingluo-tones-'));
    const speech = createSpeech();
    try {
      const listen = async ({ world }: EmulatedSirens): Promise<Float32Array> => {
        const { files } = await renderRun({ timeline: world.timeline, terminals: ['siren-1'], folder, speech });
        return between(readWav(files['siren-1']!), 1_100, 2_700);
      };
      const [low, raised] = [await listen(soft), await listen(loud)];
      expect(isTone(low, 500)).toBe(true);
      expect(isTone(raised, 750)).toBe(true);
      expect(isTone(raised, 500)).toBe(false);
      expect(rmsDbfs(raised) - rmsDbfs(low)).toBeCloseTo(6, 0);
    } finally {
      speech.close();
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
