import { diceOf, type Dice } from '../simulate/dice.ts';
import { pause, within } from '../support/waiting.ts';
import type { Scene } from './acts.ts';
import { startFireVillage, type FireVillage } from './fire-village.ts';
import { smallSite } from './small-site.ts';
import { tally, type FireBreach, type FireRun, type Section, type Tally } from './section.ts';
import { broke, countsOf, endLife, endWell, isConnected, judgeReady, type Shooting } from './shooting.ts';

/** Sirens have an hourly cap: so many crashes a village. */
const crashesEach = 6;
const connectedWithinMs = 15_000;
const soundsWithinMs = 15_000;
/** The moment of the crash, after the first sound. */
const crashWithinMs = 6_000;
/** Outputs that nothing orders any more are off this long after the start (promise 8), and the machine may be busy. */
const settledWithinMs = 2_000;
const busyMs = 4_000;
/** The emulator's own clock turns timers late by so much on a busy machine. */
const lateMs = 1_500;

const warning = { status: 'actual', class: 'emergency', event: '11D02', severity: 'red', stage: 'now' } as const;

const soundingSince = ({ world }: FireVillage, terminal: string): number | null => {
  const last = world.core.timeline.of(terminal).at(-1);
  return last?.toMs === null ? last.fromMs : null;
};

const sirensOf = ({ site }: FireVillage) => site.terminals.filter(({ kind }) => kind === 'siren');

const sounding = (village: FireVillage): readonly string[] =>
  sirensOf(village).flatMap(({ id }) => (soundingSince(village, id) === null ? [] : [id]));

/** How long a siren may go on when nobody renews it: its hold, or the length of the segment it was switched on for. */
const mostMs = (village: FireVillage, terminal: string): number => {
  const lease = village.site.terminals.find(({ id }) => id === terminal)?.lease;
  if (lease?.kind === 'dead-man') return lease.holdMs;
  return lease?.kind === 'timed' ? lease.longestMs : 0;
};

/** Nobody starts the box again: every siren falls silent by itself, within its lease. */
const silentByItself = async (shooting: Shooting): Promise<void> => {
  const { scene, seen } = shooting;
  const { village } = scene;
  const diedAt = village.world.core.timeline.elapsedMs;
  const left = sounding(village);
  const longest = Math.max(0, ...left.map((id) => mostMs(village, id)));
  await within(longest + lateMs, () => sounding(village).length === 0);
  for (const id of left) {
    const last = village.world.core.timeline.of(id).findLast(({ fromMs }) => fromMs <= diedAt);
    const alone = (last?.toMs ?? village.world.core.timeline.elapsedMs) - diedAt;
    seen.most(`${String(village.site.terminals.find((one) => one.id === id)?.lease.kind)} at most, ms alone`, alone);
    if (alone > mostMs(village, id) + lateMs) broke(shooting, '3', `${id} sounded for ${Math.round(alone)} ms alone`);
  }
  seen.add('sirens that fell silent by themselves', left.length);
};

/** It starts again at once: what sounds then is ordered by a live cause, or off within the time of promise 8. */
const startsAgain = async (shooting: Shooting): Promise<void> => {
  const { scene } = shooting;
  const { village } = scene;
  const life = village.begin();
  judgeReady(shooting, await life.ready, life);
  await within(connectedWithinMs, () => isConnected(village));
  await village.centre.stop(null);
  const quiet = await within(settledWithinMs + busyMs, () => sounding(village).length === 0);
  if (!quiet) broke(shooting, '6', `${sounding(village).join(' ')} still sound after a stop`);
  await endLife(shooting, life, 'stop');
};

/** A warning sounds, the box dies in the middle of it. */
const crash = async (shooting: Shooting, dice: Dice, alone: boolean): Promise<void> => {
  const { scene, seen } = shooting;
  const { village } = scene;
  const life = village.begin();
  judgeReady(shooting, await life.ready, life);
  await within(connectedWithinMs, () => isConnected(village));
  const zones = village.site.zones.map(({ id }) => id);
  await village.centre.issue({ ...warning, zones, headline: '预警', text: '请立即转移。', plan: 'geohazard-now' });
  if (!(await within(soundsWithinMs, () => sounding(village).length > 0))) broke(shooting, 'I8', 'no siren sounds');
  await pause(dice.unit() * crashWithinMs);
  seen.add('sirens that sounded at a crash', sounding(village).length);
  seen.add('crashes');
  await endLife(shooting, life, 'kill');
  if (alone) await silentByItself(shooting);
  await startsAgain(shooting);
};

const inVillage = async (run: FireRun, seen: Tally, from: number): Promise<readonly FireBreach[]> => {
  const broken: FireBreach[] = [];
  const village = await startFireVillage({ configDir: smallSite() });
  try {
    const scene: Scene = { village, dice: diceOf(run.seed), promised: { locals: [], alerts: [] } };
    const shooting: Shooting = { run, scene, seen, broken, where: '', before: null };
    for (let number = from; number < Math.min(from + crashesEach, run.count); number += 1) {
      shooting.where = `seed ${run.seed}, crash ${number}`;
      await crash(shooting, diceOf(run.seed).stream(`crash ${number}`), number % 2 === 0);
    }
    shooting.where = `seed ${run.seed}, the end of it`;
    await endWell(shooting);
  } finally {
    await village.close();
  }
  return broken;
};

/** The box dies while sirens sound, measured at the emulated sirens. */
export const siren: Section = {
  name: 'siren',
  title: { zh: '鸣响途中死机', en: 'the box dies while sirens sound' },
  needs: [],
  usualCount: 30,
  run: async (run) => {
    const seen = tally();
    const broken: FireBreach[] = [];
    for (let from = 0; from < run.count; from += crashesEach) broken.push(...(await inVillage(run, seen, from)));
    return { counts: countsOf(seen), broken };
  },
};
