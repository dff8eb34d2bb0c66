import { acceptLoss } from '../../src/box/accept-loss.ts';
import { type Breach, firstOf, type Scene, wasTaken } from './checker.ts';
import { lastingHurts, type Lost } from './lasting-hurts.ts';
import type { CentreOrder } from './sim-centre.ts';
import type { Stage } from './stage.ts';

const settlesMs = 5_000;
const reachesCentreMs = 60_000;
const answersMs = 20_000;
const replaysMost = 8;

/** What was known of the village before the blow. */
interface Before {
  readonly released: number;
  readonly head: number;
  readonly received: readonly CentreOrder[];
}

const waits = ({ village }: Stage, ms: number): Promise<void> => village.time.runUntil(village.time.now() + ms);

const startUp = async (stage: Stage): Promise<string | null> => {
  await stage.village.start();
  await waits(stage, settlesMs);
  return stage.village.life() === null ? 'the box does not start' : null;
};

const durableNow = ({ village }: Stage) => village.life()?.box.tied.loop.village().durable;
const foundAtStart = ({ village }: Stage) => village.life()?.box.tied.ties.memory.recovered.village.durable;

const beforeOf = ({ village, history }: Stage): Before => ({
  released: history.released.length,
  head: village.life()?.box.tied.ties.memory.journal.head().number ?? 0,
  received: history.released.flatMap(({ trace, body }) => {
    const order = body.stage === 'received' ? village.centre.orders.get(trace) : undefined;
    return order === undefined ? [] : [order];
  }),
});

/** The same orders once more: not one of them is carried out again. */
const sendAgain = async (stage: Stage, orders: readonly CentreOrder[]): Promise<string | null> => {
  const { village, history, dice } = stage;
  const [from, again] = [history.released.length, orders.filter(() => dice.chance(0.5)).slice(0, replaysMost)];
  again.forEach((order) => village.centre.send(order));
  await waits(stage, answersMs);
  return firstOf(history.released.slice(from), ({ trace, body }) => {
    const wasCarriedOut = body.stage === 'verified' || body.stage === 'queued';
    return wasCarriedOut && again.some(({ id }) => id === trace) ? `order ${trace} was taken a second time` : null;
  });
};

/** The box has not the journal that its checkpoint knows: it takes no order until a person has accepted the loss. */
const personAccepts = async (stage: Stage, { received }: Before): Promise<string | null> => {
  const { village } = stage;
  await waits(stage, reachesCentreMs);
  const taken = await sendAgain(stage, received);
  if (taken !== null) return taken;
  if (Object.keys(durableNow(stage)?.seen ?? {}).length > 0) return 'a box without memory took an order';
  village.die('killed');
  village.note('a person accepts the loss');
  const clock = { after: (ms: number, call: () => void) => village.time.after(ms, call) };
  const accepted = await acceptLoss(village.disk(), { stateDir: '/state', toCentre: true, journal: { clock } });
  if (!accepted.ok) return `the loss could not be accepted: ${accepted.failure.code}`;
  const failed = await startUp(stage);
  return failed ?? (village.life()?.remembers === true ? null : 'the box does not go on from its checkpoint');
};

/** Nothing but what stood in the lost records is missing. */
const keptTheRest = (stage: Stage, { received }: Before, lost: Lost): string | null => {
  const found = foundAtStart(stage);
  if (found === undefined) return null;
  const ended = new Set(stage.history.released.flatMap((one) => (one.body.stage === 'ended' ? [one.broadcast] : [])));
  const forgotten = firstOf(received, (order) =>
    lost.traces.has(order.id) || wasTaken(found, order) ? null : `order ${order.id} is gone, and its record is not`,
  );
  return (
    forgotten ??
    firstOf(stage.history.released, ({ body, broadcast }) => {
      if (body.stage !== 'queued' || broadcast === null || ended.has(broadcast)) return null;
      const isThere = found.broadcasts[broadcast] !== undefined || lost.broadcasts.has(broadcast);
      return isThere ? null : `${broadcast} is gone, and its record is not`;
    })
  );
};

