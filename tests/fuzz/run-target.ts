import { readdirSync } from 'node:fs';
import { diceOf } from '../simulate/dice.ts';
import { heldNow } from './held-now.ts';
import type { Aim, Target, Verdict } from './target.ts';
import { threadTime } from './thread-time.ts';
import { watchWaysOut, type WaysOut } from './ways-out.ts';

export const limits = {
  /** Longest time of processor for one input. */
  hangMs: 100,
  grownBytes: 64 * 1024 * 1024,
  /** After so many faults a run ends: they are of one kind. */
  faults: 10,
} as const;

export interface Fault {
  readonly seed: number;
  readonly what: string;
  readonly input: string;
}

export interface RunResult {
  readonly target: string;
  readonly fromSeed: number;
  readonly toSeed: number;
  readonly count: number;
  readonly faults: readonly Fault[];
  readonly worstMs: number;
  readonly worstSeed: number;
  readonly grownMb: number;
  readonly ms: number;
  /** What the whole run has cost, the making of its inputs and a process of its own included. */
  readonly cpuMs: number;
}

export interface RunOptions {
  /** Seed of the first input; the next has the next one. */
  readonly seed: number;
  readonly count: number;
  readonly progress?: (done: number) => void;
}

const heldHere = (): number => {
  const { heapUsed, external } = heldNow();
  return heapUsed + external;
};

/** Of all threads of this process: collector and compiler, too. */
const cpuOfProcess = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
};

const descriptors = (): number => readdirSync('/proc/self/fd').length;

const wordsOf = (error: unknown): string =>
  error instanceof Error ? (error.stack ?? error.message).split('\n').slice(0, 6).join(' | ') : String(error);

interface Outcome {
  readonly verdict: Verdict;
  readonly ms: number;
  readonly show: () => string;
}

/** What one input is measured and watched with. */
interface Watch {
  readonly aim: Aim;
  /** Ms of processor of the thread at work, so that no other program can make an input look slow. */
  readonly cpu: () => number;
  readonly ways: WaysOut | null;
}

/** Begins to measure; what it returns tells for how long the input held the processor. */
const stopwatch = ({ aim, cpu }: Watch): (() => number) => {
  aim.longestMs?.();
  const at = cpu();
  return () => aim.longestMs?.() ?? cpu() - at;
};

/** Takes one input, measured; whatever is thrown is a fault. */
const takeOne = async (watch: Watch, seed: number): Promise<Outcome> => {
  const { aim, ways } = watch;
  const shot = aim.shot(diceOf(seed));
  const { show } = shot;
  const took = stopwatch(watch);
  try {
    ways?.watch(true);
    const given = shot.take();
    const verdict = given instanceof Promise ? await given : given;
    ways?.watch(false);
    return { verdict, ms: took(), show };
  } catch (error) {
    ways?.watch(false);
    return { verdict: `thrown: ${wordsOf(error)}`, ms: took(), show };
  }
};

/** An input that took long is taken again: a pause of the collector or the compiler does not come back with it; a hang does. */
const leastOf = async (watch: Watch, seed: number, first: number): Promise<number> => {
  let least = first;
  for (let times = 0; times < 3 && least > limits.hangMs; times += 1)
    least = Math.min(least, (await takeOne({ ...watch, ways: null }, seed)).ms);
  return least;
};

/** Memory is compared with what is held once code is compiled and tables are made. */
const growthWatch = (aim: Aim, count: number) => {
  const held = aim.heldBytes ?? heldHere;
  const from = Math.min(2_000, Math.floor(count / 4));
  const every = Math.max(1_000, Math.floor(count / 20));
  let before: number | null = null;
  let grown = 0;
  return {
    look: (index: number): void => {
      if (before === null && index >= from) before = held();
      else if (before !== null && (index % every === 0 || index === count)) grown = Math.max(grown, held() - before);
    },
    grown: (): number => grown,
  };
};

/** What may only be said of the whole run. */
const atTheEnd = async (aim: Aim, grown: number, opened: number, ways: WaysOut | null): Promise<readonly string[]> => {
  const end = (await aim.end?.()) ?? null;
  return [
    ...(end === null ? [] : [end]),
    ...(grown > limits.grownBytes ? [`holds ${Math.round(grown / 1e6)} MB more than at its beginning`] : []),
    ...(opened > 0 ? [`${opened} more descriptors are open than before`] : []),
    ...(ways?.taken() ?? []).map((name) => `a file, socket or process was touched: ${name}`),
  ];
};

/** Gives one target its inputs, one after the other, and says what was wrong with which. */
export const runTarget = async (target: Target, { seed, count, progress }: RunOptions): Promise<RunResult> => {
  const thread = threadTime();
  const aim = await target.prepare();
  const cpu = aim.cpuMs ?? thread.ms;
  const watch: Watch = { aim, cpu, ways: target.apart === true ? null : watchWaysOut() };
  const cost = (): number => cpuOfProcess() + (aim.cpuMs?.() ?? 0);
  const faults: Fault[] = [];
  const [startedAt, costBefore, openBefore] = [performance.now(), cost(), descriptors()];
  const growth = growthWatch(aim, count);
  let [worstMs, worstSeed, done, cpuMs] = [0, seed, 0, 0];
  try {
    for (; done < count && faults.length < limits.faults; done += 1) {
      const here = seed + done;
      const { verdict, ms, show } = await takeOne(watch, here);
      const least = ms > limits.hangMs ? await leastOf(watch, here, ms) : ms;
      if (least > worstMs) [worstMs, worstSeed] = [least, here];
      if (verdict !== null) faults.push({ seed: here, what: verdict, input: show() });
      if (least > limits.hangMs) faults.push({ seed: here, what: `took ${Math.round(least)} ms`, input: show() });
      growth.look(done + 1);
      if (done % 10_000 === 9_999) progress?.(done + 1);
    }
    cpuMs = Math.round(cost() - costBefore);
    const opened = target.apart === true ? 0 : descriptors() - openBefore;
    for (const what of await atTheEnd(aim, growth.grown(), opened, watch.ways)) faults.push({ seed, what, input: '' });
  } finally {
    watch.ways?.end();
    await aim.close?.();
    thread.close();
  }
  const grownMb = Math.round(growth.grown() / 1e5) / 10;
  const ms = Math.round(performance.now() - startedAt);
  const span = { fromSeed: seed, toSeed: seed + done - 1, count: done };
  return {
    target: target.name,
    ...span,
    faults,
    worstMs: Math.round(worstMs * 10) / 10,
    worstSeed,
    grownMb,
    ms,
    cpuMs,
  };
};
