import type { LoadedSite } from '../../src/config/load-site.ts';
import type { Receipt } from '../../src/core/receipt.ts';
import { aftermath } from './aftermath.ts';
import { startAnew } from './box-faults.ts';
import type { Breach, Checker, Scene } from './checker.ts';
import { checkers as allCheckers } from './checkers.ts';
import { diceOf } from './dice.ts';
import { copyCheckpoint } from './disk-hurts.ts';
import { happenings } from './happenings.ts';
import { newHistory } from './history.ts';
import { simVillage, type SimVillage } from './sim-village.ts';
import type { Happening, Stage } from './stage.ts';

export interface RunOptions {
  readonly seed: number;
  readonly hours: number;
  readonly loaded: LoadedSite;
  readonly log?: (line: string) => void;
  /** Only this promise is looked at: what finds a planted mistake must be the checker it was planted for. */
  readonly only?: string;
}

export interface RunResult {
  readonly seed: number;
  /** Null when every promise held. */
  readonly breach: (Breach & { readonly atMs: number; readonly timeline: readonly string[] }) | null;
  /** How far it came. */
  readonly simulatedMs: number;
  /** SHA-256 over everything that happened. */
  readonly trace: string;
  readonly counts: ReadonlyMap<string, number>;
  /** Receipts by stage: what the village did. */
  readonly stages: ReadonlyMap<string, number>;
}

const hourMs = 3_600_000;
/** At the end of each run the faults are taken back and the village is given this long to get well. */
const calmMs = 6 * 60_000;
const lookEveryMs = 250;
/** How often the disk is looked into, and a copy of the checkpoint is taken. */
const probeEveryMs = 10 * 60_000;

/** Draws the instants of one kind of happening over the run. */
const schedule = (stage: Stage, happening: Happening, until: number): void => {
  const { village, history, dice } = stage;
  const own: Stage = { ...stage, dice: dice.stream(happening.name) };
  const next = (): void => {
    const at = village.time.now() + own.dice.waitMs(happening.perHour);
    if (at > until) return;
    village.time.at(at, () => {
      history.counts.set(happening.name, (history.counts.get(happening.name) ?? 0) + 1);
      village.note(`* ${happening.name}`);
      happening.act(own);
      next();
    });
  };
  next();
};

const stagesOf = (released: readonly Receipt[]): ReadonlyMap<string, number> => {
  const stages = new Map<string, number>();
  for (const { body } of released) {
    const name =
      body.stage === 'terminal' ? body.verdict : body.stage === 'refused' ? `refused ${body.code}` : body.stage;
    stages.set(name, (stages.get(name) ?? 0) + 1);
  }
  return stages;
};

type Judge = (promise: string, what: string | null) => void;

/** When each checker is asked. */
const checksOf = (scene: Scene, checkers: readonly Checker[], judge: Judge) => {
  const { village, history } = scene;
  let seen: unknown = null;
  let starts = 0;
  return {
    receipt: (receipt: Receipt): void => {
      for (const checker of checkers) judge(checker.promise, checker.receipt?.(scene, receipt) ?? null);
    },
    step: (): void => {
      const durable = village.life()?.box.tied.loop.village().durable;
      if (durable === undefined || durable === seen) return;
      seen = durable;
      for (const checker of checkers) judge(checker.promise, checker.step?.(scene, durable) ?? null);
      if (history.starts.length === starts) return;
      starts = history.starts.length;
      for (const checker of checkers) judge(checker.promise, checker.started?.(scene, durable) ?? null);
    },
    look: (): void => {
      const life = village.life();
      if (life?.remembers === true && life.box.tied.loop.isDurable()) history.recordedAt = village.time.now();
      for (const checker of checkers) judge(checker.promise, checker.look?.(scene) ?? null);
    },
    probe: async (): Promise<void> => {
      for (const checker of checkers) judge(checker.promise, (await checker.probe?.(scene)) ?? null);
    },
    end: (): void => {
      for (const checker of checkers) judge(checker.promise, checker.end?.(scene) ?? null);
    },
  };
};

/** For whoever puts an old one back later: of the checkpoint often, of the whole disk once. */
const keepCopies = (stage: Stage, wholeDisk: boolean): void => {
  copyCheckpoint(stage);
  if (wholeDisk) stage.history.oldDisk = stage.village.disk().afterPowerCut(1);
};

/** One run: the same seed gives the same trace, byte for byte. */
export const simulate = async ({ seed, hours, loaded, log, only }: RunOptions): Promise<RunResult> => {
  const dice = diceOf(seed);
  const history = newHistory();
  const checkers = allCheckers.filter(({ promise }) => only === undefined || promise === only);
  let lastFailure = '';
  let isOver = false;
  const breaches: NonNullable<RunResult['breach']>[] = [];
  const judge = (promise: string, what: string | null): void => {
    if (what === null || isOver || breaches.length > 0) return;
    breaches.push(timed({ promise, what }));
  };
  const timed = (breach: Breach) => ({ ...breach, atMs: village.time.now(), timeline: village.recent() });
  const latest = (): number => history.released.at(-1)?.number ?? 0;
  const takeReceipt = (receipt: Receipt): void => {
    village.note(`released ${JSON.stringify(receipt)}`);
    history.released.push(receipt);
    checks.receipt(receipt);
  };
  const village: SimVillage = simVillage({
    dice: dice.stream('village'),
    startWallMs: Date.UTC(2026, 10, 23, dice.whole(0, 23), dice.whole(0, 59)),
    loaded,
    onReceipt: takeReceipt,
    // What was durable when the box died and not yet released is the box's word like any other.
    onOwed: (owed) => owed.filter(({ number }) => number > latest()).forEach(takeReceipt),
    onMemoryBack: () => startAnew(stage),
    onFailure: ({ code }) => {
      if (code !== lastFailure) village.note(`failure ${code}`);
      lastFailure = code;
    },
    ...(log === undefined ? {} : { log }),
  });
  const scene: Scene = { village, history, memory: new Map() };
  const until = hours * hourMs;
  const faultsUntil = Math.max(0, until - calmMs);
  const stage: Stage = { village, history, dice: dice.stream('happenings'), faultsUntil };

  const copyAt = probeEveryMs * dice.stream('copy').whole(1, 4);
  const checks = checksOf(scene, checkers, judge);
  village.time.every(lookEveryMs, checks.look);
  await village.start();
  history.starts.push({ at: 0 });
  for (const happening of happenings) schedule(stage, happening, happening.fault ? faultsUntil : until - calmMs / 2);
  for (let at = 1_000; at <= until && breaches.length === 0; at += 1_000) {
    await village.time.runUntil(at, checks.step);
    if (at % probeEveryMs !== 0) continue;
    await checks.probe();
    keepCopies(stage, at === copyAt);
  }
  if (breaches.length === 0) checks.end();
  if (breaches.length === 0 && village.life() !== null) {
    isOver = true;
    const last = await aftermath({ ...stage, dice: dice.stream('aftermath') }, scene);
    if (last !== null && (only ?? last.promise) === last.promise) breaches.push(timed(last));
  }
  village.world.close();
  const breach = breaches[0] ?? null;
  const stages = stagesOf(history.released);
  return { seed, breach, trace: village.digest(), simulatedMs: village.time.now(), counts: history.counts, stages };
};
