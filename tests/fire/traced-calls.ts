import { readFileSync } from 'node:fs';

/** The calls by which the box makes something durable, or opens it. */
export const durableCalls = [
  ...(['openat', 'pwrite64', 'fdatasync', 'fsync', 'rename', 'unlink', 'ftruncate', 'link', 'mkdir'] as const),
] as const;
export type DurableCall = (typeof durableCalls)[number];

/** What happens to the n-th of them: an errno, or the end of the process while the call is under way. */
export const fates = ['EIO', 'ENOSPC', 'EINTR', 'SIGKILL'] as const;
export type Fate = (typeof fates)[number];

/** Fates that a call can really meet. */
const fateOf: Readonly<Record<DurableCall, readonly Fate[]>> = {
  openat: ['EIO', 'ENOSPC', 'SIGKILL'],
  pwrite64: ['EIO', 'ENOSPC', 'EINTR', 'SIGKILL'],
  fdatasync: ['EIO', 'ENOSPC', 'EINTR', 'SIGKILL'],
  fsync: ['EIO', 'SIGKILL'],
  rename: ['EIO', 'ENOSPC', 'SIGKILL'],
  unlink: ['EIO', 'SIGKILL'],
  ftruncate: ['EIO', 'SIGKILL'],
  link: ['EIO', 'SIGKILL'],
  mkdir: ['EIO', 'ENOSPC', 'SIGKILL'],
};

/** One case: the n-th call of a kind meets its fate; `on`: and so do all after it. */
export interface StepCase {
  readonly call: DurableCall;
  readonly fate: Fate;
  readonly nth: number;
  readonly on: boolean;
}

export const nameOf = ({ call, fate, nth, on }: StepCase): string =>
  `${call} ${nth}${on ? ' and all after' : ''} ${fate}`;

/** Options of strace that bring the case about, for the files of one state folder. */
export const injection = (one: StepCase | null, paths: readonly string[], log: string): readonly string[] => {
  const how = one === null ? '' : one.fate === 'SIGKILL' ? 'signal=KILL' : `error=${one.fate}`;
  const inject = one === null ? [] : ['-e', `inject=${one.call}:${how}:when=${one.nth}${one.on ? '+' : ''}`];
  const only = paths.flatMap((path) => ['-P', path]);
  return ['strace', '-D', '-f', '-qq', '-y', '-o', log, ...only, '-e', `trace=${durableCalls.join(',')}`, ...inject];
};

/** How often each call was made in a run that was only watched. */
export const countCalls = (log: string): Readonly<Record<DurableCall, number>> => {
  const lines = readFileSync(log, 'utf8').split('\n');
  const count = (call: DurableCall): number => lines.filter((line) => line.includes(` ${call}(`)).length;
  return Object.fromEntries(durableCalls.map((call) => [call, count(call)])) as Record<DurableCall, number>;
};

/** The call that met its fate, without what differs from run to run; null when it never came. */
export const struck = (log: string, { call, fate }: StepCase): string | null => {
  const lines = readFileSync(log, 'utf8').split('\n');
  // A process that is killed within a call leaves it unfinished: it is the last of its kind.
  const line =
    fate === 'SIGKILL'
      ? lines.findLast((one) => one.includes(` ${call}(`))
      : lines.find((one) => one.includes('(INJECTED)') || one.includes('INJECTED'));
  if (line === undefined) return null;
  const path = /\/state\/([^">]+)/.exec(line)?.[1] ?? '?';
  return `${call} ${path.replace(/[0-9a-f]{16,}/, 'HASH').replaceAll(/\d+/g, 'N')}`;
};

/** No kernel interrupts a call for ever, and who is interrupted begins anew for as long as it is. */
const mayLast = (fate: Fate): boolean => fate !== 'SIGKILL' && fate !== 'EINTR';

/** Every fate of every call that is made, spread over its calls, `most` in all. */
export const spread = (counts: Readonly<Record<DurableCall, number>>, most: number): readonly StepCase[] => {
  const kinds = durableCalls.flatMap((call) =>
    counts[call] === 0 ? [] : fateOf[call].map((fate) => ({ call, fate, made: counts[call] })),
  );
  const cases: StepCase[] = [];
  const each = Math.max(1, Math.ceil(most / Math.max(1, kinds.length)));
  for (let turn = 0; turn < each; turn += 1)
    for (const { call, fate, made } of kinds) {
      // The first calls are those of the start, where the most is at stake; then evenly over the rest.
      const nth = turn < 2 ? 1 + turn : 1 + Math.floor(((turn - 1) * made) / each);
      const on = mayLast(fate) && turn % 3 === 2;
      if (nth <= made && !cases.some((one) => one.call === call && one.fate === fate && one.nth === nth))
        cases.push({ call, fate, nth, on });
    }
  return cases.slice(0, most);
};
