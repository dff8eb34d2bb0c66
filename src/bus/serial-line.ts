import { createRequire } from 'node:module';
import { performance } from 'node:perf_hooks';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { failed, type Failure } from '../words/failure.ts';
import { replyOf } from './async-line.ts';
import { Counters } from './counters.ts';
import { laneLimits } from './lanes.ts';
import { systemClock } from './line-clock.ts';
import { reopenBackoffMs, type LineOptions } from './line-options.ts';
import type { Exchange, LineHealth, LineState, ModbusLine, Reply } from './line.ts';
import { PortKeeper } from './port-keeper.ts';
import { ReportReader } from './report-reader.ts';
import {
  cell,
  nextMailId,
  type FramesTold,
  type Mail,
  type FromWorker,
  type Report,
  type SerialWiring,
  type WorkerStart,
} from './serial-messages.ts';
import { putMail } from './slot-codec.ts';
import { SlotRing } from './slot-ring.ts';
import { bookDefaults } from './unit-book.ts';

const watchEveryMs = 1000;
/** A worker whose loop stands still for so many looks is ended and replaced. */
const stillLimit = 5;
const closeLimitMs = 2000;
/** All bits of a number below a million set: so often the settled mails are forgotten. */
const forgetEvery = 0xfffff;
/** Far longer than a thread needs to wake and write, and too short to be felt by anybody else. */
const yieldMs = 1;

/** Compiled, the worker stands beside this module. From sources it goes through tsx, which must be asked inside the thread. */
const startWorker = (given: URL | undefined, workerData: WorkerStart): Worker => {
  const fromSource = import.meta.url.endsWith('.ts');
  const url = given ?? new URL(fromSource ? './serial-line.entry.ts' : './serial-line.entry.js', import.meta.url);
  // What an exchange leaves behind is small and soon forgotten: a large nursery for it would only fill memory.
  const resourceLimits = { maxYoungGenerationSizeMb: 2 };
  const options = { workerData, name: `line ${workerData.wiring.id}`, resourceLimits };
  if (!url.pathname.endsWith('.ts')) return new Worker(url, options);
  const tsx = createRequire(import.meta.url).resolve('tsx/package.json');
  const api = new URL('./dist/esm/api/index.mjs', pathToFileURL(tsx)).href;
  const program = `import('${api}').then((tsx) => (tsx.register(), import('${url.href}')))`;
  return new Worker(program, { ...options, eval: true });
};

const framesToldTo = ({ onFrame, onlyTraced }: LineOptions): FramesTold => {
  if (onFrame === undefined) return 'none';
  return onlyTraced === true ? 'traced' : 'all';
};

interface Waiting {
  readonly at: number;
  readonly settle: (reply: Reply) => void;
}

/** A serial RTU line, seen from the main thread. The worker keeps the wire's time; this side keeps promises. */
export class SerialLine implements ModbusLine {
  readonly id: string;
  state: LineState = 'opening';
  isStuck = false;
  private readonly wiring: SerialWiring;
  private readonly options: LineOptions;
  private readonly control = new SharedArrayBuffer(cell.count * Int32Array.BYTES_PER_ELEMENT);
  private readonly cells = new Int32Array(this.control);
  private readonly counterMemory = new SharedArrayBuffer(Counters.bytes);
  private readonly counters = new Counters(this.counterMemory);
  private readonly waiting = new Map<number, Waiting>();
  private readonly quarantined = new Set<number>();
  private readonly listeners: ((state: LineState) => void)[] = [];
  private readonly watch: NodeJS.Timeout;
  private mails = new SlotRing(new SharedArrayBuffer(SlotRing.bytes));
  private readonly port: PortKeeper;
  private worker: Worker;
  private exited: Promise<void> = Promise.resolve();
  private lastId = 0;
  private lastBeat = 0;
  private still = 0;
  /** The thread was told to end, and has not yet. */
  private isEnding = false;

