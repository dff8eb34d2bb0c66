import { expect, test } from 'vitest';
import { snapshotOf } from '../../src/box/snapshot.ts';
import { alert, Hamlet } from '../core/hamlet.ts';

const countsIn = (village: Hamlet) =>
  snapshotOf({
    ...{
      durable: village.village.durable,
      at: village.at,
      software: 'test',
      latestReceipt: 0,
      goneReceipts: 0,
      troubles: [],
    },
    journal: { number: 1, hash: 'h' },
  }).broadcasts.map(({ due, sounded, failed, unknown }) => ({ due, sounded, failed, unknown }));

test('what the centre is told adds up while terminals are still waited for: they are unknown', () => {
  const village = new Hamlet();
  village.issue({ kind: 'issue', alert: alert('a1') });
  expect(countsIn(village)).toEqual([{ due: 3, sounded: 0, failed: 0, unknown: 3 }]);
  village.run(500);
  village.tell({ kind: 'evidence', findings: [village.finding('east-siren-1', 'sounding')] });
  expect(countsIn(village)).toEqual([{ due: 3, sounded: 1, failed: 0, unknown: 2 }]);
});
