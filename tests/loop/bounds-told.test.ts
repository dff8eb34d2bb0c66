import { describe, expect, test } from 'vitest';
import { heldOnAir, offAtTheEnd } from '../../src/box/held-off.ts';
import { watchBounds } from '../../src/box/notes.ts';
import { watchState } from '../../src/box/state-watch.ts';
import type { Snapshot } from '../../src/uplink/messages.ts';
import { alert, Hamlet, hamlet, order } from '../core/hamlet.ts';

describe('what went at a bound', () => {
  test('is told once, with its numbers, and not before the journal takes records again', () => {
    let durable = false;
    let dropped = 0;
    let loss: { from: number; to: number; count: number } | null = { from: 3, to: 9, count: 7 };
    let uncounted = 4;
    const look = watchBounds({
      isDurable: () => durable,
      dropped: () => dropped,
      takeLoss: () => {
        const taken = loss;
        loss = null;
        return taken;
      },
      takeUncounted: () => {
        const taken = uncounted;
        uncounted = 0;
        return taken;
      },
    });
    dropped = 2;
    expect(look()).toEqual([]);
    durable = true;
    const told = look();
    expect(told.map((event) => (event.kind === 'noted' ? event.code : event.kind))).toEqual([
      'receipts-given-up',
      'refusals-counted',
      'records-dropped',
    ]);
    expect(JSON.stringify(told)).toMatch(/7 receipts, numbers 3 to 9.*4 more messages.*2 records/);
    expect(look()).toEqual([]);
    dropped = 5;
    expect(JSON.stringify(look())).toContain('3 records');
  });
});

describe('the state of the village', () => {
  const snapshot: Snapshot = {
    box: 'b',
    boot: 'b',
    software: 's',
    at: { mono: 1, wall: 1, trust: 'trusted' },
    journal: { records: 1, head: '0'.repeat(64) },
    receipts: { latest: 1, acknowledged: 0, gone: 0 },
    broadcasts: [],
    terminals: [{ id: 'siren-1', health: 'well', sounding: 'no', ageMs: 1 }],
    troubles: [],
  };

  test('is news when a terminal, a broadcast or a trouble changed; time, ages and the journal are none', () => {
    let now = snapshot;
    const hasChanged = watchState(() => now);
    const told = (more: Partial<Snapshot>): boolean => {
      now = { ...now, ...more };
      return hasChanged();
    };
    const terminal = { id: 'siren-1', health: 'well', sounding: 'no', ageMs: 99 } as const;
    expect(told({})).toBe(false);
    expect(told({ at: { mono: 9, wall: 9, trust: 'trusted' }, terminals: [terminal] })).toBe(false);
    expect(
      told({ journal: { records: 9, head: '1'.repeat(64) }, receipts: { latest: 9, acknowledged: 9, gone: 9 } }),
    ).toBe(false);
    expect(told({ terminals: [{ ...terminal, health: 'lost' }] })).toBe(true);
    expect(told({ terminals: [{ ...terminal, health: 'lost', sounding: 'yes' }] })).toBe(true);
    expect(told({})).toBe(false);
    expect(told({ troubles: ['journal-undurable'] })).toBe(true);
  });
});

describe('a box that is ended in order', () => {
  const heldSite = {
    ...hamlet,
    terminals: hamlet.terminals.map((terminal) =>
      terminal.id === 'east-siren-1'
        ? { ...terminal, lease: { kind: 'held', retrigger: 'unknown' } as const }
        : terminal,
    ),
  };

  test('switches off what holds without a lease and is on air, and nothing else', () => {
    const village = new Hamlet(heldSite);
    expect(offAtTheEnd(village.village.durable)).toBeNull();
    village.tell({ kind: 'order', order: order({ kind: 'issue', alert: alert('a') }) });
    village.run(1_000);
    expect(heldOnAir(village.village.durable)).toEqual(['east-siren-1']);
    expect(offAtTheEnd(village.village.durable)).toMatchObject({
      do: 'silence',
      urgent: true,
      terminals: ['east-siren-1'],
    });
  });
});
