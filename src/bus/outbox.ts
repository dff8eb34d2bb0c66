import type { MessagePort } from 'node:worker_threads';
import { putReport } from './slot-codec.ts';
import type { SlotRing } from './slot-ring.ts';
import { cell, callMain, type Report } from './serial-messages.ts';

/** The worker's side of the way to the main thread: good replies through the ring, all else as messages, in one order. */
export class Outbox {
  private readonly port: Pick<MessagePort, 'postMessage'>;
  private readonly ring: SlotRing;
  private readonly control: Int32Array;

  constructor(port: Pick<MessagePort, 'postMessage'>, ring: SlotRing, control: SharedArrayBuffer) {
    this.port = port;
    this.ring = ring;
    this.control = new Int32Array(control);
  }

  post(reports: readonly Report[]): void {
    let count = 0;
    for (const report of reports) {
      if (!putReport(this.ring, report)) break;
      count += 1;
    }
    if (count < reports.length) {
      this.port.postMessage(count === 0 ? reports : reports.slice(count));
      this.ring.countMailed();
    } else if (Atomics.exchange(this.control, cell.called, 1) === 0) {
      this.port.postMessage(callMain);
    }
  }
}
