import { openMemory, stateHash } from '../../src/box/memory.ts';
import type { Broadcast, Durable } from '../../src/core/village.ts';
import { type Checker, durableOf, firstOf, type Scene, wasTaken } from './checker.ts';
import { anyFault } from './history.ts';

/** Bounds that no run may pass, whatever comes in. */
const bounds = { endedKept: 32, seen: 400, latches: 64, waiting: 64, senders: 16, unrecorded: 2_000 } as const;
const checkpointBytes = 16_000_000;
const journalBytes = 64 * 1_048_576;
const segmentBytes = 4 * 1_048_576;

const sizesOf = (durable: Durable, queueMax: number): readonly (readonly [string, number, number])[] => {
  const broadcasts = Object.values(durable.broadcasts);
  const held = new Set(durable.latches.map(({ alert, at }) => `${at} ${alert}`));
  const isOver = ({ ended, endedAt, alert }: Broadcast): boolean =>
    ended !== null && !held.has(`${endedAt} ${alert.id}`);
  return [
    ['live broadcasts', broadcasts.filter(({ ended }) => ended === null).length, queueMax],
    ['ended broadcasts beside those that latches hold', broadcasts.filter(isOver).length, bounds.endedKept],
    ['orders remembered', Object.keys(durable.seen).length, bounds.seen],
    ['latches', durable.latches.length, bounds.latches],
    ['orders waiting for audio', durable.waiting.length, Math.max(bounds.waiting, queueMax)],
    ['senders', Object.keys(durable.senders).length, bounds.senders],
    ['bytes of the durable part', JSON.stringify({ ...durable, site: null }).length, checkpointBytes],
  ];
};

/** Queue, memory and files stay within their bounds at every moment that is looked at. */
export const bounded: Checker = {
  promise: 'I10',
  probe: (scene) => {
    const { village } = scene;
    const life = village.life();
    const durable = durableOf(scene);
    if (life === null || durable === null) return Promise.resolve(null);
    const { segments, bodyBytes } = life.box.tied.ties.memory.journal.status();
    const sizes = [
      ...sizesOf(durable, village.site.site.limits.queueMax),
      ['unrecorded events', life.box.tied.loop.waiting(), bounds.unrecorded] as const,
      ['bytes of the journal', segments * segmentBytes + bodyBytes, journalBytes] as const,
    ];
    return Promise.resolve(
      firstOf(sizes, ([what, is, most]) => (is > most ? `${is} ${what}; the bound is ${most}` : null)),
    );
  },
};

/** Nothing has disturbed the disk for a while, and nothing is on its way to it. */
const isStill = ({ village, history }: Scene): boolean => {
  const now = village.time.now();
  return (
    !anyFault(history, ['disk', 'slow-disk', 'power'], now - 2_000, now) &&
    village.life()?.box.tied.loop.isDurable() === true
  );
};

const noClock = { after: () => () => undefined } as const;

/** What a start would find if the power failed now: opened, folded, and nothing of it touched. */
const openedCopy = ({ village, memory }: Scene) => {
  const cut = (memory.get('copies') ?? 0) + 1;
  memory.set('copies', cut);
  return openMemory(village.disk().afterPowerCut(cut), {
    stateDir: '/state',
    toCentre: true,
    journal: { clock: noClock },
  });
};

/** Where the fold and the state that lives differ; null where they are the same. */
const difference = (live: Durable, folded: Durable): string | null => {
  if (stateHash(folded) === stateHash(live)) return null;
  const differ = (Object.keys(live) as (keyof Durable)[]).filter(
    (key) => key !== 'site' && JSON.stringify(live[key]) !== JSON.stringify(folded[key]),
  );
  return `the journal folds to another state: ${differ.join(', ')}`;
};

/**
 * The state that counts is the fold of the journal: a start at any moment comes to the very same. And whenever the power
 * failed, no order that was told to be received would be unknown.
 */
export const foldIsTheState: Checker = {
  promise: 'I1',
  started: ({ village }) => {
    const [trouble] = village.life()?.box.tied.ties.memory.recovered.troubles ?? [];
    return trouble === undefined ? null : `record ${trouble.record}: ${trouble.code}`;
  },
  probe: async (scene) => {
    const { village, history } = scene;
    const live = durableOf(scene);
    if (live === null || village.life()?.remembers !== true) return null;
    const opened = await openedCopy(scene);
    if (!opened.ok) return `the memory could not be opened after a cut: ${opened.failure.code}`;
    const found = opened.value.recovered.village.durable;
    await opened.value.journal.close();
    const lost = firstOf(history.released, ({ trace, body }) => {
      const order = village.centre.orders.get(trace);
      if (body.stage !== 'received' || order === undefined || wasTaken(found, order)) return null;
      return `order ${trace} was acknowledged and would be lost`;
    });
    return lost ?? (isStill(scene) ? difference(live, found) : null);
  },
};