  constructor(wiring: SerialWiring, options: LineOptions = {}) {
    this.id = wiring.id;
    this.wiring = wiring;
    this.options = options;
    this.port = new PortKeeper({ wiring, alternatives: options.alternatives ?? [] }, systemClock, {
      opened: ({ fd }) => {
        Atomics.store(this.cells, cell.device, fd + 1);
        Atomics.notify(this.cells, cell.device);
      },
      gone: (reason) => this.lost(reason),
    });
    this.worker = this.spawn();
    this.port.start();
    this.watch = setInterval(() => this.look(), watchEveryMs);
    this.watch.unref();
  }

  /** The path that is open now, null when none is. */
  get path(): string | null {
    return this.state === 'open' ? (this.port.device?.path ?? null) : null;
  }

  /** Has its thread rehearsed enough? Then its program is as quick as it becomes. */
  get isRehearsed(): boolean {
    return Atomics.load(this.cells, cell.rehearsed) === 1;
  }

  onState(listener: (state: LineState) => void): void {
    this.listeners.push(listener);
  }

  health(): LineHealth {
    return this.counters.snapshot([...this.quarantined]);
  }

  submit(exchange: Exchange): Promise<Reply> {
    const at = performance.now();
    const line = this.id;
    const refusal = (failure: Failure): Promise<Reply> =>
      Promise.resolve({ ok: false, failure, timing: { queuedMs: 0, sentAt: at, endedAt: at } });
    if (this.state === 'closed') return refusal(failed('line-closed', { line }).failure);
    if (this.state === 'gone') return refusal(failed('line-gone', { line, reason: 'not open' }).failure);
    const limit = exchange.lane === 'alarm' ? laneLimits.alarms : laneLimits.together;
    if (this.waiting.size >= limit) return refusal(failed('line-busy', { line }).failure);
    this.lastId = nextMailId(this.lastId);
    if ((this.lastId & forgetEvery) === 0) this.forgetSettled();
    const mail: Mail = { id: this.lastId, exchange, at };
    return new Promise((settle) => {
      this.waiting.set(mail.id, { at, settle });
      if (!putMail(this.mails, mail)) {
        this.worker.postMessage(mail);
        this.mails.countMailed();
      }
      this.wake();
      if (exchange.lane === 'alarm') this.letItGoFirst();
    });
  }

  /** Numbers are told from each other within half their range only: the last one that is forgotten follows the newest. */
  private forgetSettled(): void {
    const [oldest = this.lastId] = this.waiting.keys();
    Atomics.store(this.cells, cell.forgotten, (oldest - 1) | 0);
  }

  /**
   * The thread sleeps and has an alarm to send: what follows here (records, receipts) would only keep it from a processor
   * that both share. So this side waits until the frame has left, a moment at most, and not again before the thread rests.
   */
  private letItGoFirst(): void {
    if (Atomics.load(this.cells, cell.resting) === 0 || this.state !== 'open') return;
    Atomics.wait(this.cells, cell.resting, 1, yieldMs);
    Atomics.store(this.cells, cell.resting, 0);
  }

  async close(): Promise<void> {
    if (this.state !== 'closed') {
      this.enter('closed');
      clearInterval(this.watch);
      Atomics.store(this.cells, cell.stop, 1);
      Atomics.notify(this.cells, cell.device);
      this.wake();
      this.failAll(failed('line-closed', { line: this.id }).failure);
    }
    const { worker } = this;
    const timer = setTimeout(() => void worker.terminate(), closeLimitMs);
    await this.exited;
    clearTimeout(timer);
    await this.port.close();
  }

  /** The thread looks around, whatever it waits for. */
  private wake(): void {
    Atomics.add(this.cells, cell.mail, 1);
    Atomics.notify(this.cells, cell.mail);
  }

