import type { OrderClass } from '../../src/core/order.ts';
import type { CentreOrder } from './sim-centre.ts';
import { fault, normal, span, type Happening, type Stage } from './stage.ts';

export const severities = ['red', 'orange', 'yellow', 'blue'] as const;
const stages = ['now', '2h', '6h', '24h'] as const;
const events = ['11D02', '11A51', '11A01', '12B01'] as const;
const alertIds = ['a1', 'a2', 'a3', 'a4', 'a5', 'a6'] as const;
const texts = [
  '请立即转移。',
  '请注意防范，不要在河边停留。',
  '水位正在上涨，请大家做好准备，听到警报马上离开。',
] as const;

interface Asked {
  readonly status: 'actual' | 'drill' | 'test';
  readonly routine?: boolean;
  readonly audio?: boolean;
  readonly id?: string;
}

const randomAlert = ({ village, dice }: Stage, { status, routine = false, audio = false, id }: Asked) => ({
  id: id ?? dice.oneOf(alertIds) + (routine ? 'r' : status === 'actual' ? '' : 'd'),
  status,
  class: routine ? 'routine' : 'emergency',
  event: dice.oneOf(events),
  severity: routine ? 'unknown' : dice.oneOf(severities),
  stage: dice.oneOf(stages),
  authority: 'county',
  voice: 'recorded',
  zones: dice.someOf(village.site.site.zones.map((zone) => zone.id)),
  headline: '通知',
  text: audio && dice.chance(0.5) ? '' : dice.oneOf(texts),
  plan: routine ? 'daily-notice' : null,
  sirenUnlocked: status !== 'actual' && dice.chance(0.5),
  ...(audio ? { audio: village.centre.newAudio(dice) } : {}),
});

const send = (stage: Stage, order: CentreOrder): void => {
  const at = stage.village.time.now();
  stage.history.lastIssueAt.at = at;
  if (order.wrong === null) stage.history.alarmSources.push({ at, from: order.key });
  stage.village.centre.send(order);
};

const classOf = ({ status, routine = false }: Asked): OrderClass =>
  status !== 'actual' ? 'drill' : routine ? 'routine' : 'alarm';

const issue = (stage: Stage, asked: Asked): CentreOrder => {
  const kind = stage.dice.chance(0.25) ? 'update' : 'issue';
  const body = { kind, alert: randomAlert(stage, asked) };
  return stage.village.centre.make({ class: classOf(asked), body, validForS: stage.dice.oneOf([60, 600, 3_600]) });
};

const wrongOrder = (stage: Stage, wrong: NonNullable<CentreOrder['wrong']>): void => {
  const alert = randomAlert(stage, { status: 'actual' });
  send(stage, stage.village.centre.make({ class: 'alarm', body: { kind: 'issue', alert }, wrong }));
};

const earlier = ({ village, dice }: Stage): CentreOrder | null => {
  const all = [...village.centre.orders.values()].filter(({ id }) => village.centre.sent.has(id));
  return all.length === 0 ? null : dice.oneOf(all);
};

const lifting = (stage: Stage, kind: 'cancel' | 'all-clear' | 'correction'): void => {
  const alertId = stage.dice.oneOf(alertIds) + stage.dice.oneOf(['', '', 'd', 'r']);
  const body = kind === 'cancel' ? { kind, alertId } : { kind, alertId, text: '预警解除，大家可以回家了。' };
  send(stage, stage.village.centre.make({ class: 'alarm', body }));
};

const forgedFlood = (stage: Stage): void => {
  for (let count = 0; count < 60; count += 1) wrongOrder(stage, stage.dice.oneOf(['forged', 'unknown-key'] as const));
};

/** Correctly signed, and wrong: alarm after alarm, each one new. */
const alarmFlood = (stage: Stage): void => {
  const { village, dice } = stage;
  for (let count = 0; count < 40; count += 1)
    village.time.after(count * dice.whole(20, 2_000), () =>
      send(stage, issue(stage, { status: 'actual', id: `flood-${dice.hex(4)}` })),
    );
};

