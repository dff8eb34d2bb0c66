import { createRequire } from 'node:module';
import { performance } from 'node:perf_hooks';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { failed, type Failure } from '../words/failure.ts';
import { Counters } from './counters.ts';
import { laneLimits } from './lanes.ts';
import { systemClock } from './line-clock.ts';
import { reopenBackoffMs, type LineOptions } from './line-options.ts';
import type { Exchange, LineHealth, LineState, ModbusLine, Reply } from './line.ts';
import { MailDesk } from './mail-desk.ts';
import { PortKeeper } from './port-keeper.ts';
import { ReportReader } from './report-reader.ts';
import {
  cell,
  type FramesTold,
  type FromWorker,
  type Report,
  type SerialWiring,
  type WorkerStart,
} from './serial-messages.ts';
import { SlotRing } from './slot-ring.ts';
import { bookDefaults } from './unit-book.ts';

const watchEveryMs = 1000;
/** A worker whose loop stands still for so many looks is ended and replaced. */
const stillLimit = 5;
const closeLimitMs = 2000;

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
  private readonly quarantined = new Set<number>();
  private readonly listeners: ((state: LineState) => void)[] = [];
  private readonly watch: NodeJS.Timeout;
  private readonly desk = new MailDesk(this.cells, (mail) => this.worker.postMessage(mail));
  private readonly port: PortKeeper;
  private worker: Worker;
  private exited: Promise<void> = Promise.resolve();
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
    if (this.desk.size >= limit) return refusal(failed('line-busy', { line }).failure);
    const reply = this.desk.send(exchange);
    if (exchange.lane === 'alarm' && this.state === 'open') this.desk.letItGoFirst();
    return reply;
  }

  async close(): Promise<void> {
    if (this.state !== 'closed') {
      this.enter('closed');
      clearInterval(this.watch);
      Atomics.store(this.cells, cell.stop, 1);
      Atomics.notify(this.cells, cell.device);
      this.desk.wake();
      this.desk.failAll(failed('line-closed', { line: this.id }).failure);
    }
    const { worker } = this;
    const timer = setTimeout(() => void worker.terminate(), closeLimitMs);
    await this.exited;
    clearTimeout(timer);
    await this.port.close();
  }

  private spawn(): Worker {
    const [mails, reports] = [this.desk.ringForThread(), new SharedArrayBuffer(SlotRing.bytes)];
    Atomics.store(this.cells, cell.called, 0);
    const replies = new ReportReader(new SlotRing(reports), this.cells, (report) => this.take(report));
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
    worker.on('message', (message: FromWorker) => replies.read(message));
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
        this.desk.settle(report);
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
    this.desk.failAll(failed('line-gone', { line: this.id, reason }).failure);
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
      this.desk.wake();
    }
    const beat = Atomics.load(this.cells, cell.heartbeat);
    const isStill = beat === this.lastBeat && this.state === 'open' && this.desk.size > 0;
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
