import { spawnSync } from 'node:child_process';
import { isRunning } from '../support/processes.ts';
import { pause } from '../support/waiting.ts';

export interface Names {
  readonly centre: string;
  readonly box: string;
}

/** The two namespaces of the run with this process id. */
export const namesFor = (pid: number): Names => ({ centre: `mlc-${pid}`, box: `mlb-${pid}` });

const ip = (...args: readonly string[]): string => {
  const { status, stdout, stderr } = spawnSync('ip', args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`ip ${args.join(' ')}: ${stderr.trim()}`);
  return stdout;
};

const lines = (text: string): readonly string[] => text.split('\n').filter((line) => line !== '');

/** Makes it, with a loopback of its own that is up. Throws where there is no root. */
export const addNamespace = (name: string): void => {
  ip('netns', 'add', name);
  ip('netns', 'exec', name, 'ip', 'link', 'set', 'lo', 'up');
};

const allNames = (): readonly string[] => lines(ip('netns', 'list')).map((line) => line.split(' ')[0] ?? '');

const pidsIn = (name: string): readonly number[] => lines(ip('netns', 'pids', name)).map(Number);

const graceMs = 5_000;

const signal = (pid: number, how: NodeJS.Signals): void => {
  try {
    process.kill(pid, how);
  } catch (error) {
    // It has ended between the look and the word.
    if (!(error instanceof Error)) throw error;
  }
};

/** Ends what still runs in it, kindly first, and deletes it; nothing where there is none. */
export const removeNamespace = async (name: string): Promise<void> => {
  if (!allNames().includes(name)) return;
  for (const pid of pidsIn(name)) signal(pid, 'SIGTERM');
  const patientUntil = performance.now() + graceMs;
  while (pidsIn(name).some(isRunning) && performance.now() < patientUntil) await pause(50);
  for (const pid of pidsIn(name)) signal(pid, 'SIGKILL');
  ip('netns', 'del', name);
};

/** Of these namespaces and folders those whose run is dead: nobody will ever delete them. */
export const leftBehind = (names: readonly string[], isAlive: (pid: number) => boolean): readonly string[] =>
  names.filter((name) => {
    const [, ofNamespace, ofFolder] = /^(?:ml[cb]-(\d+)|mingluo-bad-net-(\d+)-\w+)$/.exec(name) ?? [];
    const pid = ofNamespace ?? ofFolder;
    return pid !== undefined && !isAlive(Number(pid));
  });

/** Removes what runs that were killed have left; tells their names. */
export const sweepNamespaces = async (): Promise<readonly string[]> => {
  const left = leftBehind(allNames(), isRunning);
  for (const name of left) await removeNamespace(name);
  return left;
};
