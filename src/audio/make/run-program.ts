import { spawn, type ChildProcess } from 'node:child_process';

/** What a program wrote, or why that came to nothing. */
export type ProgramEnd = { readonly output: Uint8Array } | { readonly why: string };

export interface ProgramRun {
  readonly command: readonly string[];
  readonly input: string;
  readonly timeLimitMs: number;
  readonly mostBytes: number;
}

/** Its whole family: a script that has started others leaves none of them behind. */
const killAll = (child: ChildProcess): void => {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // The group is gone already.
    child.kill('SIGKILL');
  }
};

const started = ([file = '', ...rest]: readonly string[]) =>
  spawn(file, rest, {
    detached: true,
    stdio: ['pipe', 'pipe', 'ignore'],
    env: { PATH: process.env['PATH'] ?? '', LANG: 'C.UTF-8' },
  });

const reasonOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : 'not started';

/** Runs a program without a shell: text in, bytes out, bounded in time and size. Never rejects. */
export const runProgram = (program: ProgramRun): Promise<ProgramEnd> =>
  // Short of memory the system starts none, and Node throws.
  run(program).catch((error: unknown) => ({ why: reasonOf(error) }));

const run = ({ command, input, timeLimitMs, mostBytes }: ProgramRun): Promise<ProgramEnd> =>
  new Promise((resolve) => {
    const child = started(command);
    const parts: Buffer[] = [];
    let bytes = 0;
    const finish = (end: ProgramEnd): void => {
      clearTimeout(deadline);
      killAll(child);
      resolve(end);
    };
    const deadline = setTimeout(() => finish({ why: `no answer in ${timeLimitMs} ms` }), timeLimitMs);
    child.once('error', (error) => finish({ why: 'code' in error ? String(error.code) : error.message }));
    // Out of open files it has no pipes either, and its error is told a moment later.
    if (child.pid === undefined) return;
    child.stdout.on('data', (part: Buffer) => {
      bytes += part.length;
      if (bytes > mostBytes) finish({ why: `more than ${mostBytes} bytes` });
      else parts.push(part);
    });
    child.once('close', (code, signal) => {
      if (code === 0) finish({ output: Buffer.concat(parts) });
      else finish({ why: signal === null ? `exit ${code ?? -1}` : signal });
    });
    // A program that does not read its input ends with its own words; the broken pipe is not news.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
  });
