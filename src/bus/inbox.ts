import { receiveMessageOnPort, type MessagePort } from 'node:worker_threads';
import { cell, isForgotten, type Mail } from './serial-messages.ts';
import { mailAt, mailedBefore } from './slot-codec.ts';
import type { SlotRing } from './slot-ring.ts';

/** The worker's side of the shared control block: mail without an event loop. */
export class Inbox {
  private readonly port: MessagePort;
  private readonly control: Int32Array;
  private readonly ring: SlotRing;
  private seen = 0;
  /** Mails received beside the ring. */
  private received = 0;

  constructor(port: MessagePort, ring: SlotRing, control: SharedArrayBuffer) {
    this.port = port;
    this.ring = ring;
    this.control = new Int32Array(control);
  }

  get stopping(): boolean {
    return Atomics.load(this.control, cell.stop) === 1;
  }

  /** Mail has come, or a stop. */
  get isCalled(): boolean {
    return Atomics.load(this.control, cell.mail) !== this.seen || this.stopping;
  }

  beat(): void {
    Atomics.add(this.control, cell.heartbeat, 1);
  }

  tellRehearsed(): void {
    Atomics.store(this.control, cell.rehearsed, 1);
  }

  /** Everything that was submitted since the last look, and that somebody still waits for. */
  take(): Mail[] {
    const count = Atomics.load(this.control, cell.mail);
    if (count === this.seen) return [];
    const mails: Mail[] = [];
    const forgotten = Atomics.load(this.control, cell.forgotten);
    for (let mail = this.next(); mail !== null; mail = this.next()) {
      if (!isForgotten(mail.id, forgotten)) mails.push(mail);
    }
    this.seen = count;
    return mails;
  }

  private next(): Mail | null {
    const { ring } = this;
    // Asked before the ring is: whatever was put there before the last of these messages is seen then.
    const { mailed } = ring;
    const place = ring.first();
    if (place !== null && mailedBefore(ring, place) <= this.received) {
      const mail = mailAt(ring, place);
      ring.release();
      return mail;
    }
    return place === null && mailed === this.received ? null : this.receive();
  }

  private receive(): Mail | null {
    const received = receiveMessageOnPort(this.port) as { readonly message: Mail } | undefined;
    if (received === undefined) return null;
    this.received += 1;
    return received.message;
  }

  /** Sleeps until mail or a stop comes, at most `ms`. */
  wait(ms: number): void {
    if (ms <= 0 || this.stopping) return;
    Atomics.store(this.control, cell.resting, 1);
    Atomics.wait(this.control, cell.mail, this.seen, ms);
  }

  /** A frame has left: whoever waits for that goes on. */
  answer(): void {
    if (Atomics.exchange(this.control, cell.resting, 0) === 1) Atomics.notify(this.control, cell.resting);
  }

  /** The descriptor to serve; null while the port is not open. */
  get device(): number | null {
    const device = Atomics.load(this.control, cell.device);
    return device === 0 ? null : device - 1;
  }

  /** Sleeps until there is a port to serve or a stop comes, at most `ms`. Mail keeps: who sent it knows how the line is. */
  waitForDevice(ms: number): void {
    if (!this.stopping) Atomics.wait(this.control, cell.device, 0, ms);
  }

  /** This side does not serve the port any more. */
  dropDevice(): void {
    Atomics.store(this.control, cell.device, 0);
  }
}
