import { EventEmitter } from 'node:events';
import { readSync, writeSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { sleepMs } from './sleeper.ts';

const writeLimitMs = 200;
/** After so many looks in a row that found nothing, the port is asked whether it is still there. */
const emptyLooksLimit = 3;
const nothing = new Uint8Array(0);

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : String(error);

/**
 * The port under modbus-serial: an open descriptor, written and read synchronously. It has the shape that library asks of
 * a port (open, close, isOpen, write, `data` events with one whole frame), and it is the only one that touches the bytes.
 */
export class SyncPort extends EventEmitter {
  isOpen = false;
  private fault: string | null = null;
  private fd = -1;
  private expected: Uint8Array | null = null;
  private emptyLooks = 0;
  private readonly buffer = new Uint8Array(4096);

  /** Why the port can no longer be used; null while it can. */
  faultNow(): string | null {
    return this.fault;
  }

  /** From now on this descriptor, in non-blocking mode. */
  attach(fd: number): void {
    this.fd = fd;
    this.fault = null;
    this.emptyLooks = 0;
    this.isOpen = true;
  }

  /** The descriptor is somebody else's again. */
  detach(): void {
    this.isOpen = false;
    this.fd = -1;
  }

  /** Called by modbus-serial. */
  open(done: (error: Error | null) => void): void {
    done(null);
  }

  /** Called by modbus-serial. */
  close(done: () => void): void {
    this.detach();
    done();
  }

  /** The only frame that may leave next: what the line decided, byte for byte. */
  expect(frame: Uint8Array): void {
    this.expected = frame;
  }

  /** Called by modbus-serial with the frame that it built. */
  write(frame: Uint8Array): void {
    const wanted = this.expected;
    this.expected = null;
    if (wanted === null || Buffer.compare(frame, wanted) !== 0) {
      this.fault ??= 'the frame built differs from the frame ordered';
      return;
    }
    this.writeAll(frame);
  }

  private writeAll(frame: Uint8Array): void {
    const giveUpAt = performance.now() + writeLimitMs;
    let at = 0;
    while (at < frame.length && this.fault === null) {
      try {
        at += writeSync(this.fd, frame, at);
      } catch (error) {
        if (codeOf(error) !== 'EAGAIN') this.fault = codeOf(error);
        else if (performance.now() > giveUpAt) this.fault = 'the port takes no bytes';
        else sleepMs(0.5);
      }
    }
  }

  /**
   * Bytes that have arrived, as a view valid until the next call; null when there are none. A hang-up is told by
   * `faultNow`, at the latest after three looks.
   */
  read(): Uint8Array | null {
    try {
      const count = readSync(this.fd, this.buffer, 0, this.buffer.length, null);
      if (count > 0) {
        this.emptyLooks = 0;
        return this.buffer.subarray(0, count);
      }
      this.foundNothing();
    } catch (error) {
      if (codeOf(error) !== 'EAGAIN') this.fault = codeOf(error);
    }
    return null;
  }

  /** A port that was hung up reads like a quiet one; only a write tells them apart, and it need not carry a byte. */
  private foundNothing(): void {
    this.emptyLooks += 1;
    if (this.emptyLooks < emptyLooksLimit) return;
    this.emptyLooks = 0;
    writeSync(this.fd, nothing);
  }

  /** Hands one whole reply frame to modbus-serial. */
  deliver(frame: Uint8Array): void {
    this.emit('data', Buffer.from(frame));
  }
}
