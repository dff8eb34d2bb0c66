import { closeSync, constants, openSync, writeSync } from 'node:fs';
import { MessageChannel, receiveMessageOnPort, type MessagePort } from 'node:worker_threads';
import { Inbox } from './inbox.ts';
import type { Exchange, Lane } from './line.ts';
import { LineMachine } from './line-machine.ts';
import type { MachineSettings } from './machine-settings.ts';
import { ModbusClient } from './modbus-client.ts';
import { Outbox } from './outbox.ts';
import { ReportReader } from './report-reader.ts';
import { rtuFrame } from './rtu.ts';
import { lineParts, perform, turn } from './serial-loop.ts';
import { cell, type FromWorker, type Mail } from './serial-messages.ts';
import { Sleeper } from './sleeper.ts';
import { putMail } from './slot-codec.ts';
import { SlotRing } from './slot-ring.ts';
import { SyncPort } from './sync-port.ts';
import { WireTime } from './wire-time.ts';

/** So many exchanges make the program of a line as quick as it becomes. */
const exchangeCount = 4000;
/**
 * After so many the stage is built anew. What is made quick for the objects of one line alone is thrown away when it meets
 * those of another, and what a line does once, on meeting a unit, is never made quick at all.
 */
const exchangesOnStage = 100;
/** Where the rehearsal's clock starts, ms: a fraction, as the real one nearly always shows. */
const startsAt = 1000.5;

/**
 * So that the sleep before a frame is made quick too it sleeps after every other exchange, for so long: longer than a sleep is begun early, or
 * there would be none.
 */
const napMs = 0.2;

interface Act {
  readonly lane: Lane;
  readonly unit: number;
  readonly pdu: Uint8Array;
  readonly reply: Uint8Array;
  /** The reply is not there yet at the first look, and not whole at the second. */
  readonly isLate?: boolean;
}

const read = (code: number, count: number, bytes: number): Pick<Act, 'pdu' | 'reply'> => ({
  pdu: Uint8Array.of(code, 0, 0, 0, count),
  reply: Uint8Array.of(code, bytes, ...new Uint8Array(bytes)),
});

const coilOn = { pdu: Uint8Array.of(5, 0, 0, 0xff, 0), reply: Uint8Array.of(5, 0, 0, 0xff, 0) };

/** What a line does in its life: it asks, it switches, it tells all. */
const acts: readonly Act[] = [
  { lane: 'poll', unit: 1, ...read(3, 10, 20) },
  { lane: 'alarm', unit: 2, ...coilOn },
  { lane: 'read-back', unit: 2, ...read(1, 8, 1) },
  { lane: 'poll', unit: 3, ...read(4, 2, 4) },
  { lane: 'poll', unit: 1, ...read(3, 10, 20), isLate: true },
  { lane: 'alarm', unit: 0, ...coilOn },
];

const receive = (port: MessagePort): { readonly message: FromWorker } | undefined => receiveMessageOnPort(port);

/** Ways to and from the main thread. Of all stages: what is closed here is freed only by an event loop, which never runs. */
interface Ways {
  readonly mailbox: MessageChannel;
  readonly calls: MessageChannel;
}

/** Two ends of everything that a line has, apart from every real one; its port swallows what is written to it. */
const stageOf = (settings: MachineSettings, fd: number, { mailbox, calls }: Ways) => {
  const outcome = { ok: false };
  const time = WireTime.standing(startsAt);
  const control = new SharedArrayBuffer(cell.count * Int32Array.BYTES_PER_ELEMENT);
  const [mails, reports] = [new SharedArrayBuffer(SlotRing.bytes), new SharedArrayBuffer(SlotRing.bytes)];
  const ring = new SlotRing(mails);
  const port = new SyncPort();
  port.attach(fd);
  const parts = lineParts({
    id: settings.id,
    machine: new LineMachine(settings),
    ...{ port, client: new ModbusClient(port), logFrames: 'traced', time },
    inbox: new Inbox(mailbox.port1, ring, control),
    outbox: new Outbox(calls.port1, new SlotRing(reports), control),
  });
  // Where in the file the port writes and reads next.
  let at = 0;
  const cells = new Int32Array(control);
  const replies = new ReportReader(new SlotRing(reports), cells, (report) => {
    outcome.ok = report.kind === 'settled' && report.outcome.ok;
  });
  return {
    ...{ parts, time, outcome },
    sent: (bytes: number): void => void (at += bytes),
    /** Bytes that the port reads at its next look. */
    arrive: (bytes: Uint8Array): void => void (at += writeSync(fd, bytes, 0, bytes.length, at)),
    submit: (mail: Mail): void => {
      putMail(ring, mail);
      Atomics.add(cells, cell.mail, 1);
    },
    /** Reads what the line reported, as the main thread does. */
    hearReports: () => {
      for (let call = receive(calls.port2); call !== undefined; call = receive(calls.port2)) replies.read(call.message);
    },
    close: () => closeSync(fd),
  };
};

