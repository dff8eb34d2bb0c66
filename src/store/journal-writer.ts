import { failed, ok, type Failure, type Result } from '../words/failure.ts';
import type { Bodies } from './bodies.ts';
import { done, inOrder, type DiskFile, type Done } from './disk.ts';
import { blocksOf, encodeFrame, type Payload } from './frame.ts';
import type { FlushAnew, Unproven } from './last-flush.ts';
import type { JournalHead } from './record.ts';
import type { RetryClock } from './retry-clock.ts';
import { blockBytes, sealBlocks } from './sector.ts';
import type { Segments } from './segments.ts';

export type JournalState = 'durable' | 'undurable';

/** Records that may wait for the disk at one time; more are refused rather than kept in memory without end. */
export const mostWaiting = 4096;
const mostBytesInFlush = 256 * 1024;
const firstRetryMs = 1_000;
const longestRetryMs = 30_000;

interface Waiting {
  readonly payload: Payload;
  readonly settle: (result: Result<JournalHead>) => void;
}

/** Where writing goes on: the last record, the flush count, and the open segment (null: begin a new one). */
export interface WritePosition {
  readonly head: JournalHead;
  readonly link: JournalHead;
  readonly flush: number;
  readonly open: { readonly file: DiskFile; readonly nextBlock: number } | null;
  /** What was found and may be in the cache only; null when all of it is on the device. */
  readonly unproven: Unproven | null;
}

export interface WriterParts {
  readonly segments: Segments;
  readonly bodies: Bodies;
  readonly clock: RetryClock;
  /** Removes bodies that no record names, and segments if that is not enough, until so many bytes fit. */
  readonly makeRoomForBody: (bytes: number, keep: number, pending: readonly string[]) => Promise<Done>;
}

/**
 * The one writer of a journal. Records that wait are written together: one write, one sync. A flush that fails is written
 * again in a new segment, never on the same pages; if that fails too the journal is `undurable` until the disk works.
 */
export class JournalWriter {
  readonly #parts: WriterParts;
  readonly #listeners: ((state: JournalState) => void)[] = [];
  readonly #mendedListeners: ((failure: Failure) => void)[] = [];
  #waiting: Waiting[] = [];
  #running: Promise<void> | null = null;
  #state: JournalState = 'durable';
  #reason = '';
  #file: DiskFile | null;
  #nextBlock: number;
  #flush: number;
  #head: JournalHead;
  #link: JournalHead;
  #unproven: Unproven | null;
  #keep = 0;
  #retryMs = firstRetryMs;
  #callOff: () => void = () => undefined;
  #closed = false;

  constructor(parts: WriterParts, position: WritePosition) {
    this.#parts = parts;
    this.#file = position.open?.file ?? null;
    this.#nextBlock = position.open?.nextBlock ?? 0;
    this.#flush = position.flush;
    this.#head = position.head;
    this.#link = position.link;
    this.#unproven = position.unproven;
  }

  get state(): JournalState {
    return this.#state;
  }

  get head(): JournalHead {
    return this.#head;
  }

  /** The last record that is on the device for certain. */
  get proven(): number {
    return this.#unproven === null ? this.#head.number : this.#unproven.from - 1;
  }

  get keep(): number {
    return this.#keep;
  }

  onState(listener: (state: JournalState) => void): void {
    this.#listeners.push(listener);
  }

  onMended(listener: (failure: Failure) => void): void {
    this.#mendedListeners.push(listener);
  }

  keepFrom(number: number): void {
    this.#keep = Math.max(this.#keep, number);
  }

  /** Begins the first segment when none is open, so that the first append finds it ready. */
  async start(): Promise<void> {
    if (this.#file !== null) return;
    const begun = await this.#goOn();
    if (!begun.ok) this.#giveUp(begun);
  }

  /** A new segment says that everything before it stands: so that is brought to the device first, or into it. */
  async #goOn(): Promise<Done> {
    const unproven = this.#unproven;
    const proven = (await unproven?.prove()) ?? done;
    if (!proven.ok) return this.#goOnAnew(unproven?.anew ?? null, proven);
    this.#unproven = null;
    return this.#beginSegment(null);
  }

