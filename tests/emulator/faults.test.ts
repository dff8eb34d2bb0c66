import { describe, expect, it } from 'vitest';
import { parseFault } from '../../emulator/faults.ts';
import { isSealed } from '../../emulator/line/rtu-frame.ts';
import { parseVariant } from '../../emulator/variants.ts';
import { hex, stand, wiring, type Stand } from './village.ts';

const set = (stage: Stand, text: string): void => {
  const parsed = parseFault(text);
  if (!parsed.ok) throw new Error(parsed.problem.code);
  const added = stage.core.faults.add(parsed.value);
  if (!added.ok) throw new Error(added.problem.code);
};
const readCoils = [1, 0, 0, 0, 8];
const hold = [6, 0, 0x10, 0, 150];
const isOn = (stage: Stand, key: string): boolean => stage.core.units.get(key)?.unit.channels[0]?.on === true;

describe('faults on demand', () => {
  it('silent: no answer, no broadcast heard, outputs off at once, and back when it is taken back', () => {
    const stage = stand();
    stage.ask('sirens', 1, hold);
    set(stage, 'siren-1=silent');
    expect(isOn(stage, 'sirens/1')).toBe(false);
    expect(stage.ask('sirens', 1, [4, 0, 0, 0, 1])).toHaveLength(0);
    stage.clock.advance(1000);
    stage.ask('sirens', 0, hold);
    expect(isOn(stage, 'sirens/1')).toBe(false);
    expect(isOn(stage, 'sirens/2')).toBe(true);
    expect(stage.core.faults.remove('siren-1', null)).toBe(1);
    expect(stage.ask('sirens', 1, hold)).toHaveLength(8);
  });

  it('mute: it acts and does not answer', () => {
    const stage = stand();
    set(stage, 'sirens/2=mute');
    expect(stage.ask('sirens', 2, hold)).toHaveLength(0);
    expect(isOn(stage, 'sirens/2')).toBe(true);
  });

  it('slow: the reply comes that much later', () => {
    const stage = stand();
    set(stage, 'motor=slow:250');
    expect(stage.ask('cabinet', 1, readCoils, 250)).toHaveLength(0);
    const late: number[] = [];
    stage.core.lines.get('cabinet')?.wire.attach((bytes) => late.push(...bytes));
    expect(stage.talk('cabinet', new Uint8Array(), 30)).toHaveLength(6);
  });

  it('wrong-id: the reply carries another address', () => {
    const stage = stand();
    set(stage, 'motor=wrong-id');
    const reply = stage.ask('cabinet', 1, readCoils);
    expect(reply[0]).toBe(2);
    expect(isSealed(reply)).toBe(true);
  });

  it('noise: every reply of the unit is damaged, or every frame of the line', () => {
    const stage = stand();
    set(stage, 'cabinet/1=noise:1');
    const reply = stage.ask('cabinet', 1, readCoils);
    expect(reply).toHaveLength(6);
    expect(isSealed(reply)).toBe(false);
    stage.core.faults.remove(null, null);
    set(stage, 'cabinet=noise:1');
    expect(stage.ask('cabinet', 1, readCoils)).toHaveLength(0);
  });

  it('noise of one half damages about half, the same half with the same seed', () => {
    const pattern = (): string => {
      const stage = stand();
      set(stage, 'cabinet/1=noise:0.5');
      return Array.from({ length: 60 }, () => (isSealed(stage.ask('cabinet', 1, readCoils)) ? '1' : '0')).join('');
    };
    const first = pattern();
    expect(first.replaceAll('0', '').length).toBeGreaterThan(15);
    expect(first.replaceAll('0', '').length).toBeLessThan(45);
    expect(pattern()).toBe(first);
  });

  it('stuck-contact: the coil reads on and no current flows', () => {
    const stage = stand();
    set(stage, 'motor=stuck-contact');
    stage.ask('cabinet', 1, [5, 2, 0, 0, 50]);
    expect(hex(stage.ask('cabinet', 1, readCoils)).slice(6, 8)).toBe('01');
    expect(hex(stage.ask('cabinet', 2, [4, 0, 0, 0, 1])).slice(6, 10)).toBe('0000');
    expect(stage.core.timeline.of('motor')).toEqual([]);
  });

  it('dead-amplifier: next to no current, nothing heard; taken back while on, it sounds', () => {
    const stage = stand();
    set(stage, 'siren-1=dead-amplifier');
    stage.ask('sirens', 1, hold);
    expect(hex(stage.ask('sirens', 1, [4, 0, 0, 0, 2])).slice(6, 14)).toBe('00040005');
    stage.core.faults.remove(null, 'dead-amplifier');
    expect(stage.core.timeline.of('siren-1')).toHaveLength(1);
  });

  it('babble: bytes that nobody asked for, until it is taken back', () => {
    const stage = stand();
    set(stage, 'cabinet=babble');
    expect(stage.talk('cabinet', new Uint8Array(), 1000).length).toBeGreaterThan(20);
    stage.core.faults.remove(null, null);
    stage.clock.advance(100);
    expect(stage.talk('cabinet', new Uint8Array(), 1000)).toHaveLength(0);
  });

  it('a chip without power says nothing, and says that it is back', () => {
    const stage = stand();
    const status = Uint8Array.of(0xfd, 0, 2, 0x21, 0xde);
    expect(hex(stage.talk('voice', status))).toBe('414F');
    set(stage, 'voice=silent');
    expect(stage.talk('voice', status)).toHaveLength(0);
    stage.core.faults.remove('voice', 'silent');
    expect(hex(stage.talk('voice', new Uint8Array()))).toBe('4A');
    expect(hex(stage.talk('voice', status))).toBe('414F');
  });
});

