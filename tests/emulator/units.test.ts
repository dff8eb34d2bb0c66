import { describe, expect, it } from 'vitest';
import { bytesOf, hex, stand } from './village.ts';

const relay = (core: ReturnType<typeof stand>['core'], channel: number): boolean =>
  core.units.get('cabinet/1')?.unit.channels[channel - 1]?.on === true;

describe('a relay board', () => {
  it('echoes the manual’s own flash-on frame and opens by itself', () => {
    const { talk, core, clock } = stand();
    expect(hex(talk('cabinet', bytesOf('01 05 02 00 00 07 8D B0')))).toBe('010502000007' + '8DB0');
    expect(relay(core, 1)).toBe(true);
    clock.advance(550);
    expect(relay(core, 1)).toBe(true);
    clock.advance(70);
    expect(relay(core, 1)).toBe(false);
  });

  it('takes on, off, toggle, all on, all off, all toggle and the mask', () => {
    const { ask, core } = stand();
    const on = (): readonly number[] => [1, 2, 3, 4, 5, 6, 7, 8].filter((channel) => relay(core, channel));
    ask('cabinet', 1, [5, 0, 2, 0xff, 0]);
    expect(on()).toEqual([3]);
    ask('cabinet', 1, [5, 0, 2, 0x55, 0]);
    expect(on()).toEqual([]);
    ask('cabinet', 1, [5, 0, 0xff, 0xff, 0]);
    expect(on()).toHaveLength(8);
    ask('cabinet', 1, [15, 0, 0, 0, 8, 1, 0b1010_0001]);
    expect(on()).toEqual([1, 6, 8]);
    expect(hex(ask('cabinet', 1, [1, 0, 0, 0, 8])).slice(0, 8)).toBe('010101A1');
    ask('cabinet', 1, [5, 1, 0xff, 0xff, 0]);
    expect(on()).toEqual([2, 3, 4, 5, 7]);
    ask('cabinet', 1, [5, 0, 0xff, 0, 0]);
    expect(on()).toEqual([]);
  });

  it('closes again after a flash-off', () => {
    const { ask, core, clock } = stand();
    ask('cabinet', 1, [5, 4, 0, 0, 8]);
    expect(relay(core, 1)).toBe(false);
    clock.advance(800);
    expect(relay(core, 1)).toBe(true);
  });

  it('names an unknown function, a coil that does not exist and a value that is none', () => {
    const { ask } = stand();
    const code = (pdu: readonly number[]): string => hex(ask('cabinet', 1, pdu)).slice(2, 6);
    expect(code([7])).toBe('8701');
    expect(code([4, 0, 0, 0, 1])).toBe('8401');
    expect(code([1, 0, 8, 0, 1])).toBe('8102');
    expect(code([1, 0, 0xff, 0, 1])).toBe('8102');
    expect(code([5, 0, 9, 0xff, 0])).toBe('8502');
    expect(code([5, 0, 0, 0x12, 0x34])).toBe('8503');
    expect(code([5, 2, 0, 0x80, 0])).toBe('8503');
    expect(code([15, 2, 0, 0, 1, 1, 1])).toBe('8F02');
    expect(code([6, 0x80, 0, 0, 1])).toBe('8602');
    expect(code([1, 0, 0, 0, 0])).toBe('8103');
  });

  it('takes a new address by broadcast and answers under it', () => {
    const { ask } = stand();
    expect(ask('cabinet', 0, [6, 0x40, 0, 0, 9])).toHaveLength(0);
    expect(ask('cabinet', 1, [1, 0, 0, 0, 8])).toHaveLength(0);
    expect(ask('cabinet', 9, [1, 0, 0, 0, 8])).toHaveLength(6);
  });
});