type Stage = ReturnType<typeof stageOf>;

/** Linux's own number of it; with it a file has no name, and is gone when it is closed. */
const namelessFile = 0o20000000 | constants.O_DIRECTORY;

/**
 * A port that leads nowhere and from which one can read: a nameless file in memory. Null where the system does not give
 * it: then there is no rehearsal.
 */
const openNowhere = (): number | null => {
  try {
    return openSync('/dev/shm', constants.O_RDWR | namelessFile, 0o600);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return null;
  }
};

/**
 * Goes through exchanges that nobody sees, with the line's own program on a port that leads nowhere: nothing reaches the
 * wire, nothing is counted. A program that has not run often is several times slower, and the first alarm may be the
 * first exchange in a long while.
 */
export class LineRehearsal {
  private readonly ways: Ways = { mailbox: new MessageChannel(), calls: new MessageChannel() };
  private stage: Stage | null = null;
  private readonly settings: MachineSettings;
  private readonly realTime = WireTime.running(0);
  private readonly sleeper = new Sleeper(this.realTime);
  private done = 0;
  private closed = false;

  constructor(settings: MachineSettings) {
    this.settings = settings;
  }

  get isOver(): boolean {
    return this.closed || this.done >= exchangeCount;
  }

  /**
   * One exchange, in less than a millisecond; after the last one it lets go of what it held. False when the exchange did
   * not go as it should, or could not be played: then there is no more of them.
   */
  step(): boolean {
    const act = acts[this.done % acts.length];
    if (this.done % exchangesOnStage === 0) this.strike();
    if (!this.isOver) this.stage ??= this.prepare();
    const isGood = this.stage !== null && act !== undefined && this.dares(this.stage, act);
    if (this.done % 2 === 0) this.sleeper.exactly(this.realTime.now() + napMs);
    this.done += 1;
    if (!isGood || this.isOver) this.close();
    return isGood;
  }

  /** Lets go of what it holds; there is no rehearsal after it. */
  close(): void {
    this.strike();
    if (this.closed) return;
    this.closed = true;
    for (const { port1, port2 } of [this.ways.mailbox, this.ways.calls]) {
      port1.close();
      port2.close();
    }
  }

  private strike(): void {
    this.stage?.close();
    this.stage = null;
  }

  private prepare(): Stage | null {
    const fd = openNowhere();
    if (fd === null) return null;
    const stage = stageOf(this.settings, fd, this.ways);
    perform(stage.parts, stage.parts.machine.opened(stage.time.now()));
    return stage;
  }

  /** A memory that is full, or whatever else may fail here, ends the rehearsal and not the line. */
  private dares(stage: Stage, act: Act): boolean {
    try {
      return this.play(stage, act);
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      return false;
    }
  }

  private play(stage: Stage, { lane, unit, pdu, reply, isLate = false }: Act): boolean {
    const { parts, time, outcome } = stage;
    outcome.ok = false;
    const { machine } = parts;
    const exchange: Exchange = { lane, unit, pdu, turnaroundMs: 100.5, trace: lane === 'alarm' ? 'rehearsal' : null };
    time.set(Math.max(time.now(), machine.restsUntil));
    stage.submit({ id: this.done + 1, exchange, at: time.now() });
    // The mail is there: this returns at once, and the frame is then sent by one who was waited for.
    parts.inbox.wait(1);
    turn(parts);
    stage.sent(rtuFrame(unit, pdu).length);
    const look = (): void => {
      const now = time.now();
      time.set(machine.lookAt(now) ?? machine.wakeAt ?? now);
      turn(parts);
    };
    const frame = rtuFrame(unit, reply);
    const begun = isLate ? 12 : 0;
    if (isLate) {
      look();
      stage.arrive(frame.subarray(0, begun));
      look();
    }
    if (unit !== 0) stage.arrive(frame.subarray(begun));
    look();
    stage.hearReports();
    return outcome.ok;
  }
}
