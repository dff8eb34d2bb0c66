import { spawn } from 'node:child_process';

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

/** Starts the program itself, without a shell; its words are English, so that they can be read. */
export const spawnPlayer: StartPlayer = (command, args) => {
  const child = spawn(command, [...args], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, LC_ALL: 'C', LANGUAGE: 'C' },
  });
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