/** Which orders were lost nobody knows: none that could have been is left open below the highest counter that is known. */
const isSealed = (stage: Stage): string | null => {
  const found = durableNow(stage);
  return firstOf(stage.village.centre.orders.values(), (order) => {
    const high = found?.senders[order.key]?.high ?? 0;
    if (found === undefined || order.counter > high || wasTaken(found, order)) return null;
    return `order ${order.id} may stand in what was lost and would be taken`;
  });
};

const wasNoted = ({ history }: Stage, { released }: Before, code: RegExp): boolean =>
  history.released.slice(released).some(({ body }) => body.stage === 'noted' && code.test(body.code));

/** A few records are written at each start: behind so many more than the copy had, its head is one of the past. */
const headsApart = 30;

/**
 * The numbers of receipts go on from what is left, so that some are given out twice: other bytes under a known number, or a
 * shorter journal, are what a centre shows to a person (docs/how-to/connect-a-centre.md).
 */
const isShown = ({ village: { centre } }: Stage): boolean =>
  centre.setBacks.length > 0 || centre.complaints.some((text) => text.includes('two contents'));

const isTold = (stage: Stage, before: Before, lost: Lost): string | null => {
  if (lost.by === 'rot') return wasNoted(stage, before, /^journal-/) ? null : 'the centre was not told of the damage';
  if (lost.by === 'old disk')
    return isShown(stage) || lost.head + headsApart > before.head ? null : 'the centre cannot see that it was set back';
  const isKnown = lost.head === before.head || isShown(stage) || wasNoted(stage, before, /^journal-loss-accepted$/);
  return isKnown ? null : 'the centre was not told of the loss';
};

const isWell = ({ village }: Stage): string | null => {
  const tied = village.life()?.box.tied;
  if (tied?.uplink?.connected() !== true) return 'the box is not connected';
  return tied.loop.isDurable() ? null : 'the box is not durable';
};

const judged = (promise: string, what: string | null, lost: Lost): Breach | null =>
  what === null ? null : { promise, what: `${lost.by}: ${what}` };

/**
 * When a run has been judged, the disk suffers what no box can make good, since nothing else holds it: rot in records that
 * a start needs, the journal of an earlier day beside the checkpoint of today, the whole disk of an earlier day. What is lost
 * is lost; looked at is that nothing else is, that nothing is carried out twice, that the village goes on and the centre knows.
 */
export const aftermath = async (stage: Stage, { history }: Scene): Promise<Breach | null> => {
  const { village, dice } = stage;
  const before = beforeOf(stage);
  village.die('power-cut');
  const blow = dice.oneOf(history.oldDisk === null ? [lastingHurts.rot] : Object.values(lastingHurts));
  const lost = (await blow(stage)) ?? (await lastingHurts.rot(stage));
  if (lost === null) return null;
  history.counts.set(lost.by, 1);
  village.note(`* ${lost.by}`);
  const started = await startUp(stage);
  if (started !== null) return judged('8', started, lost);
  const unaccepted = village.life()?.remembers === false ? await personAccepts(stage, before) : null;
  if (unaccepted !== null) return judged('1', unaccepted, lost);
  const torn = lost.by === 'rot' ? keptTheRest(stage, before, lost) : null;
  const open = lost.by === 'old disk' || lost.head === before.head ? null : isSealed(stage);
  if ((torn ?? open) !== null) return judged('1', torn ?? open, lost);
  await waits(stage, reachesCentreMs);
  const found = durableNow(stage);
  const known = before.received.filter((order) => found !== undefined && wasTaken(found, order));
  const again = await sendAgain(stage, known);
  return (
    judged('I2', again, lost) ?? judged('12', isTold(stage, before, lost), lost) ?? judged('I12', isWell(stage), lost)
  );
};
