import { rmSync } from 'node:fs';
import type { Scene } from '../fire/acts.ts';
import type { LoopDisk } from '../bench/loop-disk.ts';
import { startFireVillage } from '../fire/fire-village.ts';
import { tally, type FireBreach } from '../fire/section.ts';
import { broke, countsOf, endLife, endWell, isConnected, judgeReady, type Shooting } from '../fire/shooting.ts';
import { diceOf } from '../simulate/dice.ts';
import { pause, within } from '../support/waiting.ts';
import { busySite } from './busy-site.ts';
import { keptInTree } from './collected.ts';
import { isOver, limitsOf, shortestForRiseMs, type Limit } from './limits.ts';
import { keepBusy } from './load.ts';
import { createSampler, type Sample } from './sample.ts';

export interface SoakOptions {
  readonly seed: number;
  readonly minutes: number;
  /** So many times its ordinary load: polls, orders, page loads, log-ins, broken links. */
  readonly times: number;
  readonly lookEveryMs: number;
  /** A disk for its state alone, so that what reaches it can be counted. */
  readonly disk: LoopDisk | null;
  readonly readyMaxMs: number;
  readonly say: (text: string) => void;
  /** Ends it before its time: it fails, and its box and its load end with it. */
  readonly cut?: AbortSignal;
}

export interface SoakResult {
  readonly samples: readonly Sample[];
  readonly limits: readonly Limit[];
  readonly counts: Readonly<Record<string, number>>;
  readonly broken: readonly FireBreach[];
}

const connectedWithinMs = 20_000;
const tellEveryMs = 60_000;
/** When it is seen what the processes keep, by the share of the run that has passed: the first half warms them up. */
const collectedAt = [0.5, 0.6, 0.7, 0.8, 0.9, 0.99] as const;

const brief = (value: number): string => value.toFixed(value < 10 ? 2 : 0);

const told = (sample: Sample): string =>
  [
    `${brief(sample.atMs / 60_000)} min: main ${brief(sample.mainRssMb)} MB, all ${brief(sample.treePssMb)} MB PSS`,
    `descriptors ${sample.mainDescriptors}/${sample.treeDescriptors}, processes ${sample.processes}`,
    `written ${sample.writtenBytes === null ? '?' : brief(sample.writtenBytes / 2 ** 20)} MB, state ${brief(sample.stateBytes / 2 ** 20)} MB`,
  ].join(', ');

/** Looks at the box again and again while it is kept busy, until the time is over or it ended by itself. */
const lookOn = async (
  shooting: Shooting,
  pid: number,
  { minutes, lookEveryMs, disk, say, cut }: SoakOptions,
): Promise<Sample[]> => {
  const look = createSampler(pid, shooting.scene.village.stateDir, disk);
  const samples = [look()];
  const lengthMs = minutes * 60_000;
  const overAt = performance.now() + lengthMs;
  const collectAt =
    minutes < shortestForRiseMs / 60_000 ? [] : collectedAt.map((share) => overAt - (1 - share) * lengthMs);
  let tellAt = performance.now();
  while (performance.now() < overAt) {
    await pause(Math.min(lookEveryMs, Math.max(0, overAt - performance.now())), cut);
    const sample = look();
    // A process that has ended has no memory: the last look at it says nothing.
    if (sample.mainRssMb === 0) break;
    const collects = performance.now() >= (collectAt[0] ?? Infinity);
    samples.push(collects ? { ...sample, keptMb: await keptInTree(pid) } : sample);
    if (collects) collectAt.shift();
    if (performance.now() < tellAt) continue;
    tellAt += tellEveryMs;
    say(`   ${told(sample)}`);
  }
  return samples;
};

/** One life of the whole example village's box under many times its ordinary load. */
export const soak = async (options: SoakOptions): Promise<SoakResult> => {
  const { seed, times, disk, readyMaxMs, say } = options;
  const [seen, broken]: [ReturnType<typeof tally>, FireBreach[]] = [tally(), []];
  const configDir = busySite(times);
  const village = await startFireVillage({ configDir, ...(disk === null ? {} : { stateOn: disk.dir }) });
  try {
    const scene: Scene = { village, dice: diceOf(seed), promised: { locals: [], alerts: [] } };
    const run = { seed, count: 1, readyMaxMs, say };
    const shooting: Shooting = { run, scene, seen, broken, where: `seed ${seed}`, before: null };
    const life = village.begin();
    judgeReady(shooting, await life.ready, life);
    await within(connectedWithinMs, () => isConnected(village));
    const rest = keepBusy(scene, times, seen);
    const samples = await lookOn(shooting, life.pid, options).finally(rest);
    const takenThen = village.taken.length;
    if (life.end() !== null)
      broke(shooting, '11', `it ended by itself (${String(life.end())}): ${life.said().slice(-600)}`);
    await endLife(shooting, life, 'stop');
    await endWell(shooting);
    const edges = village.taken.slice(0, takenThen).filter(({ receipt }) => receipt.body.stage === 'health').length;
    seen.add('units lost or back', edges);
    const limits = limitsOf({ samples, times, edges });
    for (const { name, value, most } of limits.filter(isOver))
      broke(shooting, '9', `${name}: ${brief(value)}, and ${most} is the bound`);
    return { samples, limits, counts: countsOf(seen), broken };
  } finally {
    await village.close();
    rmSync(configDir, { recursive: true, force: true });
  }
};