describe('bad input', () => {
  const codeOf = (text: string): string => {
    const parsed = parseFault(text);
    if (!parsed.ok) return parsed.problem.code;
    const stage = stand();
    const added = stage.core.faults.add(parsed.value);
    expect(stage.core.faults.list()).toHaveLength(added.ok ? 1 : 0);
    return added.ok ? 'accepted' : added.problem.code;
  };

  it.each([
    ['motor', 'emulator-fault-malformed'],
    ['=silent', 'emulator-fault-malformed'],
    ['motor=silent:1:2', 'emulator-fault-malformed'],
    ['motor=asleep', 'emulator-fault-unknown'],
    ['motor=toString', 'emulator-fault-unknown'],
    ['nobody=silent', 'emulator-target-unknown'],
    ['cabinet/7=silent', 'emulator-target-unknown'],
    ['cabinet=silent', 'emulator-target-unfit'],
    ['motor=unplugged', 'emulator-target-unfit'],
    ['cabinet=stuck-contact', 'emulator-target-unfit'],
    ['motor=slow:0', 'emulator-value-wrong'],
    ['motor=slow:soon', 'emulator-value-wrong'],
    ['cabinet=noise:2', 'emulator-value-wrong'],
    ['motor=silent:3', 'emulator-value-wrong'],
    ['motor=slow', 'accepted'],
    ['voice=silent', 'accepted'],
  ])('%s → %s', (text, code) => expect(codeOf(text)).toBe(code));

  it.each([
    ['cabinet/1', 'emulator-variant-malformed'],
    ['cabinet/1=sometimes', 'emulator-variant-malformed'],
    ['nobody=chops', 'emulator-target-unknown'],
  ])('variant %s → %s', (text, code) => {
    const parsed = parseVariant(wiring, text);
    expect(parsed.ok ? 'accepted' : parsed.problem.code).toBe(code);
  });

  it('a variant may be asked for by unit, by terminal or for all', () => {
    const units = (text: string): unknown => {
      const parsed = parseVariant(wiring, text);
      return parsed.ok ? parsed.value.units.length : parsed.problem;
    };
    expect(units('cabinet/1=chops')).toBe(1);
    expect(units('siren-3=off-ignored')).toBe(1);
    expect(units('all=ignored')).toBe(wiring.units.length);
  });
});
