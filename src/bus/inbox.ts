import { performance } from 'node:perf_hooks';
import { receiveMessageOnPort, type MessagePort } from 'node:worker_threads';
import { cell, type Mail } from './serial-messages.ts';

/** The worker's side of the shared control block: mail without an event loop. */
export class Inbox {
  private readonly port: MessagePort;
  private readonly control: Int32Array;
  private seen = 0;

  constructor(port: MessagePort, control: SharedArrayBuffer) {
    this.port = port;
    this.control = new Int32Array(control);
  }

  get stopping(): boolean {
    return Atomics.load(this.control, cell.stop) === 1;
  }

  beat(): void {
    Atomics.add(this.control, cell.heartbeat, 1);
  }

  /** Everything that was submitted since the last look. */
  take(): Mail[] {
    const count = Atomics.load(this.control, cell.mail);
    if (count === this.seen) return [];
    const mails: Mail[] = [];
    for (;;) {
      const received = receiveMessageOnPort(this.port) as { readonly message: Mail } | undefined;
      if (received === undefined) break;
      mails.push(received.message);
    }
    this.seen = count;
    return mails;
  }

  /** Sleeps until mail or a stop comes, at most `ms`. */
  wait(ms: number): void {
    if (ms > 0 && !this.stopping) Atomics.wait(this.control, cell.mail, this.seen, ms);
  }

  /** Sleeps for `ms`; only a stop ends it. Mail that comes meanwhile is thrown away: its sender knows that the line is gone. */
  rest(ms: number): void {
    const until = performance.now() + ms;
    for (let left = ms; left > 0 && !this.stopping; left = until - performance.now()) {
      this.beat();
      this.wait(left);
      this.take();
    }
  }
}