describe('what the manual leaves open', () => {
  const flash = (stage: ReturnType<typeof stand>, steps: number) => stage.ask('cabinet', 1, [5, 2, 0, 0, steps], 0);
  const silentAfter = (stage: ReturnType<typeof stand>, untilMs: number): number => {
    for (let ms = 0; ms <= untilMs; ms += 50) {
      if (!relay(stage.core, 1)) return ms;
      stage.clock.advance(50);
    }
    return Number.POSITIVE_INFINITY;
  };
  const variant = (retrigger: 'extends' | 'ignored' | 'chops', offCancels: 'yes' | 'no' = 'yes') =>
    stand({ variant: { retrigger, offCancels, unknownBroadcast: 'acts' } });

  it('extends: a second flash moves the end, and a shorter one does not cut it', () => {
    const stage = variant('extends');
    flash(stage, 20);
    stage.clock.advance(1000);
    flash(stage, 20);
    stage.clock.advance(1100);
    expect(relay(stage.core, 1)).toBe(true);
    flash(stage, 1);
    stage.clock.advance(700);
    expect(relay(stage.core, 1)).toBe(true);
    stage.clock.advance(300);
    expect(relay(stage.core, 1)).toBe(false);
  });

  it('ignored: a second flash changes nothing', () => {
    const stage = variant('ignored');
    flash(stage, 20);
    stage.clock.advance(1000);
    flash(stage, 20);
    stage.clock.advance(1100);
    expect(relay(stage.core, 1)).toBe(false);
  });

  it('chops: a second flash interrupts the sound and starts anew', () => {
    const stage = variant('chops');
    flash(stage, 20);
    stage.clock.advance(1000);
    flash(stage, 20);
    stage.clock.advance(50);
    expect(relay(stage.core, 1)).toBe(false);
    stage.clock.advance(250);
    expect(relay(stage.core, 1)).toBe(true);
    stage.clock.advance(1800);
    expect(relay(stage.core, 1)).toBe(false);
    expect(stage.core.timeline.of('motor')).toHaveLength(2);
  });

  it.each(['extends', 'ignored', 'chops'] as const)(
    '%s: silence comes by itself, with and without off',
    (retrigger) => {
      for (const offCancels of ['yes', 'no'] as const) {
        const stage = variant(retrigger, offCancels);
        flash(stage, 20);
        stage.clock.advance(500);
        flash(stage, 20);
        stage.clock.advance(300);
        stage.ask('cabinet', 1, [5, 0, 0, 0, 0], 50);
        expect(relay(stage.core, 1)).toBe(offCancels === 'no');
        expect(silentAfter(stage, 2500)).toBeLessThanOrEqual(2500);
        stage.clock.advance(10_000);
        expect(relay(stage.core, 1)).toBe(false);
      }
    },
  );

  it('a broadcast that the definition leaves unknown can be played both ways', () => {
    const moved = (unknownBroadcast: 'acts' | 'ignores'): number | undefined => {
      const stage = stand({ variant: { retrigger: 'extends', offCancels: 'yes', unknownBroadcast } });
      stage.ask('weather', 0, [6, 0, 0, 0, 77]);
      return stage.core.units.get('weather/2')?.unit.memory.named('rain')?.value;
    };
    expect(moved('acts')).toBe(77);
    expect(moved('ignores')).toBe(0);
  });
});

