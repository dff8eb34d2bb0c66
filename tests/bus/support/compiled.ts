import { spawn, spawnSync, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** Compiles a C program that stands beside this file; returns the path of the binary. */
export const compile = (source: string, libraries: readonly string[] = []): string => {
  const binary = join(mkdtempSync(join(tmpdir(), 'mingluo-c-')), source.replace(/\.c$/, ''));
  const path = fileURLToPath(new URL(source, import.meta.url));
  const { status, stderr } = spawnSync('gcc', ['-O2', '-Wall', '-o', binary, path, ...libraries], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`gcc ${source}: ${stderr}`);
  return binary;
};

/** A running helper that prints lines. */
export class Helper {
  private readonly child: ChildProcessWithoutNullStreams;
  private readonly lines: AsyncIterator<string>;

  constructor(binary: string, args: readonly string[]) {
    this.child = spawn(binary, args);
    this.lines = createInterface({ input: this.child.stdout })[Symbol.asyncIterator]();
  }

  async line(): Promise<string> {
    const next = await this.lines.next();
    if (next.done === true) throw new Error('the helper program ended early');
    return next.value;
  }

  /** Closes its input: it says its last line and ends. */
  endInput(): void {
    this.child.stdin.end();
  }

  kill(): void {
    this.child.kill('SIGKILL');
  }
}
