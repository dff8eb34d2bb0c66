import { diceOf, type Dice } from '../simulate/dice.ts';
import { pause, within } from '../support/waiting.ts';
import { goOn, type Scene } from './acts.ts';
import { startFireVillage } from './fire-village.ts';
import { smallSite } from './small-site.ts';
import { tally, type FireBreach, type FireRun, type Section, type Tally } from './section.ts';
import { broke, countsOf, endLife, endWell, isConnected, judgeReady, type Shooting } from './shooting.ts';

/** One village lives so many deaths; then a new one, so that young journals are shot at as well as old ones. */
const deathsEach = 50;
/** One of so many villages is the whole example; the others have its sirens alone, and die twice as fast. */
const wholeEvery = 5;
/** When the shot falls: so long after the start of the process, after its word that it is ready, or after its first link. */
const moments = [
  { name: 'killed while it started', share: 0.25, longestMs: 900 },
  { name: 'killed as it became ready', share: 0.25, longestMs: 500 },
  { name: 'killed at work', share: 0.5, longestMs: 1_500 },
] as const;
const connectedWithinMs = 10_000;

const momentOf = (dice: Dice): (typeof moments)[number] => {
  const at = dice.unit();
  return at < moments[0].share ? moments[0] : at < moments[0].share + moments[1].share ? moments[1] : moments[2];
};

/** One life: some end before they are ready, the others at any moment of their work. */
const liveAndDie = async (shooting: Shooting, dice: Dice): Promise<void> => {
  const { scene, seen } = shooting;
  const { village } = scene;
  const life = village.begin();
  const { name, longestMs } = momentOf(dice);
  if (name !== 'killed while it started') judgeReady(shooting, await life.ready, life);
  if (name === 'killed at work') await within(connectedWithinMs, () => isConnected(village));
  await pause(dice.unit() * longestMs);
  seen.add(name);
  if (life.end() !== null) broke(shooting, '11', `it ended by itself (${String(life.end())})`);
  await endLife(shooting, life, 'kill');
};

const shootAt = async (run: FireRun, seen: Tally, from: number, deaths: number): Promise<readonly FireBreach[]> => {
  const broken: FireBreach[] = [];
  const isWhole = Math.floor(from / deathsEach) % wholeEvery === 0;
  const village = await startFireVillage(isWhole ? {} : { configDir: smallSite() });
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

/** kill -9 at random moments, orders going on. */
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
    return { counts: countsOf(seen), broken };
  },
};
