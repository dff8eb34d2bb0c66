import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { LiveView } from '../../src/console/view.ts';
import { liveViewOf } from '../../src/box/live-view.ts';
import { ordersWaiting } from '../../src/console/web/model.ts';
import { unanswered } from '../../src/core/answer.ts';
import { alert, hamlet, Hamlet, trigger } from '../core/hamlet.ts';

/** What the page is told of a village whose state the core made. */
const viewOf = (village: Hamlet): LiveView =>
  liveViewOf({
    ...{ durable: village.village.durable, looks: village.village.senses.looks },
    ...{ at: village.at, software: 'mingluo test', isDurable: true },
    ...{ uplink: { state: 'connected', sinceMs: 0 }, troubles: [], receipts: [], seenAt: new Map() },
    outcome: () => undefined,
  });

/** What covers its page. */
const covering = (village: Hamlet): readonly string[] =>
  ordersWaiting(viewOf(village)).map(({ alert: of, text }) => `${of} ${text}`);

/** What an answer would go to. */
const answerable = ({ village, mono }: Hamlet): readonly string[] =>
  unanswered(village.durable, mono).map(({ alert: { id, text } }) => `${id} ${text}`);

const hour = 3_600_000;
const heard = (village: Hamlet, id: string): void =>
  void village.tell({ kind: 'answered', person: 'li', source: 'console', id });

test.each([true, false])(
  'an order whose update is over stays covered by that, however long the update has been over (answered: %s)',
  (isAnswered) => {
    const village = new Hamlet();
    village.issue({ kind: 'issue', alert: alert('a', { text: '准备' }) }, { validForMs: 24 * hour });
    village.run(300_000);
    expect(covering(village)).toEqual(['a 准备']);
    village.issue({ kind: 'update', alert: alert('a', { text: '上山' }) }, { validForMs: hour });
    village.run(300_000);
    expect(covering(village)).toEqual(['a 上山']);
    if (isAnswered) heard(village, 'h-1');
    village.run(8 * hour);
    // Nothing would answer to a touch: the page would stay covered for as long as the first order is valid.
    expect([answerable(village), covering(village)]).toEqual([[], []]);
    // Nor does it go on to be told as not lifted.
    expect(viewOf(village).ended).toEqual([]);
  },
);

test('an order that came together with its update, and was played, covers the page until somebody answers', () => {
  const village = new Hamlet();
  village.issue({ kind: 'issue', alert: alert('a', { text: '准备' }) }, { validForMs: hour });
  village.issue({ kind: 'update', alert: alert('a', { text: '上山' }) }, { validForMs: hour });
  village.run(300_000);
  expect([answerable(village), covering(village)]).toEqual([['a 上山'], ['a 上山']]);
  heard(village, 'h-1');
  expect(covering(village)).toEqual([]);
});

test('an order that was answered covers nothing when a person goes on with it after a stop; new words cover the page', () => {
  const village = new Hamlet();
  village.issue({ kind: 'issue', alert: alert('a', { text: '上山' }) }, { validForMs: hour });
  heard(village, 'h-1');
  acts['stop']?.(village, 'a');
  acts['go on']?.(village, 'a');
  expect(viewOf(village).live.map(({ alert: of }) => of)).toEqual(['a']);
  expect(covering(village)).toEqual([]);
  village.run(1_000);
  acts['stop']?.(village, 'a');
  village.issue({ kind: 'update', alert: alert('a', { text: '下山' }) }, { validForMs: hour });
  expect(viewOf(village).stop?.warnings).toMatchObject([{ alert: 'a', isNews: true }]);
  acts['go on']?.(village, 'a');
  expect(covering(village)).toEqual(['a 下山']);
});

test('a warning that a sensor began covers the page until somebody has heard it; one that a person began does not', () => {
  const threshold = {
    ...{ id: 'high', atLeast: 3, plan: 'move-now', zones: ['east'] },
    ...({ severity: 'red', status: 'actual' } as const),
  };
  const village = new Hamlet({
    ...hamlet,
    sensors: [{ id: 'gauge', name: { zh: '水位', en: 'gauge' }, thresholds: [threshold] }],
  });
  village.tell(trigger('t1', { zones: ['west'] }));
  village.run(1_000);
  expect([covering(village), answerable(village).length]).toEqual([[], 1]);
  village.tell({ kind: 'threshold', sensor: 'gauge', threshold: 'high', value: 4 });
  village.run(1_000);
  expect(covering(village).length).toBe(1);
  heard(village, 'h-1');
  expect(covering(village)).toEqual([]);
});

test.each([
  ['a drill', alert('a', { status: 'drill' }), {}],
  ['routine', alert('a', { class: 'routine', plan: 'notice' }), { class: 'routine' }],
] as const)('%s from above covers nothing', (_, one, more) => {
  const village = new Hamlet();
  village.issue({ kind: 'issue', alert: one }, { ...more, validForMs: hour });
  village.run(1_000);
  expect([Object.keys(village.village.durable.broadcasts).length, covering(village)]).toEqual([1, []]);
});

const acts: Readonly<Record<string, (village: Hamlet, id: string) => void>> = {
  issue: (village, id) => village.issue({ kind: 'issue', alert: alert(id) }, { validForMs: 12 * hour }),
  'short update': (village, id) =>
    village.issue({ kind: 'update', alert: alert(id, { text: '新' }) }, { validForMs: hour }),
  cancel: (village, id) => village.issue({ kind: 'cancel', alertId: id }),
  'all clear': (village, id) => village.issue({ kind: 'all-clear', alertId: id, text: '解除' }),
  stop: (village, id) => village.tell({ kind: 'stop', source: 'console', person: 'li', id: `s-${id}-${village.mono}` }),
  'go on': (village, id) => village.tell({ kind: 'continue', person: 'li', id: `g-${id}-${village.mono}` }),
  answer: (village, id) => heard(village, `h-${id}-${village.mono}`),
  'a while': (village) => village.run(300_000),
  'seven hours': (village) => village.run(7 * hour),
};

test('property: what covers the page is just what an answer goes to, whatever happened before', () => {
  const happenings = fc.array(fc.tuple(fc.constantFrom(...Object.keys(acts)), fc.constantFrom('a', 'b')), {
    maxLength: 25,
  });
  fc.assert(
    fc.property(happenings, (happened) => {
      const village = new Hamlet();
      for (const [act, id] of happened) {
        acts[act]?.(village, id);
        expect([...covering(village)].sort()).toEqual([...answerable(village)].sort());
      }
    }),
    { numRuns: 150 },
  );
});
