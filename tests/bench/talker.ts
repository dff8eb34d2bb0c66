import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { createInterface } from 'node:readline';

const patienceMs = 120_000;

/** A child process that is spoken with line by line. */
export class Talker {
  readonly child: ChildProcessWithoutNullStreams;
  private readonly name: string;
  private readonly lines: string[] = [];
  private readonly asking: ((line: string | null) => void)[] = [];
  private complaint = '';
  private over = false;
  readonly ended: Promise<void>;

  constructor(command: string, args: readonly string[], env: NodeJS.ProcessEnv = process.env) {
    this.name = [command, ...args].join(' ').slice(0, 120);
    this.child = spawn(command, args, { env });
    this.child.stdin.on('error', () => undefined);
    this.child.stderr.on(
      'data',
      (chunk: Buffer) => (this.complaint = (this.complaint + chunk.toString()).slice(-2000)),
    );
    createInterface({ input: this.child.stdout }).on('line', (line) => {
      const asking = this.asking.shift();
      if (asking === undefined) this.lines.push(line);
      else asking(line);
    });
    this.ended = new Promise((resolve) => {
      const end = (): void => {
        this.over = true;
        for (const asking of this.asking.splice(0)) asking(null);
        resolve();
      };
      this.child.once('close', end);
      this.child.once('error', end);
    });
  }

  /** What it has said on its error output. */
  complaints(): string {
    return this.complaint;
  }

  /** Its next line. Throws when it ends or is silent for two minutes. */
  async line(): Promise<string> {
    const ready = this.lines.shift();
    if (ready !== undefined) return ready;
    const line = this.over ? null : await this.next();
    if (line === null) throw new Error(`${this.name} said nothing more: ${this.complaint}`);
    return line;
  }

  private next(): Promise<string | null> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(null), patienceMs);
      this.asking.push((line) => {
        clearTimeout(timer);
        resolve(line);
      });
    });
  }

  say(line: string): void {
    this.child.stdin.write(`${line}\n`);
  }

  /** Closes its input, and resolves to its last line. */
  async endInput(): Promise<string> {
    this.child.stdin.end();
    const last = await this.line();
    await this.close();
    return last;
  }

  /** Closes its input and waits for its end; what does not end is killed. */
  async close(): Promise<void> {
    this.child.stdin.end();
    const timer = setTimeout(() => this.child.kill('SIGKILL'), 5000);
    await this.ended;
    clearTimeout(timer);
  }
}
