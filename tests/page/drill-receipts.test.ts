import { describe, expect, test } from 'vitest';
import { isOfDrill } from '../../src/console/web/drill-receipts.ts';
import type { ReceiptView } from '../../src/console/view.ts';
import type { Stage } from '../../src/core/receipt.ts';
import { receiptSentence } from '../../src/words/text/page-receipts.ts';

type Told = readonly [second: number, trace: string, status: ReceiptView['status'], body: Stage];

const ended = (how: 'stopped' | 'completed'): Stage => ({
  ...{ stage: 'ended', how, due: 1, sounded: 1, failed: 0, unknown: 0 },
});
const received: Stage = { stage: 'received' };
const queued: Stage = { stage: 'queued', zones: ['east'], due: 1 };
const stopped: Stage = { stage: 'done', what: 'stopped' };
const silent: Stage = { stage: 'unproven-silence', terminals: [] };
const restarted: Told = [0, '', null, { stage: 'restarted', clean: true, boot: 'b' }];

/** The receipts in the order they were told; the page holds them newest first. */
const placed = (...told: readonly Told[]): readonly boolean[] => {
  const receipts = told
    .map(([second, trace, status, body], index): ReceiptView => ({
      ...{ number: index + 1, wall: second * 1000, trace, broadcast: null, status, stage: body.stage },
      words: receiptSentence(body, (id) => ({ zh: id, en: id })),
    }))
    .reverse();
  return receipts.map((one) => isOfDrill(one, receipts)).reverse();
};
const drill: Told = [20, 'drill', 'drill', queued];
const real: Told = [20, 'real', 'actual', queued];
const drillEnded: Told = [40, 'drill', 'drill', ended('stopped')];
const realEnded: Told = [40, 'real', 'actual', ended('stopped')];
const stop: Told = [40, 'stop', null, stopped];
const proof: Told = [42, 'stop', null, silent];

describe('in the records of the page', () => {
  test('what led to a drill stands with the drill, and what nothing is known of with what is real', () => {
    const told = placed(
      [1, 'a', null, received],
      [2, 'b', null, received],
      [3, 'c', null, received],
      [4, 'b', 'actual', queued],
      [5, 'a', 'drill', queued],
    );
    expect(told).toEqual([true, false, false, false, true]);
  });

  test('a stop which ended drills alone stands with them, whole', () => {
    expect(placed(restarted, drill, drillEnded, stop, proof)).toEqual([false, true, true, true, true]);
    const fromCentre: Told = [40, 'stop', null, received];
    expect(placed(restarted, drill, fromCentre, drillEnded, stop, proof)).toEqual([
      false,
      true,
      true,
      true,
      true,
      true,
    ]);
  });

  test('a drill terminal whose silence is not proven stands with what is real: it may still sound', () => {
    const howling: Told = [42, 'stop', null, { stage: 'unproven-silence', terminals: ['east-siren-1'] }];
    expect(placed(restarted, drill, drillEnded, stop, howling).at(-1)).toBe(false);
  });

  test.each<[string, readonly Told[]]>([
    ['something real', [real, realEnded]],
    ['something real, then a drill', [drill, real, realEnded, drillEnded]],
    ['a drill, then something real', [drill, real, drillEnded, realEnded]],
    ['nothing', []],
    ['nothing, when a drill had just ended by itself', [drill, [40, 'drill', 'drill', ended('completed')]]],
    ['a drill and an order that waited for its recording', [drill, drillEnded, [40, 'waits', null, received]]],
  ])('a stop which ended %s stands with what is real', (_what, before) => {
    expect(placed(restarted, ...before, stop, proof).slice(-2)).toEqual([false, false]);
  });

  test('a stop stands with what is real where the list does not reach back to all that it ended', () => {
    expect(placed(drillEnded, stop, proof).slice(-2)).toEqual([false, false]);
  });

  test('a proof of silence that speaks of a real stop too stands with what is real', () => {
    const before: readonly Told[] = [
      restarted,
      [30, 'real', 'actual', queued],
      [33, 'real', 'actual', ended('stopped')],
      [33, 'stop-1', null, stopped],
      [36, 'drill', 'drill', queued],
    ];
    expect(placed(...before, drillEnded, stop, proof).slice(-2)).toEqual([true, false]);
    // Proven by itself before, it is not spoken of again.
    const apart: Told = [35, 'stop-1', null, silent];
    expect(placed(...before, apart, drillEnded, stop, proof).slice(-2)).toEqual([true, true]);
    // It may stand before all that the page has.
    expect(placed([36, 'drill', 'drill', queued], drillEnded, stop, proof).slice(-2)).toEqual([true, false]);
  });

  test('what else was done in the instant a drill was stopped stands with what is real', () => {
    const keys: Told = [40, 'keys', null, { stage: 'done', what: 'keys-set' }];
    expect(placed(restarted, drill, drillEnded, keys).at(-1)).toBe(false);
  });
});
