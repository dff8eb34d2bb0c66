import { diceOf, type Dice } from '../simulate/dice.ts';
import { isRunning, processesBelow } from '../support/processes.ts';
import { goOn, type Scene } from './acts.ts';
import { startFireVillage, type FireVillage } from './fire-village.ts';
import { judgeRemains, judgeStory } from './judge.ts';
import type { Life, Ready } from './life.ts';
import { readRemains, type Remains } from './remains.ts';
import { tally, type FireBreach, type FireRun, type Section, type Tally } from './section.ts';

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Looks until it holds; false when it never did. */
export const within = async (ms: number, holds: () => boolean): Promise<boolean> => {
  const end = performance.now() + ms;
  while (!holds()) {
    if (performance.now() > end) return false;
    await wait(5);
  }
  return true;
};

/** One village lives so many deaths; then a new one, so that young journals are shot at as well as old ones. */
const deathsEach = 100;
/** Share of the lives that end before the box is ready. */
const earlyShare = 0.25;
const earlyMaxMs = 900;
const lateMaxMs = 1_500;
const orphanMs = 3_000;
const readyInAll = 'ready in all, ms';

interface Shooting {
  readonly run: FireRun;
  readonly scene: Scene;
  readonly seen: Tally;
  readonly broken: FireBreach[];
  where: string;
  before: Remains | null;
}

const broke = ({ broken, where, run }: Shooting, promise: string, what: string): void => {
  broken.push({ promise, what, where });
  run.say(`${where}: promise ${promise} broken: ${what}`);
};

/** What the box started must not outlive it: the next one needs the same ports and cards. */
const noOrphans = async (shooting: Shooting, below: readonly { readonly pid: number; readonly command: string }[]) => {
  if (await within(orphanMs, () => !below.some(({ pid }) => isRunning(pid)))) return;
  const left = below.filter(({ pid }) => isRunning(pid)).map(({ command }) => command.slice(-60));
  broke(shooting, '8', `outlived the box by ${orphanMs} ms: ${left.join(', ')}`);
};

const judgeReady = (shooting: Shooting, ready: Ready | null, life: Life): void => {
  const { run, seen } = shooting;
  if (ready === null) {
    broke(shooting, '8', `the box ended by itself (${String(life.end())}): ${life.said().slice(-600)}`);
    return;
  }
  const { ownMs, byClockMs } = ready;
  seen.most('ready at most, ms', ownMs);
  seen.most('ready at most by the clock, ms', byClockMs);
  seen.add(readyInAll, Math.round(ownMs));
  seen.add('ready');
  if (ownMs > run.readyMaxMs) broke(shooting, '8', `ready after ${Math.round(ownMs)} ms`);
};

/** What it has left; null where it was killed before it had anything. */
const remainsOf = async (shooting: Shooting): Promise<Remains | null> => {
  const { before, scene } = shooting;
  try {
    const now = await readRemains(scene.village.stateDir, before?.head.number ?? 0);
    if (now === null && before !== null) broke(shooting, '1', 'the journal is gone');
    return now;
  } catch (error) {
    broke(shooting, '1', error instanceof Error ? error.message : String(error));
    return null;
  }
};

/** One life: some end before they are ready, the others at any moment of their work. */
const liveAndDie = async (shooting: Shooting, dice: Dice): Promise<void> => {
  const { scene, seen } = shooting;
  const { village } = scene;
  const life = village.begin();
  const early = dice.chance(earlyShare);
  if (early) {
    await wait(dice.unit() * earlyMaxMs);
    seen.add('killed while it started');
  } else {
    judgeReady(shooting, await life.ready, life);
    await wait(dice.unit() * lateMaxMs);
    seen.add('killed at work');
  }
  const below = processesBelow(life.pid);
  if (life.end() !== null) broke(shooting, '11', `it ended by itself (${String(life.end())})`);
  await life.kill();
  const now = await remainsOf(shooting);
  if (now === null) return;
  const locals = scene.promised.locals.splice(0);
  for (const { promise, what } of judgeRemains({ village, before: shooting.before, now, locals }))
    broke(shooting, promise, what);
  seen.add('told on site to be recorded', locals.length);
  if (now.tornTail) seen.add('torn tails');
  shooting.before = now;
  await noOrphans(shooting, below);
};

const settleMs = 60_000;

/** All that was sent is answered, and nothing is owed any more. */
const isTold = ({ centre, taken, site }: FireVillage): boolean => {
  const answered = new Set(taken.map(({ receipt }) => receipt.trace));
  const latest = centre.snapshots().get(site.id)?.content.receipts.latest ?? 0;
  const numbers = new Set(taken.map(({ receipt }) => receipt.number));
  return centre.orders().every(({ id }) => answered.has(id)) && numbers.size >= latest;
};

/** The last life is left in peace, stops everything and tells the rest; then the whole story is judged. */
const endWell = async (shooting: Shooting): Promise<void> => {
  const { scene, seen } = shooting;
  const { village } = scene;
  const life = village.begin();
  judgeReady(shooting, await life.ready, life);
  await within(10_000, () => village.centre.connected().includes(village.site.id));
  await village.centre.stop(null);
  const toldAt = performance.now();
  if (!(await within(settleMs, () => isTold(village)))) seen.add('villages that were not told all in time');
  seen.most('ms until all was told', performance.now() - toldAt);
  await wait(1_000);
  await life.stop();
  const last = await remainsOf(shooting);
  if (last === null) return;
  for (const { promise, what } of judgeStory(village, last)) broke(shooting, promise, what);
  seen.add('orders', village.centre.orders().length);
  seen.add('receipts', village.taken.length);
  seen.add('records', last.head.number);
};

const shootAt = async (run: FireRun, seen: Tally, from: number, deaths: number): Promise<readonly FireBreach[]> => {
  const broken: FireBreach[] = [];
  const village = await startFireVillage();
  try {
    const dice = diceOf(run.seed).stream(`village ${from}`);
    const scene: Scene = { village, dice: dice.stream('acts'), promised: { locals: [], alerts: [] } };
    const shooting: Shooting = { run, scene, seen, broken, where: '', before: null };
    const stop = goOn(scene);
    for (let death = from; death < from + deaths; death += 1) {
      shooting.where = `seed ${run.seed}, death ${death}`;
      await liveAndDie(shooting, diceOf(run.seed).stream(`death ${death}`));
      if ((death + 1) % 25 === 0) run.say(`${death + 1} deaths, ${broken.length} broken`);
    }
    await stop();
    shooting.where = `seed ${run.seed}, village of deaths ${from} to ${from + deaths - 1}`;
    await endWell(shooting);
  } finally {
    await village.close();
  }
  return broken;
};

/** kill -9 at random moments, orders going on (issue 4 §2.1). */
export const kill9: Section = {
  name: 'kill9',
  title: { zh: '随时 kill -9', en: 'kill -9 at random moments' },
  needs: [],
  usualCount: 500,
  run: async (run) => {
    const seen = tally();
    const broken: FireBreach[] = [];
    for (let from = 0; from < run.count; from += deathsEach)
      broken.push(...(await shootAt(run, seen, from, Math.min(deathsEach, run.count - from))));
    const { [readyInAll]: all = 0, ...counts } = seen.counts;
    return { counts: { ...counts, 'ready on average, ms': Math.round(all / (counts['ready'] ?? 1)) }, broken };
  },
};
