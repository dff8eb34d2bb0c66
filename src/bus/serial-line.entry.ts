import { performance } from 'node:perf_hooks';
import { parentPort, workerData } from 'node:worker_threads';
import { failed } from '../words/failure.ts';
import { Counters } from './counters.ts';
import { Inbox } from './inbox.ts';
import { LineMachine } from './line-machine.ts';
import { LineRehearsal } from './line-rehearsal.ts';
import { reopenBackoffMs } from './line-options.ts';
import { ModbusClient } from './modbus-client.ts';
import { Outbox } from './outbox.ts';
import { openDevice, type SerialDevice } from './serial-device.ts';
import { lineParts, perform, runLoop, type LoopParts } from './serial-loop.ts';
import { framesToldWords, type FramesTold, type WorkerStart } from './serial-messages.ts';
import { settingsOf } from './settings-of.ts';
import { goFirst, sharpenSleep, Sleeper } from './sleeper.ts';
import { SlotRing } from './slot-ring.ts';
import { SyncPort } from './sync-port.ts';
import { WireTime } from './wire-time.ts';

/** The worker of one serial line: keeps its device open and runs the line's loop on it, until told to stop. */

const openFirst = async ({ wiring, alternatives }: WorkerStart): Promise<SerialDevice | string> => {
  const reasons: string[] = [];
  for (const path of [wiring.port.path, ...alternatives]) {
    const device = await openDevice(wiring, path);
    if (typeof device !== 'string') return device;
    reasons.push(device);
  }
  return reasons.join('; ');
};

const serve = async (start: WorkerStart, parts: LoopParts): Promise<void> => {
  const { line } = parts;
  const { inbox, machine, port } = line;
  const leave = (reason: string): void => {
    // First the state: who learns that an exchange failed must not see the line as open any more.
    line.outbox.post([{ kind: 'gone', reason }]);
    perform(line, machine.gone(failed('line-gone', { line: line.id, reason }).failure, line.time.now()));
    inbox.take();
  };
  let backoffMs: number = reopenBackoffMs.first;
  while (!inbox.stopping) {
    const device = await openFirst(start);
    if (typeof device === 'string') {
      leave(device);
    } else {
      backoffMs = reopenBackoffMs.first;
      port.attach(device.fd);
      line.outbox.post([{ kind: 'open', path: device.path, fd: device.fd }]);
      perform(line, machine.opened(line.time.now()));
      const reason = runLoop(parts, device);
      port.detach();
      if (reason !== null) leave(reason);
      await device.close();
      line.outbox.post([{ kind: 'released' }]);
    }
    inbox.rest(backoffMs);
    backoffMs = Math.min(backoffMs * 2, reopenBackoffMs.longest);
  }
};

/** The word as this thread writes it itself: one that came from another thread is compared letter by letter. */
const framesTold = ({ logFrames }: WorkerStart): FramesTold =>
  framesToldWords.find((word) => word === logFrames) ?? 'none';

const main = async (): Promise<void> => {
  if (parentPort === null) return;
  const mailbox = parentPort;
  const start = workerData as WorkerStart;
  const offsetMs = Number(process.hrtime.bigint()) / 1e6 + start.clockOffsetMs - performance.now();
  const port = new SyncPort();
  const inbox = new Inbox(mailbox, new SlotRing(start.mails), start.control);
  const outbox = new Outbox(mailbox, new SlotRing(start.reports), start.control);
  // Most looks at the wire find nothing, which Node tells by an error: without its stack that costs next to nothing.
  Error.stackTraceLimit = 0;
  sharpenSleep();
  goFirst();
  const time = WireTime.running(offsetMs);
  const settings = settingsOf(start.wiring, start);
  const rehearsal = new LineRehearsal(settings);
  const line = lineParts({
    id: start.wiring.id,
    machine: new LineMachine(settings, new Counters(start.counters)),
    ...{ port, inbox, client: new ModbusClient(port), logFrames: framesTold(start), time, outbox },
  });
  await serve(start, { line, rehearsal, sleeper: new Sleeper(time) });
  rehearsal.close();
  mailbox.close();
};

void main();
