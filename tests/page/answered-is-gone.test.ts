import { expect, test } from 'vitest';
import { liveViewOf } from '../../src/box/live-view.ts';
import { ordersWaiting } from '../../src/console/web/model.ts';
import { unanswered } from '../../src/core/answer.ts';
import { alert, Hamlet } from '../core/hamlet.ts';

/** What covers the page of a village whose state the core made. */
const covering = (village: Hamlet): readonly string[] =>
  ordersWaiting(
    liveViewOf({
      ...{ durable: village.village.durable, looks: village.village.senses.looks },
      ...{ at: village.at, software: 'mingluo test', isDurable: true },
      ...{ uplink: { state: 'connected', sinceMs: 0 }, troubles: [], receipts: [], seenAt: new Map() },
      outcome: () => undefined,
    }),
  ).map(({ alert: of, text }) => `${of} ${text}`);

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
