import { EventEmitter } from 'node:events';
import type { Firmata } from 'firmata-io';
import { createFrameScreen, type FrameScreen } from './frame-screen.ts';

/** The wire below: a serial port, a socket, or a test's own. */
export interface PanelWire {
  /** Hands over bytes that came. Set by the transport. */
  onBytes: (bytes: Uint8Array) => void;
  write(bytes: Uint8Array): void;
}

/**
 * What firmata-io takes for its port. It sees only whole, well-formed frames, one at a time, so that its buffer is empty
 * between two of them; should a frame make it throw all the same, the frame is noise and the next one is read.
 */
export class GuardedTransport extends EventEmitter {
  /** Set once the library's object exists: its buffer is emptied when it threw in the middle of a frame. */
  io: Firmata | null = null;
  private readonly wire: PanelWire;
  private readonly screen: FrameScreen;

  constructor(wire: PanelWire, onNoise: (bytes: number) => void) {
    super();
    this.wire = wire;
    this.screen = createFrameScreen(() => ({
      pins: this.io?.pins.length ?? 0,
      isMapped: (this.io?.analogPins.length ?? 0) > 0 || this.io?.isReady === true,
    }));
    wire.onBytes = (bytes) => {
      const { frames, noise } = this.screen.push(bytes);
      const broken = frames.filter((frame) => !this.pass(frame)).reduce((sum, frame) => sum + frame.length, noise);
      if (broken > 0) onNoise(broken);
    };
  }

  write(bytes: Uint8Array, done?: () => void): void {
    this.wire.write(bytes);
    done?.();
  }

  private pass(frame: Uint8Array): boolean {
    try {
      this.emit('data', frame);
      return true;
    } catch (error) {
      if (this.io !== null) this.io.buffer.length = 0;
      return !(error instanceof Error);
    }
  }
}
