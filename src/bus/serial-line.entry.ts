import { performance } from 'node:perf_hooks';
import { parentPort, workerData } from 'node:worker_threads';
import { failed } from '../words/failure.ts';
import { Counters } from './counters.ts';
import { Inbox } from './inbox.ts';
import { LineMachine } from './line-machine.ts';
import { LineRehearsal } from './line-rehearsal.ts';
import { ModbusClient } from './modbus-client.ts';
import { Outbox } from './outbox.ts';
import { lineParts, perform, runLoop, type LoopParts } from './serial-loop.ts';
import { framesToldWords, type FramesTold, type WorkerStart } from './serial-messages.ts';
import { settingsOf } from './settings-of.ts';
import { goFirst, sharpenSleep, Sleeper } from './sleeper.ts';
import { SlotRing } from './slot-ring.ts';
import { SyncPort } from './sync-port.ts';
import { WireTime } from './wire-time.ts';

/** The worker of one serial line: runs the line's loop on the port that the main thread has opened, until told to stop. */

const withoutPortMs = 1000;

const serve = (parts: LoopParts): void => {
  const { line } = parts;
  const { inbox, machine, port, outbox, time } = line;
  while (!inbox.stopping) {
    inbox.beat();
    const fd = inbox.device;
    if (fd === null) {
      inbox.waitForDevice(withoutPortMs);
      continue;
    }
    port.attach(fd);
    outbox.post([{ kind: 'open' }]);
    perform(line, machine.opened(time.now()));
    const reason = runLoop(parts, fd);
    port.detach();
    if (reason === null) return;
    inbox.dropDevice();
    // First the state: who learns that an exchange failed must not see the line as open any more.
    outbox.post([{ kind: 'gone', reason }]);
    perform(line, machine.gone(failed('line-gone', { line: line.id, reason }).failure, time.now()));
  }
};

/** The word as this thread writes it itself: one that came from another thread is compared letter by letter. */
const framesTold = ({ logFrames }: WorkerStart): FramesTold =>
  framesToldWords.find((word) => word === logFrames) ?? 'none';

const main = (): void => {
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
  serve({ line, rehearsal, sleeper: new Sleeper(time) });
  rehearsal.close();
  mailbox.close();
};

main();
