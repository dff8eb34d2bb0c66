import { describe, expect, it } from 'vitest';
import type { RelayBoard } from './units.ts';
import { cueOf, Village } from './village.ts';

const speaker = (): { village: Village; board: RelayBoard } => {
  const village = new Village();
  const board = village.relays(1);
  const meter = village.meter(20);
  village.terminal('horn', { unit: 1, channel: 1, proof: 1, chip: true });
  meter.feeds[0] = () => board.current(1);
  return { village, board };
};

const text = '暴雨红色预警，请立即转移';

describe('speech', () => {
  it('switches the amplifier on for its length, waits the lead-in, speaks, proves the current, and ends with the chip', async () => {
    const { village, board } = speaker();
    village.speak(['horn'], text);
    await village.clock.advance(250);
    // Lead-in 300, estimate 3500, 2 s more: 58 steps.
    expect(village.line.writes()).toEqual(['1:050200003a']);
    expect(village.chip('horn').spoken()).toEqual([]);
    await village.clock.advance(2_000);
    expect(village.chip('horn').spoken()).toEqual([`[v16]${text}`]);
    expect(village.seen()).toEqual(['horn sounding current 3.2 -']);
    await village.clock.advance(2_000);
    expect(village.seen()).toEqual(['horn sounding current 3.2 -', 'horn spoken chip - -']);
    expect(board.on()[0]).toBe(false);
    expect(village.line.writes().at(-1)).toBe('1:0500000000');
  });

  it('sends a long text part by part, each after the chip has ended the one before', async () => {
    const { village } = speaker();
    const long = '请立即向高处转移，不要过河。'.repeat(20);
    village.chip('horn').msPerCharacter = 20;
    village.speak(['horn'], long);
    await village.clock.advance(60_000);
    const spoken = village.chip('horn').spoken();
    expect(spoken.length).toBeGreaterThan(2);
    expect(spoken.map((part) => part.replace('[v16]', '')).join('')).toBe(long);
    expect(village.seen().filter((line) => line.includes('spoken'))).toHaveLength(1);
  });

  it('keeps the amplifier on for a chip slower than the estimate, by a new flash once the first is over', async () => {
    const { village, board } = speaker();
    village.chip('horn').msPerCharacter = 700;
    village.speak(['horn'], text);
    await village.clock.advance(7_500);
    expect(board.on()[0]).toBe(true);
    expect(village.line.writes().filter((write) => write.startsWith('1:0502'))).toHaveLength(2);
    await village.clock.advance(4_000);
    expect(village.seen().at(-1)).toBe('horn spoken chip - -');
    expect(board.on()[0]).toBe(false);
  });

  it('says silent with no-current for a dead amplifier, whatever the chip says', async () => {
    const { village, board } = speaker();
    board.dead.add(1);
    village.speak(['horn'], `${text}，不要停留，不要过河，不要回家取东西`);
    await village.clock.advance(4_500);
    expect(village.seen()).toEqual(['horn silent current 0 no-current']);
    await village.clock.advance(10_000);
    expect(village.seen()).toEqual(['horn silent current 0 no-current', 'horn spoken chip - -']);
  });

  // A meter that means over a second could have shown the same of a horn that spoke.
  it('says neither silent nor spoken of words over which a dead amplifier cannot be told from a slow meter', async () => {
    const { village, board } = speaker();
    board.dead.add(1);
    village.speak(['horn'], text);
    await village.clock.advance(6_000);
    expect(village.seen()).toEqual(['horn ended switched - -']);
  });

  it('is not called silent for a breath at the moment at which its amplifier is looked at', async () => {
    const village = new Village();
    const board = village.relays(1);
    const meter = village.meter(20);
    village.terminal('horn', { unit: 1, channel: 1, proof: 1, chip: true });
    const isBreath = (): boolean => village.clock.now() < 900 || Math.abs(village.clock.now() - 1_450) < 350;
    meter.feeds[0] = () => (isBreath() ? 0 : board.current(1));
    village.speak(['horn'], '山洪来了。请立即往高处跑，不要过桥');
    await village.clock.advance(10_000);
    expect(village.seen()).toEqual(['horn sounding current 3.2 -', 'horn spoken chip - -']);
  });

  it.each([
    ['silent', 'horn no-reply chip - no-reply'],
    ['rejects', 'horn rejected chip - chip-rejected'],
  ] as const)('of a chip that is %s is reported after two tries', async (mode, expected) => {
    const { village } = speaker();
    village.chip('horn').mode = mode;
    village.speak(['horn'], text);
    await village.clock.advance(6_000);
    expect(village.seen().at(-1)).toBe(expected);
    expect(village.chip('horn').spoken()).toHaveLength(2);
  });

  it('asks a chip that never says it has ended, and believes its idle', async () => {
    const { village } = speaker();
    village.chip('horn').mode = 'no-end';
    village.speak(['horn'], text);
    await village.clock.advance(20_000);
    expect(village.seen().at(-1)).toBe('horn spoken chip - -');
    expect(village.chip('horn').heard.some((one) => one.ok && one.command === 'status')).toBe(true);
  });

  it('is said again when the chip starts anew in the middle', async () => {
    const { village } = speaker();
    village.chip('horn').mode = 'resets';
    village.speak(['horn'], text);
    await village.clock.advance(8_000);
    expect(village.chip('horn').spoken()).toHaveLength(2);
    expect(village.seen().at(-1)).toBe('horn spoken chip - -');
  });

  it('does not take the end of interrupted speech for its own', async () => {
    const { village } = speaker();
    village.speak(['horn'], text);
    await village.clock.advance(2_000);
    village.silence(['horn']);
    village.speak(['horn'], text);
    await village.clock.advance(700);
    village.chip('horn').say('idle');
    await village.clock.advance(1_900);
    expect(village.seen().filter((line) => line.includes('spoken'))).toEqual([]);
    await village.clock.advance(3_000);
    expect(village.seen().filter((line) => line.includes('spoken'))).toHaveLength(1);
  });

  it('proves nothing when the amplifier did not answer and has no proof input', async () => {
    const village = new Village();
    village.relays(1).mute = true;
    village.terminal('horn', { unit: 1, channel: 1, proof: null, chip: true });
    village.speak(['horn'], text);
    await village.clock.advance(6_000);
    expect(village.seen()).toEqual(['horn no-reply chip - amplifier-no-reply']);
  });

  it('proves nothing when neither its amplifier nor the meter of it answers anybody', async () => {
    const village = new Village();
    const relays = village.relays(1);
    village.meter(20).feeds[0] = () => relays.current(1);
    village.terminal('horn', { unit: 1, channel: 1, proof: 1, chip: true });
    for (const unit of [1, 20]) village.line.units.delete(unit);
    village.speak(['horn'], '暴雨红色预警，请立即转移，不要停留，不要过河，不要回家取东西');
    await village.clock.advance(30_000);
    expect(village.seen()).toContain('horn no-reply chip - amplifier-no-reply');
    expect(village.seen().filter((seen) => seen.includes('spoken'))).toEqual([]);
  });

  it('is cut by silence: amplifier off first, then the stop frame, and no word of having spoken', async () => {
    const { village, board } = speaker();
    village.speak(['horn'], text);
    await village.clock.advance(2_000);
    village.silence(['horn']);
    await village.clock.advance(100);
    expect(board.on()[0]).toBe(false);
    expect(village.chip('horn').heard.at(-1)).toEqual({ ok: true, command: 'stop' });
    await village.clock.advance(20_000);
    expect(village.seen().filter((line) => line.includes('spoken'))).toEqual([]);
    expect(board.on()[0]).toBe(false);
  });

  it('starts amplifiers that speak the same text with one frame where the guard allows it', async () => {
    const village = new Village();
    for (const unit of [1, 2]) {
      village.relays(unit);
      village.terminal(`horn-${unit}`, { unit, channel: 1, proof: null, chip: true });
    }
    village.speak(['horn-1', 'horn-2'], text);
    await village.clock.advance(100);
    expect(village.line.writes()).toEqual(['0:050200003a']);
    await village.clock.advance(6_000);
    expect(village.seen()).toEqual(['horn-1 spoken chip - -', 'horn-2 spoken chip - -']);
  });

  it('reports a chip whose line is gone', async () => {
    const { village } = speaker();
    village.chip('horn').state = 'gone';
    village.speak(['horn'], text);
    await village.clock.advance(6_000);
    expect(village.seen().at(-1)).toBe('horn no-reply chip - line-gone');
  });

  it('is refused by a terminal without a chip, and a clip by one without stored tracks', async () => {
    const village = new Village();
    village.relays(1);
    village.terminal('siren', { unit: 1, channel: 1, proof: null });
    village.speak(['siren'], text);
    const clip = cueOf('siren', { play: 'clip', clip: 'warning', track: 3 }, 5_000);
    village.drivers.carryOut({ do: 'sound', urgent: true, repair: false, cues: [clip] });
    await village.clock.advance(1_000);
    expect(village.seen()).toEqual(['siren rejected none - no-chip', 'siren rejected none - no-track']);
    expect(village.line.writes()).toEqual([]);
  });
});