/** News to all loudspeakers of the province, at whatever hour it is. */
const noiseToAll = (stage: Stage): void => {
  for (let count = 0; count < 8; count += 1) send(stage, issue(stage, { status: 'actual', routine: true }));
};

/** Made now, on its way for minutes: it comes behind others that were made after it. */
const lateOrder = (stage: Stage): void => {
  const order = issue(stage, { status: 'actual' });
  stage.village.time.after(stage.dice.oneOf([200, 5_000, 120_000, 900_000]), () => send(stage, order));
};

const twiceAtOnce = (stage: Stage): void => {
  const order = issue(stage, { status: 'actual' });
  send(stage, order);
  send(stage, order);
};

/** Made one after the other, come in any order: each counter is new, and none of them is lost. */
const outOfOrder = (stage: Stage): void => {
  const { village, dice } = stage;
  const made = Array.from({ length: 6 }, () =>
    issue(stage, { status: dice.oneOf(['actual', 'actual', 'drill'] as const) }),
  );
  for (const order of made) village.time.after(dice.whole(0, 2_000), () => send(stage, order));
};

/** Recorded in an earlier night, when this box was not listening. */
const olderNight = (stage: Stage): void => {
  const old = stage.village.centre.olderNight();
  if (old.length > 0) send(stage, stage.dice.oneOf(old));
};

const storeAudio = (stage: Stage): void => {
  const { centre } = stage.village;
  send(stage, centre.make({ class: 'routine', body: { kind: 'store-audio', audio: centre.newAudio(stage.dice) } }));
};

/** The other key is pinned beside the first, or taken back. */
const changeKeys = (stage: Stage): void => {
  const { centre } = stage.village;
  send(stage, centre.makeKeys(stage.dice.chance(0.5)));
};

const silentCentre = (stage: Stage): void => {
  const { centre, note } = stage.village;
  centre.acknowledges = false;
  note('the centre does not acknowledge');
  span(stage, { kind: 'net', line: null }, () => (centre.acknowledges = true));
};

/** What the centre, and whoever pretends to be it, may send. */
export const orderHappenings: readonly Happening[] = [
  normal('emergency', 6, (stage) => send(stage, issue(stage, { status: 'actual' }))),
  normal('drill', 3, (stage) => send(stage, issue(stage, { status: 'drill' }))),
  normal('test', 1, (stage) => send(stage, issue(stage, { status: 'test' }))),
  normal('routine', 3, (stage) => send(stage, issue(stage, { status: 'actual', routine: true }))),
  normal('emergency with audio', 1.5, (stage) => send(stage, issue(stage, { status: 'actual', audio: true }))),
  normal('audio to store', 0.7, storeAudio),
  normal('cancel', 2, (stage) => lifting(stage, 'cancel')),
  normal('all-clear', 2, (stage) => lifting(stage, 'all-clear')),
  normal('correction', 1, (stage) => lifting(stage, 'correction')),
  normal('centre stop', 1, (stage) =>
    send(stage, stage.village.centre.make({ class: 'stop', body: { kind: 'stop', alertId: null } })),
  ),
  normal('same order again', 4, (stage) => {
    const order = earlier(stage);
    if (order !== null) send(stage, order);
  }),
  normal('order twice at once', 1, twiceAtOnce),
  normal('order late', 1.5, lateOrder),
  normal('orders out of order', 0.5, outOfOrder),
  normal('order of an older night', 0.7, olderNight),
  normal('forged', 2, (stage) => wrongOrder(stage, 'forged')),
  normal('unknown key', 1, (stage) => wrongOrder(stage, 'unknown-key')),
  normal('expired', 1, (stage) => wrongOrder(stage, 'expired')),
  normal('elsewhere', 1, (stage) => wrongOrder(stage, 'elsewhere')),
  normal('keys changed', 0.7, changeKeys),
  normal('forged flood', 0.3, forgedFlood),
  normal('alarm flood', 0.15, alarmFlood),
  normal('noise to all', 0.5, noiseToAll),
  fault('centre does not acknowledge', 0.5, silentCentre),
];
