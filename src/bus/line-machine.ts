import { failed, type Failure } from '../words/failure.ts';
import { Counters } from './counters.ts';
import type { Found } from './framing.ts';
import { Heard } from './heard.ts';
import { cannotWait, faultOf, givesWay, isOverruled, jobOf, probeJob, settleAction, type Job } from './job.ts';
import { Lanes } from './lanes.ts';
import type { Exchange, LineHealth } from './line.ts';
import type { LineAction, MachineSettings, Outcome } from './machine-settings.ts';
import { LocalEcho } from './local-echo.ts';
import { BabbleWatch } from './babble-watch.ts';
import { exceptionOf, replyShape } from './reply-shape.ts';
import { endsBySilence, leastReplyMs, nextLookAt, setDeadlines, wireOf, wireWakeAt, type OnWire } from './on-wire.ts';
import type { ReplyHabit } from './reply-habit.ts';
import { ReplyReader } from './reply-reader.ts';
import { UnitBook } from './unit-book.ts';
import { nameFailure, outcomeOf } from './name-failure.ts';

/**
 * One Modbus line as a machine without input or output: events in (submit, bytes, tick, opened, gone), actions out
 * (send, settle, heard, unit). Time is an argument in ms; `wakeAt` says when the next tick is due. It owns turn-taking,
 * the silence between frames, lanes, timeouts, late replies, retries and quarantine. docs/explanation/threads-and-lines.md.
 */
export class LineMachine {
  readonly counters: Counters;
  private readonly settings: MachineSettings;
  private readonly silenceMs: number;
  private readonly lanes = new Lanes<Job>();
  private readonly book: UnitBook;
  private readonly heard = new Heard();
  private readonly babble: BabbleWatch;
  private readonly reader: ReplyReader;
  private actions: LineAction[] = [];
  private state: 'opening' | 'up' | 'down' = 'opening';
  private wire: OnWire | null = null;
  private echo: LocalEcho | null = null;
  private freeAt = 0;
  private tag = 0;
  private downBecause: Failure;
  /** Failed exchanges since a unit last answered: many may mean that the port is deaf. */
  missesInRow = 0;

  constructor(settings: MachineSettings, counters = new Counters()) {
    this.settings = settings;
    this.silenceMs = settings.timing.silenceMs;
    this.counters = counters;
    this.downBecause = failed('line-gone', { line: settings.id, reason: 'not open' }).failure;
    this.book = new UnitBook(settings.book);
    this.babble = new BabbleWatch(settings.timing);
    this.reader = new ReplyReader({ framing: settings.framing, book: this.book, heard: this.heard, counters });
  }

  /** Takes an exchange; `tick` sends it in its turn. It waits while the line opens first, and fails while it is gone. */
  submit(id: number, exchange: Exchange, now: number): LineAction[] {
    const { id: line } = this.settings;
    const detail = faultOf(exchange);
    if (detail !== null) return this.refuse(id, failed('exchange-invalid', { line, detail }).failure, now);
    if (this.state === 'down') return this.refuse(id, this.downBecause, now);
    this.queue(jobOf(id, exchange, now), now);
    if (exchange.lane !== 'alarm') this.book.noteRead(exchange);
    return this.flush();
  }

  private refuse(id: number, failure: Failure, now: number): LineAction[] {
    this.counters.add('refused');
    const timing = { queuedMs: 0, sentAt: now, endedAt: now };
    return [{ do: 'settle', id, outcome: { ok: false, failure, frame: null }, timing }];
  }

  private queue(job: Job, now: number): void {
    const { id: line } = this.settings;
    const superseded = this.lanes.takeAll((one) => givesWay(one, job));
    for (const one of superseded) this.giveUp(one, failed('exchange-superseded', { line }).failure, now);
    const loser = this.lanes.add(job);
    if (loser !== null) this.giveUp(loser, failed('line-busy', { line }).failure, now);
  }

  /** The port is open. The line must have been silent for t3.5 before anything is sent: who was talking is not known. */
  opened(now: number): LineAction[] {
    this.state = 'up';
    this.freeAt = now + this.silenceMs;
    this.missesInRow = 0;
    this.counters.add('opens');
    return this.tick(now);
  }

  /** The port is gone or could not be opened: everything that waits fails with this reason. */
  gone(failure: Failure, now: number): LineAction[] {
    this.state = 'down';
    this.downBecause = failure;
    const waiting = this.wire === null ? this.lanes.clear() : [this.wire.job, ...this.lanes.clear()];
    this.wire = null;
    this.echo = null;
    this.heard.clear();
    for (const job of waiting) this.giveUp(job, failure, now);
    return this.flush();
  }

  /** The runner has written the frame of the `send` action, at `now`: deadlines count from here. */
  sent(now: number): void {
    if (this.wire !== null) setDeadlines(this.wire, this.settings, now);
  }