  private spawn(): Worker {
    const [mails, reports] = [new SharedArrayBuffer(SlotRing.bytes), new SharedArrayBuffer(SlotRing.bytes)];
    this.mails = new SlotRing(mails);
    Atomics.store(this.cells, cell.called, 0);
    const replies = new ReportReader(new SlotRing(reports), (report) => this.take(report));
    const start: WorkerStart = {
      wiring: this.wiring,
      patienceMs: this.options.patienceMs ?? 2,
      lateGuardMs: this.options.lateGuardMs ?? bookDefaults.lateGuardMs,
      logFrames: framesToldTo(this.options),
      clockOffsetMs: performance.now() - Number(process.hrtime.bigint()) / 1e6,
      control: this.control,
      counters: this.counterMemory,
      ...{ mails, reports },
    };
    const worker = startWorker(this.options.workerUrl, start);
    let reason = 'its thread ended';
    worker.on('message', (message: FromWorker) => {
      // First: what is put into the ring from now on calls again.
      Atomics.store(this.cells, cell.called, 0);
      replies.read(message);
    });
    worker.on('error', (error) => {
      reason = `its thread failed: ${error instanceof Error ? error.message : String(error)}`;
    });
    this.exited = new Promise((resolve) => {
      worker.on('exit', () => {
        this.ended(reason);
        resolve();
      });
    });
    return worker;
  }

  private take(report: Report): void {
    switch (report.kind) {
      case 'open':
        this.enter('open');
        return;
      case 'gone':
        this.letGo(report.reason);
        return;
      case 'settled':
        this.waiting.get(report.id)?.settle(replyOf(report.outcome, report.timing));
        this.waiting.delete(report.id);
        return;
      case 'frame':
        this.options.onFrame?.(report.note);
        return;
      case 'unit':
        if (report.note.state === 'back') this.quarantined.delete(report.note.unit);
        else this.quarantined.add(report.note.unit);
        this.options.onUnit?.(report.note);
        return;
    }
  }

  private enter(state: LineState): void {
    if (this.state === state || this.state === 'closed') return;
    this.state = state;
    for (const listener of this.listeners) listener(state);
  }

  /** The thread does not serve the port any more, which is opened anew. */
  private letGo(reason: string): void {
    this.lost(reason);
    this.port.reset(reason);
  }

  private lost(reason: string): void {
    Atomics.store(this.cells, cell.device, 0);
    this.enter('gone');
    this.failAll(failed('line-gone', { line: this.id, reason }).failure);
  }

  private failAll(failure: Failure): void {
    // What the thread has not read yet must not leave later: who ordered it was told that it did not.
    Atomics.store(this.cells, cell.forgotten, this.lastId);
    const endedAt = performance.now();
    for (const { at, settle } of this.waiting.values()) {
      settle({ ok: false, failure, timing: { queuedMs: endedAt - at, sentAt: endedAt, endedAt } });
    }
    this.waiting.clear();
  }

  /** The thread is over: as ordered, or it died; then another one is started. */
  private ended(reason: string): void {
    this.isEnding = false;
    this.isStuck = false;
    this.still = 0;
    if (this.state === 'closed') return;
    this.letGo(reason);
    setTimeout(() => {
      if (this.state !== 'closed') this.worker = this.spawn();
    }, reopenBackoffMs.longest);
  }

  /**
   * A thread that waits for exchanges and whose loop stands still is stuck in the system: end it. Nobody waits for that:
   * a thread that sleeps in the kernel ends when the kernel lets it go, if ever.
   */
  private look(): void {
    if (this.state === 'open' && this.port.device?.isGone() === true) {
      Atomics.store(this.cells, cell.device, 0);
      this.wake();
    }
    const beat = Atomics.load(this.cells, cell.heartbeat);
    const isStill = beat === this.lastBeat && this.state === 'open' && this.waiting.size > 0;
    this.still = this.isEnding || isStill ? this.still + 1 : 0;
    this.lastBeat = beat;
    if (this.still < stillLimit) return;
    this.isStuck = this.isEnding;
    if (this.isEnding) return;
    this.still = 0;
    this.isEnding = true;
    this.lost('its thread stands still');
    void this.worker.terminate();
  }
}
