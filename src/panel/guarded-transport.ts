import { EventEmitter } from 'node:events';
import type { Firmata } from 'firmata-io';
import { createFrameScreen, type KnownBoard } from './frame-screen.ts';

const startSysex = 0xf0;
const pinStateQuery = 0x6d;
const pinStateReply = 0x6e;

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
  private readonly asked = new Set<number>();

  constructor(wire: PanelWire, onNoise: (bytes: number) => void) {
    super();
    this.wire = wire;
    let broken = 0;
    const screen = createFrameScreen(
      () => this.known(),
      (frame) => {
        if (!this.pass(frame)) broken += frame.length;
      },
    );
    wire.onBytes = (bytes) => {
      broken = 0;
      const noise = screen.push(bytes) + broken;
      if (noise > 0) onNoise(noise);
    };
  }

  write(bytes: Uint8Array, done?: () => void): void {
    const [start, id, pin] = bytes;
    if (start === startSysex && id === pinStateQuery && pin !== undefined) this.asked.add(pin);
    this.wire.write(bytes);
    done?.();
  }

  private known(): KnownBoard {
    const { io, asked } = this;
    const isMapped = io !== null && (io.isReady || io.analogPins.length > 0);
    return { pins: io?.pins.length ?? 0, isMapped, asked };
  }

  private pass(frame: Uint8Array): boolean {
    if (frame[0] === startSysex && frame[1] === pinStateReply) this.asked.delete(frame[2] ?? 0);
    try {
      this.emit('data', frame);
      return true;
    } catch (error) {
      if (this.io !== null) this.io.buffer.length = 0;
      return !(error instanceof Error);
    }
  }
}
