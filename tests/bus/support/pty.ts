import { closeSync, constants, openSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { ReadStream } from 'node:tty';

interface RawPty {
  readonly ptsName: string;
  readonly _master: ReadStream & { write(bytes: Uint8Array): boolean };
  readonly _slave: ReadStream;
}

const { open } = createRequire(import.meta.url)('@lydell/node-pty') as {
  open(options: { encoding: null; cols: number; rows: number }): RawPty;
};

/**
 * A pseudo terminal pair whose far side is played by the test. The library's own slave stream would steal bytes, so it
 * is closed at once; a plain descriptor keeps the pair alive until someone opens it. The library's `destroy` is never
 * called: on a pair without a process it signals process -1, which means everybody.
 */
export class TestPty {
  readonly path: string;
  private readonly raw: RawPty;
  private readonly keeper: number;
  private plugged = true;

  constructor(onBytes: (bytes: Uint8Array) => void) {
    this.raw = open({ encoding: null, cols: 80, rows: 24 });
    this.path = this.raw.ptsName;
    this.keeper = openSync(this.path, constants.O_RDWR | constants.O_NOCTTY);
    this.raw._slave.destroy();
    this.raw._master.on('data', (bytes: Buffer) => onBytes(bytes));
    this.raw._master.on('error', () => undefined);
  }

  write(bytes: Uint8Array): void {
    if (this.plugged) this.raw._master.write(bytes);
  }

  /** The cable is pulled: the path vanishes and the other side is hung up. */
  unplug(): void {
    if (!this.plugged) return;
    this.plugged = false;
    this.raw._master.destroy();
    closeSync(this.keeper);
  }
}
