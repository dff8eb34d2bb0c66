import { isBusy, isRunning, processesBelow } from '../support/processes.ts';
import { pause, within } from '../support/waiting.ts';
import type { Scene } from './acts.ts';
import type { FireVillage } from './fire-village.ts';
import { judgeRemains, judgeStory } from './judge.ts';
import type { Life, Ready } from './life.ts';
import { readRemains, type Remains } from './remains.ts';
import type { FireBreach, FireRun, Tally } from './section.ts';

/** One village under fire: what was seen so far, and what was on its disk after the last death. */
export interface Shooting {
  readonly run: FireRun;
  readonly scene: Scene;
  readonly seen: Tally;
  readonly broken: FireBreach[];
  where: string;
  before: Remains | null;
}

export const broke = ({ broken, where, run }: Shooting, promise: string, what: string): void => {
  broken.push({ promise, what, where });
  run.say(`${where}: promise ${promise} broken: ${what}`);
};

/** The sum behind the average, which is all that is told of it. */
const readyInAll = 'ready in all, ms';

/** A life that came up, in time. */
export const judgeReady = (shooting: Shooting, ready: Ready | null, life: Life): void => {
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
  if (ownMs <= run.readyMaxMs) return;
  // Threads that wait for a processor and a disk that others keep busy are in that time, too.
  if (isBusy()) seen.add(`ready later than ${run.readyMaxMs} ms on a busy machine`);
  else broke(shooting, '8', `ready after ${Math.round(ownMs)} ms`);
};

/** The counts of a run, with the average in place of the sum. */
export const countsOf = ({ counts }: Tally): Readonly<Record<string, number>> => {
  const { [readyInAll]: all = 0, ...others } = counts;
  return { ...others, 'ready on average, ms': Math.round(all / (others['ready'] ?? 1)) };
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

/** A child must be given a processor before it can see that it is alone. */
const orphanMs = (): number => (isBusy() ? 30_000 : 3_000);

/** What the box started must not outlive it: the next one needs the same ports and cards. */
const noOrphans = async (shooting: Shooting, below: ReturnType<typeof processesBelow>): Promise<void> => {
  const graceMs = orphanMs();
  if (await within(graceMs, () => !below.some(({ pid }) => isRunning(pid)))) return;
  const left = below.filter(({ pid }) => isRunning(pid)).map(({ command }) => command.slice(-60));
  broke(shooting, '8', `outlived the box by ${graceMs} ms: ${left.join(', ')}`);
};

/** Ends a life, and compares what it has left with what it had promised. */
export const endLife = async (shooting: Shooting, life: Life, how: 'kill' | 'stop'): Promise<void> => {
  const { scene, seen } = shooting;
  const { village } = scene;
  const below = processesBelow(life.pid);
  await life[how]();
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

const settleMs = 120_000;

/** All that was sent is answered, and nothing is owed any more. */
const isTold = ({ centre, taken, site }: FireVillage): boolean => {
  const answered = new Set(taken.map(({ receipt }) => receipt.trace));
  const latest = centre.snapshots().get(site.id)?.content.receipts.latest ?? 0;
  const numbers = new Set(taken.map(({ receipt }) => receipt.number));
  return centre.orders().every(({ id }) => answered.has(id)) && numbers.size >= latest;
};

export const isConnected = ({ centre, site }: FireVillage): boolean => centre.connected().includes(site.id);

/** The last life is left in peace, stops everything and tells the rest; then the whole story is judged. */
export const endWell = async (shooting: Shooting): Promise<void> => {
  const { scene, seen } = shooting;
  const { village } = scene;
  const life = village.begin();
  judgeReady(shooting, await life.ready, life);
  await within(10_000, () => isConnected(village));
  await village.centre.stop(null);
  const toldAt = performance.now();
  const told = await within(settleMs, () => isTold(village));
  if (!told) broke(shooting, '1', `not everything was told within ${settleMs} ms`);
  seen.most('until all was told at most, ms', performance.now() - toldAt);
  await pause(1_000);
  await life.stop();
  const last = await remainsOf(shooting);
  if (last === null) return;
  // What is still owed cannot be judged: that it is owed was said already.
  for (const { promise, what } of told ? judgeStory(village, last) : []) broke(shooting, promise, what);
  seen.add('orders', village.centre.orders().length);
  seen.add('receipts', village.taken.length);
  seen.add('records', last.head.number);
};
