import { describe, expect, test } from 'vitest';
import type { Terminal } from '../../src/core/site.ts';
import { alert, hamlet, Hamlet, order } from './hamlet.ts';

/** The hamlet with the sirens of its own profile: an on goes on top of whatever runs. */
const withLeases = (lease: Terminal['lease']) => ({
  ...hamlet,
  terminals: hamlet.terminals.map((one) => ({ ...one, lease })),
});
const deadMan = withLeases({ kind: 'dead-man', holdMs: 20_000, retrigger: 'extends' });

const boot = (village: Hamlet): void => {
  village.tell({ kind: 'booted', version: '0', boot: 'b1', clean: false });
  village.log.length = 0;
  village.run(100);
};

const eastSirens = ['east-siren-1', 'east-siren-2'];
const ons = (village: Hamlet) => village.heard().map(({ at, terminal }) => [at, terminal]);
const offs = (village: Hamlet) => village.effects('silence').flatMap(({ terminals }) => terminals);

describe('an order that comes while a start still reads the outputs', () => {
  test('an emergency goes to the wire at once and before its record', () => {
    const village = new Hamlet(deadMan);
    boot(village);
    village.issue({ kind: 'issue', alert: alert('a') });
    expect(ons(village)).toEqual(eastSirens.map((id) => [100, id]));
    expect(village.effects('sound').every(({ urgent }) => urgent)).toBe(true);
  });

  test('a trigger of a person does, too', () => {
    const village = new Hamlet(deadMan);
    boot(village);
    const by = { person: 'li', source: 'console', sirenUnlocked: true } as const;
    const what = { plan: 'move-now', zones: ['east'], status: 'actual', severity: 'red', text: null } as const;
    village.tell({ kind: 'trigger', trigger: { id: 't', ...what, ...by } });
    expect(ons(village)).toEqual(eastSirens.map((id) => [100, id]));
  });

  test('what it switched on is not taken for something left over; what nothing wants is switched off', () => {
    const village = new Hamlet(deadMan);
    boot(village);
    village.issue({ kind: 'issue', alert: alert('a') });
    village.run(300);
    village.tell({ kind: 'outputs', on: ['east-siren-1', 'west-siren-1'], unread: ['east-siren-2'] });
    expect(offs(village)).toEqual(['west-siren-1']);
    village.run(5_000);
    expect(offs(village)).toEqual(['west-siren-1']);
  });

  test('what it has begun goes on by its plan before the outputs are read', () => {
    const short = { ...deadMan, tones: [{ ...hamlet.tones[0]!, onMs: 1_000 }] };
    const village = new Hamlet(short);
    boot(village);
    village.issue({ kind: 'issue', alert: alert('a') });
    village.run(1_400);
    expect(ons(village).at(-1)).toEqual([1_400, 'east-speaker']);
  });

  test.each([
    ['routine', { status: 'actual', class: 'routine', plan: 'notice' }],
    ['a drill', { status: 'drill' }],
  ] as const)('%s waits until they are read', (_, what) => {
    const village = new Hamlet(deadMan);
    boot(village);
    village.issue(
      { kind: 'issue', alert: alert('a', what) },
      what.status === 'drill' ? { class: 'drill' } : { class: 'routine' },
    );
    expect(ons(village)).toEqual([]);
    village.tell({ kind: 'outputs', on: [], unread: [] });
    expect(ons(village)).not.toEqual([]);
  });

  test('it waits where nobody knows what an on does to an output that may still run', () => {
    const village = new Hamlet(withLeases({ kind: 'timed', longestMs: 180_000, retrigger: 'unknown' }));
    boot(village);
    village.issue({ kind: 'issue', alert: alert('a') });
    expect(ons(village)).toEqual([]);
    village.tell({ kind: 'outputs', on: ['east-siren-1'], unread: [] });
    expect(offs(village)).toEqual(['east-siren-1']);
    expect(ons(village)).toEqual(eastSirens.map((id) => [100, id]));
  });

  test('what was interrupted still waits, and a newcomer goes before it only where it outranks it', () => {
    const village = new Hamlet(deadMan);
    village.issue({ kind: 'issue', alert: alert('a', { severity: 'orange', zones: ['east', 'west'] }) });
    village.run(3_000);
    boot(village);
    village.issue({ kind: 'issue', alert: alert('b', { severity: 'yellow', zones: ['west'] }) });
    expect(ons(village)).toEqual([]);
    village.issue({ kind: 'issue', alert: alert('c', { zones: ['east'] }) });
    expect(ons(village).map(([, id]) => id)).toEqual(eastSirens);
    village.tell({ kind: 'outputs', on: [], unread: [] });
    expect(ons(village).map(([, id]) => id)).toEqual([...eastSirens, 'west-siren-1']);
    expect(village.receipts().map(({ body }) => body)).toContainEqual(
      expect.objectContaining({ stage: 'resumed', zone: 'west' }),
    );
  });

  test('a stop takes it back, and it is off when the outputs are read', () => {
    const village = new Hamlet(deadMan);
    boot(village);
    village.issue({ kind: 'issue', alert: alert('a') });
    village.tell({ kind: 'order', order: order({ kind: 'stop', alertId: null }) });
    village.log.length = 0;
    village.tell({ kind: 'outputs', on: ['east-siren-1'], unread: [] });
    expect(offs(village)).toEqual(['east-siren-1']);
    expect(ons(village)).toEqual([]);
  });
});