  /** Bytes came in. */
  bytes(chunk: Uint8Array, now: number): LineAction[] {
    if (this.state !== 'up' || chunk.length === 0) return this.tick(now);
    this.counters.add('bytesIn', chunk.length);
    const rest = this.echo?.skip(chunk) ?? chunk;
    if (rest.length === 0) return this.tick(now);
    this.heard.push(rest, now);
    const { wire } = this;
    if (wire !== null && wire.job.unit !== 0) {
      this.babble.heardAsking(now);
      this.readReply(wire, now, false);
    } else this.stray(rest.length, now);
    return this.tick(now);
  }

  /** Nobody was asked: the line is not free before it is silent, unless somebody babbles. */
  private stray(count: number, now: number): void {
    this.counters.add('strayBytes', count);
    if (this.babble.heardUnasked(now)) this.counters.add('babbles');
    this.reader.dropLate(now);
    if (!this.babble.tooLong) this.freeAt = Math.max(this.freeAt, now + this.silenceMs);
  }

  /** Time has passed: deadlines, and the next exchange when the line is free. */
  tick(now: number): LineAction[] {
    while (this.state === 'up' && this.step(now));
    return this.flush();
  }

  /** The instant of the next tick that matters; null when only an event can change anything. */
  get wakeAt(): number | null {
    if (this.state !== 'up') return null;
    if (this.wire !== null) return wireWakeAt(this.wire, this.heard, this.settings);
    let next = this.book.nextProbeAt ?? Number.POSITIVE_INFINITY;
    for (const job of this.lanes) {
      next = Math.min(next, this.heldUntil(job, this.freeAt));
      if (next <= this.freeAt) break;
    }
    return next === Number.POSITIVE_INFINITY ? null : Math.max(this.freeAt, next);
  }

  /** Nobody is asked before this instant, and nothing heard until then is anybody's reply. */
  get restsUntil(): number {
    return this.wire === null ? this.freeAt : 0;
  }

  /** When the reply on the wire is worth the next look, by the unit's habit and the bytes heard; null when nobody was asked. */
  lookAt(now: number): number | null {
    const { wire, heard, settings } = this;
    if (wire === null || wire.job.unit === 0 || settings.timing.charMs === 0) return null;
    return nextLookAt(wire, heard, { timing: settings.timing, usualMs: this.habitOf(wire).usualMs, now });
  }

  private habitOf({ job }: OnWire): ReplyHabit {
    return this.book.habit(job.unit, job.pdu[0] ?? 0, leastReplyMs(this.settings.timing));
  }

  health(): LineHealth {
    return this.counters.snapshot(this.book.quarantined);
  }

  private flush(): LineAction[] {
    const { actions } = this;
    this.actions = [];
    return actions;
  }

  /** One thing that is due; false when nothing is. */
  private step(now: number): boolean {
    const { wire } = this;
    if (wire === null) return now >= this.freeAt && this.sendNext(now);
    if (wire.job.unit === 0) {
      if (now < wire.sentEnd) return false;
      this.finish(wire, { ok: true, pdu: new Uint8Array(0), frame: null }, wire.sentEnd);
      this.freeAt = Math.max(this.freeAt, wire.sentEnd + Math.max(this.silenceMs, wire.job.turnaroundMs));
      return true;
    }
    wire.missedAt = now;
    if (now < wireWakeAt(wire, this.heard, this.settings)) return false;
    if (endsBySilence(wire) && this.readReply(wire, now, true)) return true;
    wire.silenceSeenAt = this.heard.lastAt;
    if (now < (this.heard.length > 0 ? wire.replyBy : wire.firstByteBy)) return false;
    this.fail(wire, now);
    return true;
  }

  private sendNext(now: number): boolean {
    const job = this.next(now);
    if (job === null) return false;
    this.tag = (this.tag + 1) & 0xffff;
    const asked = { unit: job.unit, pdu: job.pdu, tag: this.tag };
    const frame = this.settings.framing.frame(asked);
    this.wire = wireOf(job, asked, frame.length, this.settings.framing.overhead);
    this.wire.hurried = this.book.isQuarantined(job.unit);
    setDeadlines(this.wire, this.settings, now);
    if (now < this.heard.lastAt + this.silenceMs) this.counters.add('silenceForced');
    this.logHeard(null);
    this.echo = this.settings.echoes ? new LocalEcho(frame) : null;
    this.counters.sent(job, frame.length);
    this.actions.push({ do: 'send', unit: job.unit, pdu: job.pdu, frame, trace: job.trace });
    return true;
  }

