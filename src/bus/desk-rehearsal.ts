import { MessageChannel } from 'node:worker_threads';
import { Inbox } from './inbox.ts';
import type { Exchange } from './line.ts';
import { MailDesk } from './mail-desk.ts';
import { Outbox } from './outbox.ts';
import { ReportReader } from './report-reader.ts';
import { cell, type FromWorker } from './serial-messages.ts';
import { SlotRing } from './slot-ring.ts';

/** So many rounds make the program quick, and after so many the stage is built anew: see line-rehearsal.ts. */
const roundCount = 1000;
const roundsOnStage = 50;

const exchanges: readonly Exchange[] = [
  { lane: 'poll', unit: 1, pdu: Uint8Array.of(3, 0, 0, 0, 10), turnaroundMs: 100.5, trace: null },
  { lane: 'alarm', unit: 2, pdu: Uint8Array.of(5, 0, 0, 0xff, 0), turnaroundMs: 100.5, trace: 'rehearsal' },
];
/** Exchanges of a whole rehearsal. */
export const rehearsals = roundCount * exchanges.length;

const reply = Uint8Array.of(3, 20, ...new Uint8Array(20));
const timing = { queuedMs: 0.5, sentAt: 1000.5, endedAt: 1001.5 };

/** A desk, and both ends of the way between it and a thread that is not there. */
const stageOf = () => {
  const control = new SharedArrayBuffer(cell.count * Int32Array.BYTES_PER_ELEMENT);
  const reports = new SharedArrayBuffer(SlotRing.bytes);
  const { port1, port2 } = new MessageChannel();
  const cells = new Int32Array(control);
  const desk = new MailDesk(cells, (mail) => port1.postMessage(mail));
  const inbox = new Inbox(port2, new SlotRing(desk.ringForThread()), control);
  const outbox = new Outbox(port2, new SlotRing(reports), control);
  const replies = new ReportReader(new SlotRing(reports), cells, (report) => {
    if (report.kind === 'settled') desk.settle(report);
  });
  port1.on('message', (message: FromWorker) => replies.read(message));
  port1.unref();
  return {
    /** One exchange there and back: through both rings, and by a message that calls this thread. */
    round: async (exchange: Exchange): Promise<boolean> => {
      const settled = desk.send(exchange);
      desk.letItGoFirst();
      for (const { id } of inbox.take()) {
        outbox.post([{ kind: 'settled', id, outcome: { ok: true, pdu: reply, frame: null }, timing }]);
      }
      return (await settled).ok;
    },
    close: () => port1.close(),
  };
};

const rehearse = async (): Promise<number> => {
  let [answered, stage] = [0, stageOf()];
  for (let round = 0; round < roundCount; round += 1) {
    if (round % roundsOnStage === 0) {
      stage.close();
      stage = stageOf();
    }
    for (const exchange of exchanges) if (await stage.round(exchange)) answered += 1;
  }
  stage.close();
  return answered;
};

/**
 * Sends so many exchanges to nobody and back, with the program of the main thread: it is as quick then as it becomes, while
 * the first alarm may be the first exchange in a long while. Between two rounds everything else has its turn. How many were
 * answered; a memory that is full, or whatever else may fail here, ends the rehearsal and nothing else.
 */
export const rehearseDesk = async (): Promise<number> => {
  try {
    return await rehearse();
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return 0;
  }
};
