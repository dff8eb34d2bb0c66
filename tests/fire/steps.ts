import { join } from 'node:path';
import { wavBytes } from '../media/wav.ts';
import { diceOf } from '../simulate/dice.ts';
import { pause, within } from '../support/waiting.ts';
import { stopOnSite, triggerIn, type Scene } from './acts.ts';
import { startFireVillage, type FireVillage } from './fire-village.ts';
import type { Life } from './life.ts';
import { tally, type FireBreach, type FireRun, type Section, type Tally } from './section.ts';
import { broke, countsOf, endLife, endWell, isConnected, type Shooting } from './shooting.ts';
import { countCalls, injection, nameOf, spread, struck, type StepCase } from './traced-calls.ts';

/** One village takes so many faults: sirens have their hourly cap, and journals are to be young and old. */
const casesEach = 12;
const readyWithinMs = 60_000;
const connectedWithinMs = 15_000;
/** A warning is heard within this time though the disk fails, under strace and on a busy machine. */
const heardWithinMs = 10_000;

const names = ['checkpoint-1.json', 'checkpoint-2.json', 'new-checkpoint-1.json', 'new-checkpoint-2.json'];
const segments = Array.from({ length: 12 }, (_, index) => `segment-${String(index + 1).padStart(12, '0')}.journal`);

/** Everything below the state folder that one life may touch. */
const pathsOf = ({ stateDir }: FireVillage, audio: string): readonly string[] => [
  ...['', 'checkpoint', 'journal', 'journal/bodies', 'media'].map((folder) => join(stateDir, folder)),
  ...names.map((name) => join(stateDir, 'checkpoint', name)),
  ...['JOURNAL', 'new-JOURNAL', 'spare.journal', ...segments].map((name) => join(stateDir, 'journal', name)),
  ...[audio, `${audio}.part`].map((name) => join(stateDir, 'media', name)),
];

/** The zone of the warning, whose sirens and loudspeakers are listened to. */
const zone = 'heba';
const warning = { status: 'actual', class: 'emergency', event: '11D02', severity: 'red', stage: 'now' } as const;

const soundsIn = ({ site, world }: FireVillage): boolean =>
  site.terminals.some(({ id, zone: of }) => of === zone && world.core.timeline.of(id).at(-1)?.toMs === null);

const pushedAudio = async ({ centre }: FireVillage, seed: number) => {
  const audio = await centre.keepAudio(wavBytes(500, seed));
  if (!audio.ok) throw new Error(audio.failure.code);
  return audio.value;
};

/** A box whose folder cannot be read at the start says so, and shows the centre no journal. */
const hasNoMemory = (life: Life): boolean => life.said().includes('memory-lost');

/** A warning that must sound, whatever the disk says; then one with audio to fetch, a routine one, and the end of them. */
const work = async (shooting: Shooting, life: Life, audio: Awaited<ReturnType<typeof pushedAudio>>): Promise<void> => {
  const { village } = shooting.scene;
  if (!(await within(connectedWithinMs, () => isConnected(village) || life.end() !== null)))
    broke(shooting, '1', `not connected: ${life.said().slice(-400)}`);
  await village.centre.issue({ ...warning, zones: [zone], headline: '预警', text: '请立即转移。' });
  const isHeard = (): Promise<boolean> => within(heardWithinMs, () => soundsIn(village) || life.end() !== null);
  let heard = await isHeard();
  if (!heard && hasNoMemory(life)) {
    // It cannot know which orders were carried out, so it takes none from afar; whoever is on site is obeyed.
    await triggerIn(shooting.scene, zone);
    heard = await isHeard();
  }
  if (!heard) broke(shooting, 'I8', `the warning is not heard: ${life.said().slice(-600)}`);
  await village.centre.issue({ ...warning, zones: ['xuexiao'], headline: '预警', text: '', audio });
  await village.centre.issue({ class: 'routine', status: 'actual', zones: ['laojie'], plan: 'daily-notice' });
  await pause(800);
  await village.centre.stop(null);
  if (hasNoMemory(life)) await stopOnSite(shooting.scene);
  await within(3_000, () => !soundsIn(village) || life.end() !== null);
};

/** How often a box lived without its memory in one village. */
const withoutMemory = 'lives without a memory';

const faultCodes = /\b((?:disk|journal|checkpoint|memory|media|state)-[a-z-]+)/g;