  /** What its own blocks do not take begins a new segment, as any flush that failed; else `inPlace` is why not. */
  async #goOnAnew(anew: FlushAnew | null, inPlace: Extract<Done, { ok: false }>): Promise<Done> {
    if (anew === null || !(await this.#beginSegment(anew)).ok) return inPlace;
    this.#unproven = null;
    this.#tellMended(inPlace.failure);
    return done;
  }

  append(payload: Payload): Promise<Result<JournalHead>> {
    if (this.#closed) return Promise.resolve(failed('journal-closed'));
    if (this.#state === 'undurable') return Promise.resolve(failed('journal-undurable', { reason: this.#reason }));
    if (this.#waiting.length >= mostWaiting) {
      return Promise.resolve(failed('journal-overloaded', { waiting: this.#waiting.length }));
    }
    return new Promise((settle) => {
      this.#waiting.push({ payload, settle });
      // One turn later, so that everything appended in this turn shares the flush.
      this.#running ??= Promise.resolve().then(() => this.#run());
    });
  }

  /** Writes what waits, then closes. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#callOff();
    await this.#running;
    await this.#parts.segments.settled();
    await this.#file?.close();
    this.#file = null;
  }

  async #run(): Promise<void> {
    while (this.#waiting.length > 0) await this.#flushBatch();
    this.#running = null;
  }

  async #flushBatch(): Promise<void> {
    const batch = await this.#storeBodies(this.#takeBatch());
    if (batch.length === 0) return;
    const written = await this.#writeTwice(batch.map(({ payload }) => payload));
    if (!written.ok) {
      const failure = this.#giveUp(written);
      for (const { settle } of batch) settle(failure);
      return;
    }
    this.#head = written.value.at(-1) ?? this.#head;
    this.#link = this.#head;
    for (const [index, { settle }] of batch.entries()) settle(ok(written.value[index] ?? this.#head));
    if (this.#nextBlock > this.#parts.segments.recordBlocks / 2) this.#parts.segments.prepareSpare(this.#keep);
  }

  /** A full journal is a bound, not a fault: later appends try again. Everything else makes the journal undurable. */
  #giveUp(result: Extract<Result<unknown>, { ok: false }>): Extract<Result<JournalHead>, { ok: false }> {
    if (result.failure.code === 'journal-full') return result;
    this.#reason = result.failure.code;
    this.#become('undurable');
    const failure = failed('journal-undurable', { reason: this.#reason });
    for (const { settle } of this.#waiting) settle(failure);
    this.#waiting = [];
    this.#retryLater();
    return failure;
  }

  #takeBatch(): Waiting[] {
    const most = Math.min(mostBytesInFlush, (this.#parts.segments.recordBlocks - 1) * blockBytes * 0.9);
    let bytes = 0;
    let count = 0;
    for (const { payload } of this.#waiting) {
      bytes += payload.asBody ? 128 : payload.bytes.length + 64;
      if (count > 0 && bytes > most) break;
      count += 1;
    }
    return this.#waiting.splice(0, count);
  }

  /** Large payloads go to the device before the record that names them; one that cannot is refused alone. */
  async #storeBodies(batch: Waiting[]): Promise<Waiting[]> {
    const pending = batch.filter(({ payload }) => payload.asBody).map(({ payload }) => payload.hash);
    const stored: Waiting[] = [];
    for (const waiting of batch) {
      const { payload, settle } = waiting;
      const put = payload.asBody ? await this.#storeBody(payload, pending) : done;
      if (put.ok) stored.push(waiting);
      else settle(put);
    }
    return stored;
  }

  async #storeBody({ hash, bytes }: Payload, pending: readonly string[]): Promise<Done> {
    const { bodies, makeRoomForBody } = this.#parts;
    const room = bodies.hasRoomFor(bytes.length) ? done : await makeRoomForBody(bytes.length, this.#keep, pending);
    return room.ok ? bodies.put(hash, bytes) : room;
  }

  async #writeTwice(payloads: readonly Payload[]): Promise<Result<readonly JournalHead[]>> {
    const first = await this.#write(payloads);
    if (first.ok || first.failure.code === 'journal-full') return first;
    const second = await this.#write(payloads);
    if (second.ok) this.#tellMended(first.failure);
    return second;
  }

  #tellMended(failure: Failure): void {
    for (const listener of this.#mendedListeners) listener(failure);
  }

  async #write(payloads: readonly Payload[]): Promise<Result<readonly JournalHead[]>> {
    const blocks = blocksOf(payloads);
    if (this.#file === null || this.#nextBlock + blocks > this.#parts.segments.recordBlocks + 1) {
      const begun = await this.#beginSegment(null);
      if (!begun.ok) return begun;
    }
    const file = this.#file;
    if (file === null) return failed('journal-closed');
    const { data, heads } = encodeFrame(payloads, this.#link);
    this.#flush += 1;
    const sealed = sealBlocks(data, this.#flush);
    const written = await inOrder(
      () => file.write(this.#nextBlock * blockBytes, sealed),
      () => file.datasync(),
    );
    if (!written.ok) {
      // After a failed sync the kernel may call these pages clean: they are never trusted or written again.
      await this.#leaveSegment();
      return written;
    }
    this.#parts.segments.list.at(-1)?.frames?.push({ first: this.#link.number + 1, block: this.#nextBlock, blocks });
    this.#nextBlock += blocks;
    return ok(heads);
  }

  async #beginSegment(anew: FlushAnew | null): Promise<Done> {
    const flush = this.#flush + 1;
    this.#flush = anew === null ? flush : flush + 1;
    const content = anew === null ? null : sealBlocks(anew.data, this.#flush);
    const begun = await this.#parts.segments.begin(anew?.after ?? this.#link, { flush, keep: this.#keep, content });
    if (!begun.ok) return begun;
    await this.#leaveSegment();
    this.#file = begun.value;
    this.#nextBlock = 1 + (content?.length ?? 0) / blockBytes;
    return done;
  }

  async #leaveSegment(): Promise<void> {
    const file = this.#file;
    this.#file = null;
    await file?.close();
  }

  #become(state: JournalState): void {
    if (this.#state === state) return;
    this.#state = state;
    for (const listener of this.#listeners) listener(state);
  }

  #retryLater(): void {
    this.#callOff();
    this.#callOff = this.#parts.clock.after(this.#retryMs, () => void this.#revive());
    this.#retryMs = Math.min(this.#retryMs * 2, longestRetryMs);
  }

  /** Durable again is proven by a new segment on the device, not hoped for. */
  async #revive(): Promise<void> {
    const begun = await this.#goOn();
    if (this.#closed) return this.#leaveSegment();
    // A full journal is a bound, not a fault: the next append says so, and room is made for it.
    if (!begun.ok && begun.failure.code !== 'journal-full') {
      this.#reason = begun.failure.code;
      this.#retryLater();
      return;
    }
    this.#retryMs = firstRetryMs;
    this.#become('durable');
  }
}
