import { expect, test } from 'vitest';
import { checkpointMaxBytes } from '../../src/box/memory.ts';
import type { Alert } from '../../src/core/alert.ts';
import { alert, hamlet, Hamlet, plan, siren, speaker } from '../core/hamlet.ts';
import { live, stopAll } from '../core/stops.ts';

const validForMs = 7_200_000;
const said = { play: 'speech', text: null, clip: null } as const;

/** As many terminals as a site may have, and a plan that says the words of its warning so often. */
const villageOf = (terminals: number, texts: number): Hamlet =>
  new Hamlet({
    ...hamlet,
    terminals: Array.from({ length: terminals }, (_, n) =>
      (n % 2 === 0 ? siren : speaker)(`east-terminal-${n}`.padEnd(40, '0'), 'east'),
    ),
    plans: [plan('move-now', { playlist: Array.from({ length: texts }, () => said) })],
    limits: { ...hamlet.limits, queueMax: 1_000 },
  });

/** As long as an order may be, under a number as long as it may be. */
const long = (n: number, more: Partial<Alert> = {}): Alert =>
  alert(`a${n}-`.padEnd(64, 'x'), { text: '水'.repeat(2_000), headline: '红'.repeat(200), ...more });

const bytesOf = (village: Hamlet): number => Buffer.byteLength(JSON.stringify(village.village.durable));

/** What a stop holds with other words since, what is over, and then a queue that takes no more. */
const fill = (village: Hamlet): void => {
  for (let n = 0; n < 64; n += 1) village.issue({ kind: 'issue', alert: long(n) }, { validForMs });
  stopAll(village);
  for (let n = 0; n < 64; n += 1) village.issue({ kind: 'update', alert: long(n) }, { validForMs });
  for (let n = 64; n < 100; n += 1) {
    village.issue({ kind: 'issue', alert: long(n) }, { validForMs });
    village.issue({ kind: 'cancel', alertId: long(n).id }, { validForMs });
  }
  for (let n = 100; n < 1_150; n += 1) village.issue({ kind: 'issue', alert: long(n) }, { validForMs });
};

test.each([
  { terminals: 5, texts: 1, atLeast: 900 },
  { terminals: 247, texts: 1, atLeast: 200 },
  { terminals: 500, texts: 20, atLeast: 50 },
])(
  'the fullest queue of $terminals terminals, $texts texts a plan, fits in a checkpoint',
  ({ terminals, texts, atLeast }) => {
    const village = villageOf(terminals, texts);
    fill(village);
    expect(bytesOf(village)).toBeLessThan(checkpointMaxBytes - 1_000_000);
    expect(live(village).length).toBeGreaterThanOrEqual(atLeast);
  },
);

test('a queue of short words cannot outgrow a checkpoint by updates that are long', () => {
  const village = villageOf(500, 20);
  for (let n = 0; n < 120; n += 1) village.issue({ kind: 'issue', alert: long(n, { text: '水' }) }, { validForMs });
  for (let n = 0; n < 120; n += 1) village.issue({ kind: 'update', alert: long(n) }, { validForMs });
  expect(bytesOf(village)).toBeLessThan(checkpointMaxBytes - 1_000_000);
});

test('where words are too long for all the lowest ranks give way, as many as it takes, and an equal one does not', () => {
  const village = villageOf(500, 20);
  for (let n = 0; n < 200; n += 1)
    village.issue({ kind: 'issue', alert: long(n, { text: '水', headline: '红', severity: 'blue' }) }, { validForMs });
  const before = live(village).length;
  village.issue({ kind: 'issue', alert: long(900) }, { validForMs });
  expect(live(village)).toContain(long(900).id);
  expect(live(village).length).toBeLessThan(before);
  const refused = village.issue({ kind: 'issue', alert: long(901, { severity: 'blue' }) }, { validForMs });
  expect(village.receipts().findLast(({ trace }) => trace === refused.id)?.body).toMatchObject({ code: 'queue-full' });
});
