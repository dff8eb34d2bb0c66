import { callMain, cell, type FromWorker, type Report } from './serial-messages.ts';
import { mailedBefore, reportAt } from './slot-codec.ts';
import type { SlotRing } from './slot-ring.ts';

/** The main thread's side of what a worker reports: the ring and the messages beside it, in the order in which they were sent. */
export class ReportReader {
  private readonly ring: SlotRing;
  private readonly cells: Int32Array;
  private readonly take: (report: Report) => void;
  /** Messages read that were sent beside the ring. */
  private received = 0;

  /** `cells`: the control block that is shared with the worker. */
  constructor(ring: SlotRing, cells: Int32Array, take: (report: Report) => void) {
    this.ring = ring;
    this.cells = cells;
    this.take = take;
  }

  /** A message came: what is in the ring before it, the message itself, and what is in the ring after it. */
  read(message: FromWorker): void {
    // First: what is put into the ring from now on calls again.
    Atomics.store(this.cells, cell.called, 0);
    this.readRing();
    if (message === callMain) return;
    this.received += 1;
    for (const report of message) this.take(report);
    this.readRing();
  }

  private readRing(): void {
    const { ring } = this;
    for (let place = ring.first(); place !== null; place = ring.first()) {
      if (mailedBefore(ring, place) > this.received) return;
      const report = reportAt(ring, place);
      ring.release();
      this.take(report);
    }
  }
}
