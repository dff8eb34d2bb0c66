import { failed } from '../words/failure.ts';
import type { Inbox } from './inbox.ts';
import type { LineMachine } from './line-machine.ts';
import { deafPort } from './line-options.ts';
import type { LineAction, Outcome } from './machine-settings.ts';
import type { ModbusClient } from './modbus-client.ts';
import type { Outbox } from './outbox.ts';
import type { FramesTold, Report } from './serial-messages.ts';
import type { Sleeper } from './sleeper.ts';
import type { SyncPort } from './sync-port.ts';
import type { WireTime } from './wire-time.ts';

/** An idle line is looked at so often, for hang-ups and babble; mail wakes it at once. */
const idleMs = 200;
const deafCheckMs = 1000;

/** What a line's exchanges need. */
export interface LineParts {
  readonly id: string;
  readonly machine: LineMachine;
  readonly port: SyncPort;
  readonly client: ModbusClient;
  readonly inbox: Inbox;
  readonly logFrames: FramesTold;
  readonly time: WireTime;
  readonly outbox: Outbox;
}

/**
 * Made in this one place for the line and for its rehearsal: objects of one making have one shape, and the program that was
 * made quick for the one is thrown away when it meets the other.
 */
export const lineParts = ({ id, machine, port, client, inbox, logFrames, time, outbox }: LineParts): LineParts => ({
  id,
  machine,
  port,
  client,
  inbox,
  logFrames,
  time,
  outbox,
});

/** What a line does while it rests, one exchange at a time: see line-rehearsal.ts. */
interface Rehearsal {
  readonly isOver: boolean;
  step(): unknown;
}

/** What the loop needs beside. */
export interface LoopParts {
  readonly line: LineParts;
  readonly sleeper: Sleeper;
  readonly rehearsal: Rehearsal;
}

/** modbus-serial has the last word on a reply. */
const judged = ({ id, client }: LineParts, outcome: Outcome): Outcome => {
  if (outcome.frame === null) return outcome;
  const pdu = client.parse(outcome.frame);
  // The frame itself has done its duty here; it need not travel.
  if (!outcome.ok) return { ...outcome, frame: null };
  if (pdu !== null) return { ok: true, pdu, frame: null };
  const params = { line: id, unit: outcome.frame[0] ?? 0, bytes: outcome.frame.length };
  return { ok: false, failure: failed('reply-garbled', params).failure, frame: outcome.frame };
};

/** Does what the machine decided. */
export const perform = (parts: LineParts, actions: readonly LineAction[]): void => {
  if (actions.length === 0) return;
  const { id: line, machine, client, inbox, logFrames, time } = parts;
  const told = (trace: string | null): boolean => logFrames === 'all' || (logFrames === 'traced' && trace !== null);
  const reports: Report[] = [];
  for (const action of actions) {
    switch (action.do) {
      case 'send': {
        client.send(action.unit, action.pdu, action.frame);
        const at = time.now();
        inbox.answer();
        machine.sent(at);
        const { frame: bytes, trace } = action;
        if (told(trace)) reports.push({ kind: 'frame', note: { line, direction: 'sent', bytes, at, trace } });
        break;
      }
      case 'settle':
        reports.push({ kind: 'settled', id: action.id, outcome: judged(parts, action.outcome), timing: action.timing });
        break;
      case 'heard': {
        const { bytes, at, trace } = action;
        if (told(trace)) reports.push({ kind: 'frame', note: { line, direction: 'received', bytes, at, trace } });
        break;
      }
      case 'unit': {
        const { unit, state, at } = action;
        reports.push({ kind: 'unit', note: { line, unit, state, at } });
        break;
      }
    }
  }
  if (reports.length > 0) parts.outbox.post(reports);
};

/** Mail is not kept waiting for longer than this, whatever the line waits for. */
const longestDeafMs = 20;

/**
 * A line rehearses when nothing was to be done for so long, a little at a time and with rests: its thread goes before all
 * others, and must not keep them from what they have to do.
 */
const rehearsing = { afterMs: 20, forMs: 2, restMs: 1 } as const;

const mayRehearse = ({ line, rehearsal }: LoopParts): boolean => !line.inbox.isCalled && !rehearsal.isOver;

/** Nothing is to be done: the line rests until mail comes, or rehearses when it has not done that enough. */
const idle = (parts: LoopParts): void => {
  const { line, rehearsal } = parts;
  const { inbox, time } = line;
  inbox.wait(rehearsal.isOver ? idleMs : rehearsing.afterMs);
  // Not sooner: V8 goes on with what the rehearsal began, in threads of its own.
  if (rehearsal.isOver) inbox.tellRehearsed();
  while (mayRehearse(parts)) {
    const until = time.now() + rehearsing.forMs;
    while (mayRehearse(parts) && time.now() < until) rehearsal.step();
    inbox.wait(rehearsing.restMs);
  }
};

/** Sleeps until something can have changed: the predicted end of a reply, the end of a silence, mail. */
const pause = (parts: LoopParts): void => {
  const { line, sleeper } = parts;
  const { machine, inbox } = line;
  const now = line.time.now();
  const restsUntil = machine.restsUntil;
  // In the silence between frames nobody can be asked: mail that comes meanwhile is taken at its end, by the same waking.
  if (now < restsUntil && restsUntil - now <= longestDeafMs) {
    sleeper.exactly(restsUntil);
    return;
  }
  const wakeAt = machine.wakeAt;
  if (wakeAt === null) {
    idle(parts);
    return;
  }
  const lookAt = machine.lookAt(now);
  if (lookAt !== null) sleeper.about(Math.min(lookAt, wakeAt));
  // A probe that is due later must not keep mail waiting.
  else if (wakeAt - now > longestDeafMs) inbox.wait(Math.min(wakeAt - now - longestDeafMs / 2, idleMs));
  else sleeper.exactly(wakeAt);
};

/** Bytes came. */
export const hear = (parts: LineParts, chunk: Uint8Array): void => {
  perform(parts, parts.machine.bytes(chunk, parts.time.now()));
};

/** One look at the wire, the mail and the clock, and what follows from them. Returns why the port must be closed, or null. */
export const turn = (parts: LineParts): string | null => {
  const { machine, port, inbox, time } = parts;
  inbox.beat();
  // In the silence between frames one look, at its end, tells whether it was kept.
  const chunk = time.now() < machine.restsUntil ? null : port.read();
  const hungUp = port.faultNow();
  if (hungUp !== null) return hungUp;
  if (chunk !== null) hear(parts, chunk);
  for (const { id, exchange, at } of inbox.take()) perform(parts, machine.submit(id, exchange, at));
  perform(parts, machine.tick(time.now()));
  return port.faultNow();
};

/**
 * The synchronous runner of the line machine, in a worker of its own: reads when bytes must have arrived, writes at the
 * instant at which the silence ends, takes mail between exchanges. Returns why the port must be opened anew; null to end.
 */
export const runLoop = (parts: LoopParts, fd: number): string | null => {
  const { line } = parts;
  const { machine, inbox, time } = line;
  const openedAt = time.now();
  let checkAt = openedAt + deafCheckMs;
  while (!inbox.stopping) {
    if (inbox.device !== fd) return 'unplugged';
    const fault = turn(line);
    if (fault !== null) return fault;
    const now = time.now();
    if (now >= checkAt) {
      if (machine.missesInRow >= deafPort.misses && now - openedAt >= deafPort.openForMs) return 'no unit answers';
      checkAt = now + deafCheckMs;
    }
    pause(parts);
  }
  return null;
};
