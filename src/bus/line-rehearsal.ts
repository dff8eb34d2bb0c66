import { closeSync, openSync } from 'node:fs';
import { devNull } from 'node:os';
import { MessageChannel } from 'node:worker_threads';
import { Inbox } from './inbox.ts';
import type { Exchange, Lane } from './line.ts';
import { LineMachine } from './line-machine.ts';
import type { MachineSettings } from './machine-settings.ts';
import { ModbusClient } from './modbus-client.ts';
import { Outbox } from './outbox.ts';
import { ReportReader } from './report-reader.ts';
import { rtuFrame } from './rtu.ts';
import { hear, perform, turn, type LineParts } from './serial-loop.ts';
import { callMain, cell } from './serial-messages.ts';
import { putMail } from './slot-codec.ts';
import { SlotRing } from './slot-ring.ts';
import { SyncPort } from './sync-port.ts';

/** So many exchanges make the program of a line as quick as it becomes. */
const exchangeCount = 2000;

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

/** Two ends of everything that a line has, apart from every real one; its port swallows what is written to it. */
const stageOf = (settings: MachineSettings, fd: number, now: () => number) => {
  const outcome = { ok: false };
  const { port1, port2 } = new MessageChannel();
  const control = new SharedArrayBuffer(cell.count * Int32Array.BYTES_PER_ELEMENT);
  const [mails, reports] = [new SharedArrayBuffer(SlotRing.bytes), new SharedArrayBuffer(SlotRing.bytes)];
  const port = new SyncPort();
  port.attach(fd);
  const silent = { postMessage: () => undefined };
  const parts: LineParts = {
    id: settings.id,
    machine: new LineMachine(settings),
    ...{ port, client: new ModbusClient(port), logFrames: 'none', now },
    inbox: new Inbox(port1, new SlotRing(mails), control),
    post: new Outbox(silent, new SlotRing(reports), control).post,
  };
  return {
    parts,
    cells: new Int32Array(control),
    mails: new SlotRing(mails),
    outcome,
    replies: new ReportReader(new SlotRing(reports), (report) => {
      outcome.ok = report.kind === 'settled' && report.outcome.ok;
    }),
    close: () => {
      port1.close();
      port2.close();
      closeSync(fd);
    },
  };
};

type Stage = ReturnType<typeof stageOf>;

/** A port that swallows all; null where the system does not give it: then there is no rehearsal. */
const openNowhere = (): number | null => {
  try {
    return openSync(devNull, 'r+');
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
  private stage: Stage | null = null;
  private readonly settings: MachineSettings;
  private time = 1000;
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
    if (!this.isOver) this.stage ??= this.prepare();
    const isGood = this.stage !== null && act !== undefined && this.play(this.stage, act);
    this.done += 1;
    if (!isGood || this.isOver) this.close();
    return isGood;
  }

  /** Lets go of what it holds; there is no rehearsal after it. */
  close(): void {
    this.stage?.close();
    this.stage = null;
    this.closed = true;
  }

  private prepare(): Stage | null {
    const fd = openNowhere();
    if (fd === null) return null;
    const stage = stageOf(this.settings, fd, () => (this.time += 0.003));
    perform(stage.parts, stage.parts.machine.opened(stage.parts.now()));
    return stage;
  }

  private play(
    { parts, cells, mails, replies, outcome }: Stage,
    { lane, unit, pdu, reply, isLate = false }: Act,
  ): boolean {
    outcome.ok = false;
    const { machine } = parts;
    const exchange: Exchange = { lane, unit, pdu, turnaroundMs: 100.5, trace: lane === 'alarm' ? 'rehearsal' : null };
    this.time = Math.max(this.time, machine.restsUntil());
    putMail(mails, { id: this.done + 1, exchange, at: this.time });
    Atomics.add(cells, cell.mail, 1);
    turn(parts);
    const wait = (): void => void (this.time = machine.lookAt(this.time) ?? machine.wakeAt ?? this.time);
    const frame = rtuFrame(unit, reply);
    const begun = isLate ? 4 : 0;
    wait();
    if (isLate) {
      turn(parts);
      wait();
      hear(parts, frame.subarray(0, begun));
      wait();
    }
    if (unit !== 0) hear(parts, frame.subarray(begun));
    turn(parts);
    Atomics.store(cells, cell.called, 0);
    replies.read(callMain);
    return outcome.ok;
  }
}
