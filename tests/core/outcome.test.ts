import { describe, expect, test } from 'vitest';
import type { Outcome } from '../../src/core/outcome.ts';
import type { Order } from '../../src/core/order.ts';
import { alert, Hamlet, order } from './hamlet.ts';

/** The same order again: what its sender is told; nothing else may happen. */
const again = (hamlet: Hamlet, repeated: Order): Outcome => {
  const before = hamlet.village.durable;
  const effects = hamlet.tell({ kind: 'order', order: repeated });
  expect(hamlet.village.durable).toBe(before);
  const [answer, ...others] = effects.filter(({ do: act }) => act !== 'prove' && act !== 'renew');
  expect(others).toEqual([]);
  if (answer?.do !== 'answer') throw new Error('no answer');
  expect(answer).toMatchObject({ order: repeated.id, via: repeated.via });
  return answer.outcome;
};

describe('an order that comes again is told what became of it', () => {
  test('that it was accepted while it sounds, and how it ended with its counters afterwards', () => {
    const hamlet = new Hamlet();
    const issued = hamlet.issue({ kind: 'issue', alert: alert('a') });
    expect(again(hamlet, issued)).toEqual({ stage: 'accepted' });
    hamlet.run(120_000);
    const { body } = hamlet.receipts().find(({ body: { stage } }) => stage === 'ended') ?? {};
    expect(body).toMatchObject({ how: 'completed', due: 3 });
    expect(again(hamlet, issued)).toEqual(body);
  });

  test('the same also long after its broadcast was forgotten', () => {
    const hamlet = new Hamlet();
    const first = hamlet.issue({ kind: 'issue', alert: alert('first') });
    for (let count = 0; count < 40; count += 1) {
      hamlet.issue({ kind: 'issue', alert: alert(`a${count}`) });
      hamlet.issue({ kind: 'cancel', alertId: `a${count}` });
    }
    hamlet.issue({ kind: 'cancel', alertId: 'first' });
    for (let count = 0; count < 40; count += 1) {
      hamlet.issue({ kind: 'issue', alert: alert(`b${count}`) });
      hamlet.issue({ kind: 'cancel', alertId: `b${count}` });
    }
    expect(hamlet.village.durable.broadcasts[`b-${first.id}`]).toBeUndefined();
    expect(again(hamlet, first)).toMatchObject({ stage: 'ended', how: 'cancelled', due: 3 });
  });

  test('the code of a refusal, and that a cancel is done', () => {
    const hamlet = new Hamlet();
    const refused = hamlet.issue({ kind: 'issue', alert: alert('a', { zones: ['nowhere'] }) });
    expect(again(hamlet, refused)).toEqual({ stage: 'refused', code: 'no-such-zone' });
    hamlet.issue({ kind: 'issue', alert: alert('a') });
    const cancelled = hamlet.issue({ kind: 'cancel', alertId: 'a' });
    expect(again(hamlet, cancelled)).toEqual({ stage: 'done', what: 'cancelled' });
  });

  test('its own outcome, whatever else was refused under its id', () => {
    const hamlet = new Hamlet();
    const issued = hamlet.issue({ kind: 'issue', alert: alert('a') });
    const other = order({ kind: 'stop', alertId: null }, { id: issued.id, hash: 'another' });
    hamlet.tell({ kind: 'order', order: other });
    expect(hamlet.receipts().at(-1)?.body).toMatchObject({ stage: 'refused', code: 'order-replayed' });
    const unfit = { code: 'order-class-unfit', detail: '', sender: 'county', order: issued.id, via: 'websocket' };
    hamlet.tell({ kind: 'refused', ...unfit });
    expect(again(hamlet, issued)).toEqual({ stage: 'accepted' });
  });
});
