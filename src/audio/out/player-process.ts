import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';

/** A player or recorder of the machine, as this room needs it; simulated in tests of its supervision. */
export interface PlayerProcess {
  /** False once more waits than the system takes at once. */
  readonly write: (bytes: Uint8Array) => boolean;
  /** Bytes that the system has not taken yet. */
  readonly waiting: () => number;
  readonly onOutput: (take: (bytes: Uint8Array) => void) => void;
  readonly onWords: (take: (text: string) => void) => void;
  readonly onExit: (gone: (how: string) => void) => void;
  readonly kill: () => void;
  readonly pid: number | undefined;
}

export type StartPlayer = (command: string, args: readonly string[]) => PlayerProcess;

/** One that was never there; `onExit` tells why. It has no pipes to speak of: out of open files Node gives it none. */
const notStarted = (onExit: PlayerProcess['onExit']): PlayerProcess => {
  const nothing = (): void => undefined;
  return {
    write: () => false,
    waiting: () => 0,
    onOutput: nothing,
    onWords: nothing,
    onExit,
    kill: nothing,
    pid: undefined,
  };
};

/** Short of memory the system starts none, and Node throws: the message, told a moment later like every other end. */
const started = (command: string, args: readonly string[]): ChildProcessWithoutNullStreams | string => {
  try {
    const env = { ...process.env, LC_ALL: 'C', LANGUAGE: 'C' };
    return spawn(command, [...args], { stdio: ['pipe', 'pipe', 'pipe'], env });
  } catch (error) {
    return error instanceof Error ? error.message : 'not started';
  }
};

/** Starts the program itself, without a shell; its words are English, so that they can be read. */
export const spawnPlayer: StartPlayer = (command, args) => {
  const child = started(command, args);
  if (typeof child === 'string') return notStarted((gone) => void setImmediate(gone, child));
  if (child.pid === undefined) return notStarted((gone) => void child.once('error', ({ message }) => gone(message)));
  // A player that has just died is told by its exit; the write that hit it says nothing more.
  child.stdin.on('error', () => child.stdin.destroy());
  return {
    write: (bytes) => child.stdin.writable && child.stdin.write(bytes),
    waiting: () => child.stdin.writableLength,
    onOutput: (take) => child.stdout.on('data', take),
    onWords: (take) => child.stderr.on('data', (chunk: Buffer) => take(chunk.toString('utf8'))),
    onExit: (gone) => {
      child.once('error', (error) => gone(error.message));
      child.once('exit', (code, signal) => gone(signal ?? `exit ${String(code)}`));
    },
    kill: () => child.kill('SIGKILL'),
    pid: child.pid,
  };
};