  /** Whose turn it is: alarms, upkeep, read-backs, a due probe, polls. */
  private next(now: number): Job | null {
    const urgent = this.nextOf('alarm', now) ?? this.nextOf('upkeep', now) ?? this.nextOf('read-back', now);
    return urgent ?? this.probe(now) ?? this.nextOf('poll', now);
  }

  private nextOf(lane: Job['lane'], now: number): Job | null {
    for (;;) {
      const job = this.lanes.take(lane, (candidate) => this.heldUntil(candidate, now) <= now);
      if (job === null || this.book.admits(job.unit, lane, now)) return job;
      this.counters.add('refused');
      this.giveUp(job, failed('unit-quarantined', { line: this.settings.id, unit: job.unit }).failure, now);
    }
  }

  private probe(now: number): Job | null {
    const probe = this.book.dueProbe(now);
    return probe === null ? null : probeJob(probe, now);
  }

  /** Who is refused is not kept waiting. Only an order that cannot wait is sent while a late reply could still pass for its own. */
  private heldUntil(job: Job, now: number): number {
    if (this.settings.framing.tagged || cannotWait(job)) return now;
    if (!this.book.admits(job.unit, job.lane, now)) return now;
    return Math.max(now, this.book.doubtfulUntil({ unit: job.unit, pdu: job.pdu, tag: 0 }, now));
  }

  /** Looks for the reply in what was heard. True when the exchange ended. */
  private readReply(wire: OnWire, now: number, ended: boolean): boolean {
    const found = this.reader.read(wire, now, ended);
    if (found !== null) this.accept(wire, found, now);
    return found !== null;
  }

  private accept(wire: OnWire, found: Found, now: number): void {
    const { unit } = wire.job;
    const beganBy = wire.sentEnd + wire.replyBytes * this.settings.timing.charMs;
    const known = replyShape(wire.asked.pdu).kind === 'length' && exceptionOf(found.pdu) === null;
    if (known) this.habitOf(wire).learn(now - beganBy, wire.missedAt === null ? null : wire.missedAt - beganBy);
    this.missesInRow = 0;
    this.babble.over();
    if (this.book.heard(unit)) this.actions.push({ do: 'unit', unit, state: 'back', at: now });
    this.counters.add('replies');
    const frame = this.heard.bytes.slice(found.from, found.to);
    const outcome = outcomeOf(this.settings.id, wire.asked, { pdu: found.pdu, frame });
    if (!outcome.ok) this.counters.add('exceptions');
    this.finish(wire, outcome, now);
  }

  private fail(wire: OnWire, now: number): void {
    const { job, doubtful } = wire;
    const circumstances = { damaged: this.echo?.damaged === true, doubtful, babbling: this.babble.tooLong };
    const verdict = nameFailure(this.settings, wire.asked, this.heard.bytes, circumstances);
    this.counters.add(verdict.counter);
    if (verdict.owed && !this.settings.framing.tagged) this.book.owe(wire.asked, now);
    this.missesInRow += 1;
    if (job.id === null) this.book.probeFailed(now, now - wire.sentAt);
    if (verdict.blamesUnit && this.book.missed(job.unit, now)) {
      this.counters.add('quarantines');
      this.actions.push({ do: 'unit', unit: job.unit, state: 'quarantined', at: now });
    }
    job.attemptsLeft = this.lanes.some((newer) => isOverruled(job, newer)) ? 0 : job.attemptsLeft - 1;
    if (job.attemptsLeft > 0 && !this.book.isQuarantined(job.unit)) {
      this.counters.add('retries');
      this.leaveWire(wire, now);
      this.queue(job, now);
    } else this.finish(wire, { ok: false, failure: verdict.failure, frame: null }, now);
  }

  private finish(wire: OnWire, outcome: Outcome, now: number): void {
    this.leaveWire(wire, now);
    this.actions.push(...settleAction(wire.job, outcome, wire.sentAt, now));
  }

  private leaveWire(wire: OnWire, now: number): void {
    this.wire = null;
    // What was heard is silence's last byte; after a timeout the silence has mostly passed already.
    this.freeAt = Math.max(wire.sentEnd, this.heard.length > 0 ? this.heard.lastAt : wire.sentEnd) + this.silenceMs;
    this.logHeard(wire.job.trace);
    const tookMs = now + this.silenceMs - wire.sentAt;
    this.counters.add('busyMs', tookMs);
    if (wire.job.id === null) this.counters.add('probeMs', tookMs);
  }

  /** What was heard goes to the frame log, and is forgotten. */
  private logHeard(trace: string | null): void {
    const { bytes, lastAt } = this.heard;
    if (bytes.length > 0) this.actions.push({ do: 'heard', bytes: bytes.slice(), at: lastAt, trace });
    this.heard.clear();
  }

  private giveUp(job: Job, failure: Failure, now: number): void {
    this.actions.push(...settleAction(job, { ok: false, failure, frame: null }, now, now));
  }
}