describe('the project’s siren', () => {
  const isOn = (stage: ReturnType<typeof stand>, unit: number): boolean =>
    stage.core.units.get(`sirens/${unit}`)?.unit.channels[0]?.on === true;

  it('falls silent when nobody renews its hold, and sounds on while somebody does', () => {
    const stage = stand();
    stage.ask('sirens', 1, [6, 0, 0x10, 0, 150]);
    stage.clock.advance(10_000);
    stage.ask('sirens', 1, [6, 0, 0x10, 0, 150]);
    stage.clock.advance(14_000);
    expect(isOn(stage, 1)).toBe(true);
    expect(hex(stage.ask('sirens', 1, [4, 0, 0, 0, 3])).slice(6, 18)).toBe('000101A40410');
    stage.clock.advance(1500);
    expect(isOn(stage, 1)).toBe(false);
  });

  it('moves only the units of the group map, and a zero hold stops them', () => {
    const stage = stand();
    const group = (hold: number, ...bits: readonly number[]): readonly number[] => {
      const words = Array.from({ length: 16 }, (_, word) =>
        bits.filter((bit) => bit >> 4 === word).reduce((sum, bit) => sum | (1 << (bit & 15)), 0),
      );
      return [16, 0x10, 0, 0, 17, 34, ...[hold, ...words].flatMap((word) => [word >> 8, word & 255])];
    };
    expect(stage.ask('sirens', 0, group(150, 1, 20))).toHaveLength(0);
    expect([1, 2, 3].map((unit) => isOn(stage, unit))).toEqual([false, true, true]);
    stage.ask('sirens', 0, group(0, 20));
    expect([1, 2, 3].map((unit) => isOn(stage, unit))).toEqual([false, true, false]);
  });

  it('sounds when its hold is written among other registers, but not by such a broadcast, which its definition ignores', () => {
    const stage = stand();
    const both = [16, 0, 0x10, 0, 2, 4, 0, 100, 0, 3];
    stage.ask('sirens', 0, both);
    expect([1, 2, 3].some((unit) => isOn(stage, unit))).toBe(false);
    stage.ask('sirens', 2, both);
    expect([1, 2, 3].map((unit) => isOn(stage, unit))).toEqual([false, true, false]);
  });

  it('tests itself without a sound, and finds a dead amplifier', () => {
    const stage = stand();
    const result = (): string => hex(stage.ask('sirens', 1, [4, 0, 4, 0, 1])).slice(6, 10);
    expect(result()).toBe('0000');
    stage.ask('sirens', 1, [6, 0, 0x14, 0, 1]);
    expect(result()).toBe('0004');
    stage.clock.advance(2000);
    expect(result()).toBe('0001');
    stage.core.faults.add({ target: 'siren-1', fault: 'dead-amplifier', value: null });
    stage.ask('sirens', 1, [6, 0, 0x14, 0, 1], 2500);
    expect(result()).toBe('0002');
    expect(stage.core.timeline.of('siren-1')).toEqual([]);
  });

  it('resets when more sirens start at once than the battery carries, and not when they start in waves', () => {
    const together = stand();
    for (const unit of [1, 2, 3]) together.ask('sirens', unit, [6, 0, 0x10, 0, 150], 60);
    together.clock.advance(100);
    expect([1, 2, 3].some((unit) => isOn(together, unit))).toBe(false);
    expect(together.ask('sirens', 1, [4, 0, 0, 0, 1])).toHaveLength(0);
    together.clock.advance(2500);
    expect(hex(together.ask('sirens', 1, [4, 0, 0, 0, 1])).slice(6, 10)).toBe('0008');
    const waves = stand();
    for (const unit of [1, 2]) waves.ask('sirens', unit, [6, 0, 0x10, 0, 150], 60);
    waves.clock.advance(800);
    waves.ask('sirens', 3, [6, 0, 0x10, 0, 150], 200);
    expect([1, 2, 3].every((unit) => isOn(waves, unit))).toBe(true);
  });
});

describe('meter and gauge', () => {
  it('measures the current of the output that is wired to it', () => {
    const stage = stand();
    stage.ask('cabinet', 1, [5, 2, 0, 0, 50]);
    expect(hex(stage.ask('cabinet', 2, [4, 0, 0, 0, 2])).slice(6, 14)).toBe('01400000');
    stage.clock.advance(5000);
    expect(hex(stage.ask('cabinet', 2, [4, 0, 0, 0, 1])).slice(6, 10)).toBe('0000');
  });

  it('answers the manual’s own frame and is cleared by the manual’s own frame', () => {
    const stage = stand();
    const cells = stage.core.units.get('weather/2')?.unit.memory;
    [1441, 8, 186].forEach((value, index) => (cells!.find('holding', index)!.value = value));
    expect(hex(stage.talk('weather', bytesOf('02 03 00 00 00 03 05 F8')))).toBe('02030605A1000800BA8878');
    expect(hex(stage.talk('weather', bytesOf('02 10 00 00 00 01 02 00 00 B2 A0')))).toBe('02100000000101FA');
    expect(cells!.find('holding', 0)!.value).toBe(0);
  });
});