/** One life under one fault: the box goes on unless it was killed, and says what is wrong. */
const liveUnder = async (shooting: Shooting, one: StepCase, seed: number): Promise<void> => {
  const { scene, seen } = shooting;
  const { village } = scene;
  const log = join(village.runDir, 'strace.log');
  const audio = await pushedAudio(village, seed);
  const under = injection(one, pathsOf(village, audio.sha256), log);
  // One thread for the disk: calls then have one order, and the n-th is the n-th.
  const life = village.begin({ under, environment: { UV_THREADPOOL_SIZE: '1' } });
  const timer = setTimeout(() => void life.kill(), readyWithinMs);
  const ready = await life.ready;
  clearTimeout(timer);
  if (ready !== null) await work(shooting, life, audio);
  const ended = life.end();
  const mayEnd = one.fate === 'SIGKILL' && ended === 'SIGKILL';
  if (ended !== null && !mayEnd) broke(shooting, '11', `it ended by itself (${ended}): ${life.said().slice(-800)}`);
  await endLife(shooting, life, seed % 2 === 0 ? 'stop' : 'kill');
  if (hasNoMemory(life)) seen.add(withoutMemory);
  const what = struck(log, one);
  if (what === null) seen.add('never came to the call');
  else if (one.fate === 'SIGKILL') seen.add(ended === 'SIGKILL' ? 'killed within a call' : 'never came to the call');
  else {
    const told = [...new Set(Array.from(life.said().matchAll(faultCodes), ([, code]) => code))];
    seen.add(told.length > 0 ? 'failed calls that were told' : 'failed calls that were mended without a word');
    seen.add(`${what} ${one.fate}: ${told.length > 0 ? told.join(' ') : 'mended'}`);
  }
};

/** What a life without faults calls. */
const watchedCounts = async (village: FireVillage, shooting: Shooting) => {
  const log = join(village.runDir, 'strace.log');
  const audio = await pushedAudio(village, 1);
  const under = injection(null, pathsOf(village, audio.sha256), log);
  const life = village.begin({ under, environment: { UV_THREADPOOL_SIZE: '1' } });
  if ((await life.ready) === null) throw new Error(`the box does not start under strace: ${life.said()}`);
  await work(shooting, life, audio);
  await endLife(shooting, life, 'stop');
  return countCalls(log);
};

const underFaults = async (run: FireRun, seen: Tally, part: PartOfCases): Promise<readonly FireBreach[]> => {
  const broken: FireBreach[] = [];
  const village = await startFireVillage();
  const livesBefore = seen.counts[withoutMemory] ?? 0;
  try {
    const scene: Scene = { village, dice: diceOf(run.seed), promised: { locals: [], alerts: [] } };
    const shooting: Shooting = { run, scene, seen, broken, where: 'watched', before: null };
    for (const [index, one] of (await part(village, shooting)).entries()) {
      shooting.where = `seed ${run.seed}, ${nameOf(one)}`;
      await liveUnder(shooting, one, run.seed + 2 + index);
      seen.add('faults');
    }
    shooting.where = `seed ${run.seed}, the end of it`;
    await endWell(shooting);
  } finally {
    await village.close();
  }
  const mayShowNone = (seen.counts[withoutMemory] ?? 0) > livesBefore;
  return broken.filter(({ what }) => !(mayShowNone && what.startsWith('centre-journal-none')));
};

type PartOfCases = (village: FireVillage, shooting: Shooting) => Promise<readonly StepCase[]>;

/** Every durable step fails, or is the last thing the process does. */
export const steps: Section = {
  name: 'steps',
  title: { zh: '每一步落盘都出错', en: 'every durable step fails' },
  needs: [{ debian: 'strace', binary: 'strace' }],
  usualCount: 240,
  run: async (run) => {
    const seen = tally();
    const broken: FireBreach[] = [];
    let cases: readonly StepCase[] = [];
    const first: PartOfCases = async (village, shooting) => {
      cases = spread(await watchedCounts(village, shooting), run.count);
      return cases.slice(0, casesEach);
    };
    broken.push(...(await underFaults(run, seen, first)));
    for (let from = casesEach; from < cases.length; from += casesEach) {
      broken.push(
        ...(await underFaults({ ...run, seed: run.seed + from }, seen, () =>
          Promise.resolve(cases.slice(from, from + casesEach)),
        )),
      );
      run.say(`${Math.min(from + casesEach, cases.length)} faults of ${cases.length}, ${broken.length} broken`);
    }
    return { cases: cases.length, counts: countsOf(seen), broken };
  },
};
