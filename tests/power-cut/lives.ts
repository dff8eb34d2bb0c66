import type { Centre } from '../../emulator/centre/centre.ts';
import type { SignedOrder } from '../../emulator/centre/orders.ts';
import type { Random } from '../../emulator/random.ts';
import { pause, within } from '../support/waiting.ts';

/** Remarks of the centre that mean the box has forgotten or rewritten something it had already given out. */
const forgotten = new Set([
  ...['centre-receipt-gap', 'centre-receipt-conflict', 'centre-receipt-back', 'centre-receipt-stage'],
  ...[
    'centre-receipt-sum',
    'centre-journal-back',
    'centre-journal-none',
    'centre-journal-changed',
    'centre-signature',
    'centre-content-shape',
  ],
]);

/** What the centre minds of the box, in words; nothing of a box that lost nothing. */
export const mindsOf = (centre: Pick<Centre, 'remarks'>): readonly string[] =>
  centre
    .remarks()
    .filter(({ code }) => forgotten.has(code))
    .map(({ code, detail }) => `${code} ${detail}`);

/** How often the box has said of each order that it takes it: more than once means that it did not remember. */
export const takenTwice = (centre: Pick<Centre, 'receipts'>): readonly string[] => {
  const times = new Map<string, number>();
  for (const { receipt } of centre.receipts()) {
    if (receipt.body.stage !== 'verified') continue;
    times.set(receipt.trace, (times.get(receipt.trace) ?? 0) + 1);
  }
  return [...times].filter(([, count]) => count > 1).map(([order, count]) => `order ${order} was taken ${count} times`);
};

/** Broadcasts that were queued and of which nobody ever heard the end. */
export const withoutEnd = (centre: Pick<Centre, 'receipts'>): readonly string[] => {
  const queued = new Set<string>();
  for (const { receipt } of centre.receipts()) {
    if (receipt.broadcast === null) continue;
    if (receipt.body.stage === 'queued') queued.add(receipt.broadcast);
    if (receipt.body.stage === 'ended') queued.delete(receipt.broadcast);
  }
  return [...queued].map((broadcast) => `broadcast ${broadcast} has no end`);
};

const zones = ['heba', 'shangba', 'laojie', 'xuexiao'] as const;

const pick = <T>(random: Random, list: readonly T[]): T | undefined => list[Math.floor(random() * list.length)];

/** One thing that the centre may say at any moment. */
const actOf = (centre: Centre, random: Random, n: number) => {
  const [zone = 'heba'] = [pick(random, zones)];
  const which = random();
  if (which < 0.15) return centre.stop(null);
  if (which < 0.25) return centre.cancel();
  if (which < 0.35) return centre.allClear(undefined, '警报解除。');
  const drill = { status: 'drill', class: 'emergency', plan: 'geohazard-now', sirenUnlocked: false } as const;
  return centre.issue({ ...drill, zones: [zone], headline: `演练 ${n}`, text: '' });
};

export interface Life {
  readonly centre: Centre;
  readonly random: Random;
  /** Orders go on coming until so many receipts have come back. */
  readonly receipts: number;
  readonly atMostMs: number;
}

/** Orders at irregular distances until enough was answered; resolves to those that were sent. */
export const orderAbout = async ({ centre, random, receipts, atMostMs }: Life): Promise<readonly SignedOrder[]> => {
  const sent: SignedOrder[] = [];
  const endsAt = performance.now() + atMostMs;
  const enough = centre.receipts().length + receipts;
  while (centre.receipts().length < enough && performance.now() < endsAt) {
    const order = await actOf(centre, random, sent.length + 1);
    if (order.ok) sent.push(order.value);
    const pauseMs = 40 + 900 * random() ** 2;
    await within(pauseMs, () => centre.receipts().length >= enough, 20);
  }
  // Any moment between this receipt and the next, not always right behind one.
  await pause(300 * random());
  return sent;
};
