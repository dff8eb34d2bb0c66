import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { diceOf } from '../simulate/dice.ts';
import { within } from '../support/waiting.ts';
import type { Scene } from './acts.ts';
import { startFireVillage, type FireVillage } from './fire-village.ts';
import type { Life } from './life.ts';
import { smallSite } from './small-site.ts';
import { tally, type FireBreach, type FireRun, type Section } from './section.ts';
import { broke, countsOf, endLife, endWell, isConnected, judgeReady, type Shooting } from './shooting.ts';

/** A file system of this size holds two segments of the journal and little else. */
const size = '12m';
const heardWithinMs = 15_000;
const toldWithinMs = 30_000;
/** The disk has room again: the journal's next try may be half a minute away, and the machine busy. */
const backWithinMs = 90_000;

const warning = { status: 'actual', class: 'emergency', event: '11D02', severity: 'red', stage: 'now' } as const;

const run = (command: string, ...args: string[]): boolean => spawnSync(command, args).status === 0;

/** A small file system of its own below the state folder; null where mounting is not allowed. */
const mountSmall = (dir: string): (() => void) | null => {
  mkdirSync(dir, { recursive: true });
  if (!run('mount', '-t', 'tmpfs', '-o', `size=${size},mode=700`, 'none', dir)) return null;
  return () => void run('umount', '-l', dir);
};

const filler = ({ stateDir }: FireVillage): string => join(stateDir, 'filler');

/** Takes all the room that is left. */
const fill = (village: FireVillage): void => {
  const { bavail, bsize } = statfsSync(village.stateDir);
  writeFileSync(filler(village), Buffer.alloc(bavail * bsize));
};

const sounds = ({ site, world }: FireVillage): boolean =>
  site.terminals.some(({ id }) => world.core.timeline.of(id).at(-1)?.toMs === null);

const issue = async ({ centre, site }: FireVillage): Promise<string> => {
  const zones = site.zones.map(({ id }) => id);
  const sent = await centre.issue({ ...warning, zones, headline: '预警', text: '请立即转移。' });
  return sent.ok ? sent.value.id : '';
};

const isAnswered = ({ taken }: FireVillage, order: string): boolean =>
  taken.some(({ receipt }) => receipt.trace === order);

/** The warning sounds; `answered`: and its order is acknowledged, or else is not. */
const warn = async (shooting: Shooting, life: Life, answered: boolean): Promise<string> => {
  const { village } = shooting.scene;
  const order = await issue(village);
  if (!(await within(heardWithinMs, () => sounds(village))))
    broke(shooting, 'I8', `the warning is not heard: ${life.said().slice(-400)}`);
  if (answered && !(await within(backWithinMs, () => isAnswered(village, order))))
    broke(shooting, '1', `the order is not acknowledged though the disk has room: ${life.said().slice(-400)}`);
  if (life.end() !== null) broke(shooting, '11', `it ended by itself (${String(life.end())})`);
  return order;
};

const quiet = async ({ village }: Scene): Promise<void> => {
  await village.centre.stop(null);
  await within(heardWithinMs, () => !sounds(village));
};

interface Scenario {
  readonly name: string;
  /** What the centre rightly remarks: a box without its memory counts from nothing again, and says `memory-lost`. */
  readonly remarked?: readonly string[];
  readonly play: (shooting: Shooting) => Promise<void>;
}

const begin = async (shooting: Shooting): Promise<Life> => {
  const { village } = shooting.scene;
  const life = village.begin();
  judgeReady(shooting, await life.ready, life);
  await within(heardWithinMs, () => isConnected(village));
  return life;
};

/** Full while it runs: the journal has its files already and goes on; what needs new room says so. */
const fullAtWork: Scenario = {
  name: 'full while it runs',
  play: async (shooting) => {
    const life = await begin(shooting);
    await warn(shooting, life, true);
    fill(shooting.scene.village);
    await warn(shooting, life, true);
    await quiet(shooting.scene);
    await endLife(shooting, life, 'stop');
    // What it said last may still be in the pipe when it has ended.
    if (!(await within(toldWithinMs, () => /disk-full/.test(life.said()))))
      broke(shooting, '11', 'a full disk was not told');
    rmSync(filler(shooting.scene.village));
  },
};

/** Full before the very first start: nothing can be kept. It sounds, says so, and acknowledges when there is room. */
const fullAtFirst: Scenario = {
  name: 'full before the first start',
  play: async (shooting) => {
    const { village } = shooting.scene;
    fill(village);
    const life = await begin(shooting);
    const order = await warn(shooting, life, false);
    if (isAnswered(village, order)) broke(shooting, '1', 'acknowledged, and nothing could be kept');
    if (!(await within(toldWithinMs, () => /undurable|memory-lost|disk-full/.test(life.said()))))
      broke(shooting, '11', 'a full disk was not told');
    await quiet(shooting.scene);
    rmSync(filler(village));
    await warn(shooting, life, true);
    await quiet(shooting.scene);
    await endLife(shooting, life, 'stop');
  },
};

/** Read-only after a fault, as a kernel makes it, and the box is started on it: nothing can be kept, and it sounds. */
const readOnly: Scenario = {
  name: 'read-only at a start',
  remarked: ['centre-journal-none'],
  play: async (shooting) => {
    const { village } = shooting.scene;
    await endLife(shooting, await begin(shooting), 'stop');
    run('mount', '-o', 'remount,ro', village.stateDir);
    const life = await begin(shooting);
    // A box that cannot remember takes no order from afar; its keys, sensors and lines work.
    const isTold = (): boolean => /undurable|memory-lost|disk-failed/.test(life.said());
    if (!(await within(toldWithinMs, isTold))) broke(shooting, '11', 'a read-only disk was not told');
    await life.kill();
    run('mount', '-o', 'remount,rw', village.stateDir);
  },
};

const scenarios: readonly Scenario[] = [fullAtFirst, fullAtWork, readOnly];

const play = async (
  fire: FireRun,
  scenario: Scenario,
  seen: ReturnType<typeof tally>,
): Promise<readonly FireBreach[]> => {
  const broken: FireBreach[] = [];
  const mounted: (() => void)[] = [];
  const village = await startFireVillage({
    configDir: smallSite(),
    beforeRemoval: () => mounted.forEach((end) => end()),
  });
  rmSync(village.stateDir, { recursive: true, force: true });
  const unmount = mountSmall(village.stateDir);
  if (unmount !== null) mounted.push(unmount);
  try {
    const scene: Scene = { village, dice: diceOf(fire.seed), promised: { locals: [], alerts: [] } };
    const shooting: Shooting = { run: fire, scene, seen, broken, where: scenario.name, before: null };
    if (unmount === null) {
      seen.add('not played: mounting a small file system needs root');
      return [];
    }
    await scenario.play(shooting);
    await endWell(shooting);
    seen.add(scenario.name);
  } finally {
    await village.close();
  }
  const { remarked = [] } = scenario;
  return broken.filter(({ what }) => !remarked.some((code) => what.startsWith(code)));
};

/** A small file system that is full or read-only. */
export const disk: Section = {
  name: 'disk',
  title: { zh: '小磁盘写满或只读', en: 'a small disk, full or read-only' },
  needs: [],
  usualCount: scenarios.length,
  run: async (fire) => {
    const seen = tally();
    const broken: FireBreach[] = [];
    for (const scenario of scenarios.slice(0, fire.count)) broken.push(...(await play(fire, scenario, seen)));
    return { counts: countsOf(seen), broken };
  },
};
