import { describe, expect, test } from 'vitest';
import type { Event } from '../../src/core/event.ts';
import { step } from '../../src/core/step.ts';
import { emptyVillage } from '../../src/core/village.ts';
import { alert, hamlet, Hamlet, mondayNine, plan, siren, speaker, trigger } from './hamlet.ts';

const at = { mono: 5_000, wall: mondayNine, trust: 'trusted' } as const;
const fed = (id: string, zone: string) =>
  speaker(id, zone, { output: 'card', abilities: ['speech'], proof: 'none', leadInMs: 300 });

describe('a box that knows no site yet', () => {
  const told = (event: Event) => step(emptyVillage, { at, event });
  const stages = (event: Event): readonly unknown[] =>
    told(event).effects.map((effect) => (effect.do === 'receipt' ? effect.receipt.body.stage : effect.do));
  const by = { person: 'li', source: 'panel' } as const;

  test('does nothing by itself, and moves no output whatever it is asked', () => {
    expect(told({ kind: 'wake' })).toMatchObject({
      village: { durable: emptyVillage.durable },
      effects: [],
      changed: false,
    });
    expect(stages(trigger('t', { source: 'panel' }))).toEqual(['received', 'verified', 'refused']);
    expect(stages({ kind: 'threshold', sensor: 's', threshold: 'high', value: 1 })).toEqual([]);
    expect(stages({ kind: 'stop', id: 'x', ...by })).not.toContain('sound');
    const outputs: Event = { kind: 'outputs', on: [], unread: [] };
    expect(stages(outputs)).toEqual([]);
  });

  test('has no terminal that could be tested', () => {
    const effects = told({ kind: 'quiet-test', id: 'q', terminals: [], person: 'li' }).effects;
    expect(effects.filter((effect) => effect.do === 'quiet-test')).toEqual([]);
  });

  test('looks at nothing else for a record that was only carried on', () => {
    const village = new Hamlet();
    village.issue({ kind: 'issue', alert: alert('a') });
    const later = { ...at, mono: 3_600_000 };
    const stepped = step(village.village, { at: later, event: { kind: 'carried', from: 1, to: 2 } });
    expect(stepped).toEqual({ village: village.village, effects: [], changed: false });
  });
});

describe('while the outputs are being read after a start', () => {
  test('a wake before the time does not end the wait, one at the time does', () => {
    const village = new Hamlet();
    village.issue({ kind: 'issue', alert: alert('a') });
    village.run(1_000);
    village.tell({ kind: 'booted', version: '0', boot: 'b1', clean: false });
    const sounded = village.heard().length;
    for (const more of [1, 998, 1_000]) {
      village.mono += more;
      village.tell({ kind: 'wake' });
      expect([village.mono, village.village.durable.settlingUntil]).toEqual([village.mono, 3_000]);
    }
    expect(village.heard().length).toBe(sounded);
    village.mono += 1;
    village.tell({ kind: 'wake' });
    expect(village.village.durable.settlingUntil).toBeNull();
    expect(village.heard().length).toBeGreaterThan(sounded);
  });
});

describe('what one step does', () => {
  /** Two zones on one card: the first in the list begins first, the second outranks it. */
  const restarted = (): Hamlet => {
    const zones = ['east', 'hill'].map((id) => ({
      ...{ id, name: { zh: id, en: id }, areaCodes: ['510824100201'], households: 1, people: 1 },
    }));
    const plans = [plan('words', { playlist: [{ play: 'speech', text: null, clip: null }] })];
    const terminals = [fed('east-card', 'east'), fed('hill-card', 'hill'), speaker('chip', 'east')];
    const village = new Hamlet({ ...hamlet, zones, plans, terminals });
    for (const [id, zone, severity] of [
      ['low', 'east', 'blue'],
      ['high', 'hill', 'red'],
    ] as const)
      village.issue({ kind: 'issue', alert: alert(id, { zones: [zone], severity, plan: 'words' }) });
    village.run(200);
    village.tell({ kind: 'booted', version: '0', boot: 'b1', clean: false });
    village.run(100);
    village.log.length = 0;
    village.tell({ kind: 'outputs', on: [], unread: [] });
    return village;
  };

  test('never switches on what the same step took back: nothing of it reaches the wire', () => {
    const village = restarted();
    expect(village.heard().map(({ terminal }) => terminal)).toEqual(['chip', 'hill-card']);
    for (const { cues } of village.effects('sound')) expect(cues.length).toBeGreaterThan(0);
    expect(village.log.every(({ effect }) => typeof effect.do === 'string')).toBe(true);
  });

  test('switches off before it switches on, all in one go', () => {
    const kinds = restarted().log.map(({ effect }) => effect.do);
    expect(kinds.filter((kind) => kind === 'silence').length).toBeLessThanOrEqual(1);
    if (kinds.includes('silence')) expect(kinds[0]).toBe('silence');
  });

  test('is urgent as soon as one of its silences is: a stop does not wait for a segment that is over', () => {
    const held = siren('s', 'east', { lease: { kind: 'held', retrigger: 'unknown' } });
    const rapid = plan('rapid', { playlist: [{ play: 'tone', tone: 'rapid' }] });
    const village = new Hamlet({ ...hamlet, terminals: [held, siren('w', 'west')], plans: [rapid] });
    village.issue({ kind: 'issue', alert: alert('a', { plan: 'rapid' }) });
    village.issue({ kind: 'issue', alert: alert('b', { plan: 'rapid', zones: ['west'] }) });
    village.mono = 1_000;
    village.log.length = 0;
    village.issue({ kind: 'stop', alertId: 'b' }, { class: 'stop' });
    const silences = village.effects('silence');
    expect(silences).toHaveLength(1);
    expect(silences[0]?.urgent).toBe(true);
    expect([...(silences[0]?.terminals ?? [])].sort()).toEqual(['s', 'w']);
  });
});
