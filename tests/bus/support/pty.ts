import { closeSync, constants, openSync } from 'node:fs';
import { createRequire } from 'node:module';
import { ReadStream } from 'node:tty';

interface FarSide extends ReadStream {
  write(bytes: Uint8Array): boolean;
}

const { open } = createRequire(import.meta.url)('@lydell/node-pty') as {
  open(options: { encoding: null; cols: number; rows: number }): { readonly ptsName: string };
};

/** The two streams of a pair, the far side first: the library keeps them under names that no type declares. */
const streamsOf = (pair: object): readonly [FarSide, ReadStream] => {
  const [far, near] = Object.values(pair).filter((value) => value instanceof ReadStream);
  if (far === undefined || near === undefined) throw new Error('node-pty has no streams where it had them');
  return [far, near];
};

/**
 * A pseudo terminal pair whose far side is played by the test. The library's own stream of the near side would take
 * bytes away, so it is closed at once; a plain descriptor keeps the pair alive until someone opens it. The library's
 * `destroy` is never called: on a pair without a process it signals process -1, which means everybody. A child process
 * that is started while the pair is open inherits the far side, and then `unplug` hangs nobody up.
 */
export class TestPty {
  readonly path: string;
  private readonly far: FarSide;
  private readonly keeper: number;
  private plugged = true;

  constructor(onBytes: (bytes: Uint8Array) => void) {
    const pair = open({ encoding: null, cols: 80, rows: 24 });
    const [far, near] = streamsOf(pair);
    this.path = pair.ptsName;
    this.far = far;
    this.keeper = openSync(this.path, constants.O_RDWR | constants.O_NOCTTY);
    near.destroy();
    far.on('data', (bytes: Buffer) => onBytes(bytes));
    far.on('error', () => undefined);
  }

  write(bytes: Uint8Array): void {
    if (this.plugged) this.far.write(bytes);
  }

  /** The cable is pulled: the path vanishes and the other side is hung up. */
  unplug(): void {
    if (!this.plugged) return;
    this.plugged = false;
    this.far.destroy();
    closeSync(this.keeper);
  }
}
