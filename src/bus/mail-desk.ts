import { performance } from 'node:perf_hooks';
import type { Failure } from '../words/failure.ts';
import { replyOf } from './async-line.ts';
import type { Exchange, Reply } from './line.ts';
import { cell, mailsEndBefore, nextMailId, type Mail, type Report } from './serial-messages.ts';
import { putMail } from './slot-codec.ts';
import { SlotRing } from './slot-ring.ts';

/** After so many mails, a power of two, the settled ones are forgotten: long before their numbers come round again. */
const forgetEvery = 2 ** 20;
/** Far longer than a thread needs to wake and write, and too short to be felt by anybody else. */
const yieldMs = 1;

interface Waiting {
  /** ms of `performance.now`. */
  readonly at: number;
  readonly settle: (reply: Reply) => void;
}

/** Who waits for what on a serial line: mails go from here to its thread, and every one of them gets its reply here. */
export class MailDesk {
  private readonly cells: Int32Array;
  private readonly post: (mail: Mail) => void;
  private mails = new SlotRing(new SharedArrayBuffer(SlotRing.bytes));
  private readonly waiting = new Map<number, Waiting>();
  private lastId = 0;

  /** `cells`: the control block that is shared with the thread. `post` takes what does not fit into the ring. */
  constructor(cells: Int32Array, post: (mail: Mail) => void) {
    this.cells = cells;
    this.post = post;
  }

  /** How many wait for a reply. */
  get size(): number {
    return this.waiting.size;
  }

  /** The ring's memory for a new thread, which sees nothing of what the one before it was sent. */
  ringForThread(): SharedArrayBuffer {
    const memory = new SharedArrayBuffer(SlotRing.bytes);
    this.mails = new SlotRing(memory);
    return memory;
  }

  /** Sends it to the thread; the reply is the thread's, or that of `failAll`. */
  send(exchange: Exchange): Promise<Reply> {
    const at = performance.now();
    this.lastId = nextMailId(this.lastId);
    if (this.lastId % forgetEvery === 0) this.forgetSettled();
    const mail: Mail = { id: this.lastId, exchange, at };
    return new Promise((settle) => {
      this.waiting.set(mail.id, { at, settle });
      if (!putMail(this.mails, mail)) {
        this.post(mail);
        this.mails.countMailed();
      }
      this.wake();
    });
  }

  /** The thread looks around, whatever it waits for. */
  wake(): void {
    Atomics.add(this.cells, cell.mail, 1);
    Atomics.notify(this.cells, cell.mail);
  }

  /**
   * The thread sleeps and has an alarm to send: what follows here (records, receipts) would only keep it from a processor
   * that both share. So this side waits until the frame has left, a moment at most, and not again before the thread rests.
   */
  letItGoFirst(): void {
    if (Atomics.load(this.cells, cell.resting) === 0) return;
    Atomics.wait(this.cells, cell.resting, 1, yieldMs);
    Atomics.store(this.cells, cell.resting, 0);
  }

  /** What became of a mail; one that was given up meanwhile has had its reply. */
  settle({ id, outcome, timing }: Extract<Report, { readonly kind: 'settled' }>): void {
    this.waiting.get(id)?.settle(replyOf(outcome, timing));
    this.waiting.delete(id);
  }

  /** Gives up every mail. What the thread has not read yet must not leave later: who ordered it was told that it did not. */
  failAll(failure: Failure): void {
    Atomics.store(this.cells, cell.forgotten, this.lastId);
    const endedAt = performance.now();
    for (const { at, settle } of this.waiting.values()) {
      settle({ ok: false, failure, timing: { queuedMs: endedAt - at, sentAt: endedAt, endedAt } });
    }
    this.waiting.clear();
  }

  private forgetSettled(): void {
    const [oldest = null] = this.waiting.keys();
    Atomics.store(this.cells, cell.forgotten, mailsEndBefore(oldest, this.lastId));
  }
}
