import { describe, expect, test } from 'vitest';
import type { Event } from '../../src/core/event.ts';
import { alert, Hamlet, hamlet, trigger } from './hamlet.ts';

const lift = (what: 'all-clear' | 'correction', of: string, more: { readonly text?: null } = {}): Event => ({
  ...{ kind: 'lift', what, alert: of, person: 'wang', id: 'L1' },
  text: '更正：刚才是误播，请大家不要惊慌。',
  ...more,
});

const broadcasts = (village: Hamlet) => Object.values(village.village.durable.broadcasts);
const begun = (): Hamlet => {
  const village = new Hamlet();
  village.tell(trigger('t1'));
  village.run(2_000);
  return village;
};

describe('a warning that was started on site', () => {
  test.each([
    ['correction', 'replaced'],
    ['all-clear', 'cleared'],
  ] as const)('is ended by a %s, whose words are spoken twice in its zones, without a siren', (what, how) => {
    const village = begun();
    village.tell(lift(what, 'local-t1'));
    const [before, after] = broadcasts(village);
    expect(before?.ended).toBe(how);
    expect(after).toMatchObject({ kind: what, source: 'wang', trace: 'L1', repeats: 2, ended: null });
    expect(after?.items).toEqual([
      { play: 'speech', text: '更正：刚才是误播，请大家不要惊慌。', clip: null, audio: null },
    ]);
    expect(Object.keys(after?.zones ?? {})).toEqual(['east']);
    expect(village.stages('L1').slice(0, 3)).toEqual(['received', 'verified', 'queued']);
  });

  test.each([
    ['correction', '更正：刚才播发的“move-now”是误播，现在没有危险，请大家不要惊慌。'],
    ['all-clear', '“move-now”预警已经解除，请大家放心，并留意后面的通知。'],
  ] as const)('is ended by a %s without words of its own with the usual sentence', (what, text) => {
    const village = begun();
    village.tell(lift(what, 'local-t1', { text: null }));
    expect(broadcasts(village).at(-1)?.items).toMatchObject([{ play: 'speech', text }]);
  });

  test.each([
    ['correction', '“move-now”播错了'],
    ['all-clear', 'move-now 过去了'],
  ] as const)('is ended by a %s without words of its own with those of its plan', (what, text) => {
    const lifted = { correction: '“{name}”播错了', allClear: '{name} 过去了' };
    const village = new Hamlet({ ...hamlet, plans: hamlet.plans.map((one) => ({ ...one, lift: lifted })) });
    village.tell(trigger('t1'));
    village.tell(lift(what, 'local-t1', { text: null }));
    expect(broadcasts(village).at(-1)?.items).toMatchObject([{ play: 'speech', text }]);
  });

  test('whose plan the site no longer has is called by its headline', () => {
    const village = begun();
    village.tell({ kind: 'configured', hash: 'h2', site: { ...hamlet, plans: [] }, keys: [], real: false });
    village.tell(lift('all-clear', 'local-t1', { text: null }));
    const text = '“move-now”预警已经解除，请大家放心，并留意后面的通知。';
    expect(broadcasts(village).at(-1)?.items).toMatchObject([{ play: 'speech', text }]);
  });

  test('is corrected after it was stopped, and nobody continues it any more', () => {
    const village = begun();
    village.tell({ kind: 'stop', source: 'console', person: 'li', id: 'S1' });
    village.run(3_000);
    village.tell(lift('correction', 'local-t1'));
    expect(broadcasts(village).find(({ kind }) => kind === 'correction')?.ended).toBeNull();
    village.tell({ kind: 'continue', person: 'li', id: 'C1' });
    expect(
      broadcasts(village)
        .filter(({ ended }) => ended === null)
        .map(({ kind }) => kind),
    ).toEqual(['correction']);
  });

  test('goes after its record: nothing is switched at once by taking it back', () => {
    const village = begun();
    const count = village.effects('sound').length;
    village.tell(lift('correction', 'local-t1'));
    const later = village.effects('sound').slice(count);
    expect(later.map(({ urgent }) => urgent)).toEqual([false]);
    expect(village.effects('silence').at(-1)?.urgent).toBe(false);
  });
});

describe('taking back what is not ours', () => {
  test('a warning of the centre is refused and sounds on', () => {
    const village = new Hamlet();
    village.issue({ kind: 'issue', alert: alert('a1') });
    village.tell(lift('correction', 'a1'));
    expect(
      village
        .receipts()
        .filter(({ trace }) => trace === 'L1')
        .at(-1)?.body,
    ).toMatchObject({
      stage: 'refused',
      code: 'lift-not-local',
    });
    expect(broadcasts(village).map(({ ended }) => ended)).toEqual([null]);
  });

  test('a warning that never was is refused', () => {
    const village = new Hamlet();
    village.tell(lift('all-clear', 'local-none'));
    expect(village.receipts().at(-1)?.body).toMatchObject({ stage: 'refused', code: 'no-such-alert' });
    village.tell(lift('all-clear', 'local-none', { text: null }));
    expect(village.receipts().at(-1)?.body).toMatchObject({ stage: 'refused', code: 'no-such-alert' });
    expect(broadcasts(village)).toEqual([]);
  });
});
