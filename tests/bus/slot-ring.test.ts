import { MessageChannel, type MessagePort } from 'node:worker_threads';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { Inbox } from '../../src/bus/inbox.ts';
import type { Exchange, Lane } from '../../src/bus/line.ts';
import { Outbox } from '../../src/bus/outbox.ts';
import { ReportReader } from '../../src/bus/report-reader.ts';
import { cell, type FromWorker, type Mail, type Report } from '../../src/bus/serial-messages.ts';
import { putMail } from '../../src/bus/slot-codec.ts';
import { SlotRing } from '../../src/bus/slot-ring.ts';

const ports: MessagePort[] = [];
afterEach(() => ports.splice(0).forEach((port) => port.close()));

const ringOf = (memory: SharedArrayBuffer): SlotRing => new SlotRing(memory);
const shared = () => new SharedArrayBuffer(SlotRing.bytes);
const controlOf = () => new SharedArrayBuffer(cell.count * Int32Array.BYTES_PER_ELEMENT);

/** Both ends of the way to a worker, as the main thread and the worker hold them. */
const toWorker = () => {
  const { port1, port2 } = new MessageChannel();
  ports.push(port1, port2);
  const [memory, control] = [shared(), controlOf()];
  const [ring, cells] = [ringOf(memory), new Int32Array(control)];
  return {
    inbox: new Inbox(port2, ringOf(memory), control),
    send: (mail: Mail): void => {
      if (!putMail(ring, mail)) {
        port1.postMessage(mail);
        ring.countMailed();
      }
      Atomics.add(cells, cell.mail, 1);
    },
  };
};

const pdu = fc.uint8Array({ minLength: 0, maxLength: 300 });
const time = fc.double({ noNaN: true, noDefaultInfinity: true });
const output = fc.oneof(
  { weight: 5, arbitrary: fc.integer({ min: 0, max: 0xffff }) },
  fc.constantFrom(-1, 0x10000, 1.5),
);
const exchange: fc.Arbitrary<Exchange> = fc
  .record({
    lane: fc.constantFrom<Lane>('alarm', 'upkeep', 'read-back', 'poll'),
    unit: fc.oneof({ weight: 9, arbitrary: fc.integer({ min: 0, max: 255 }) }, fc.double()),
    pdu,
    turnaroundMs: time,
    trace: fc.option(fc.string({ unit: 'binary', maxLength: 80 })),
    attempts: fc.option(fc.oneof(fc.integer({ min: 1, max: 3 }), fc.integer(), fc.double()), { nil: undefined }),
    starts: fc.option(output, { nil: undefined }),
    ends: fc.option(fc.array(output, { maxLength: 3 }), { nil: undefined }),
  })
  .map(({ attempts, starts, ends, ...rest }) => ({
    ...rest,
    ...(attempts === undefined ? {} : { attempts }),
    ...(starts === undefined ? {} : { starts }),
    ...(ends === undefined ? {} : { ends }),
  }));

/** Runs of sendings with a look after each: short ones fit into the ring, long ones do not. */
const runs = <T>(one: fc.Arbitrary<T>) => fc.array(fc.array(one, { maxLength: 50 }), { maxLength: 6 });

describe('the way to the worker of a line', () => {
  it('brings every exchange as it was, in order, whether it fits into the ring or not', () => {
    fc.assert(
      fc.property(runs(exchange), (batches) => {
        const { inbox, send } = toWorker();
        let id = 0;
        for (const batch of batches) {
          const mails = batch.map((one, at) => ({ id: (id += 1), exchange: one, at: at / 3 }));
          mails.forEach(send);
          expect(inbox.take()).toEqual(mails);
        }
        ports.splice(0).forEach((port) => port.close());
      }),
      { numRuns: 200 },
    );
  });

  it('keeps an exchange as it was when its sender uses the bytes again', () => {
    const { inbox, send } = toWorker();
    const bytes = Uint8Array.of(3, 0, 0, 0, 10);
    send({ id: 1, exchange: { lane: 'poll', unit: 1, pdu: bytes, turnaroundMs: 1, trace: null }, at: 0 });
    bytes.fill(255);
    expect([...(inbox.take()[0]?.exchange.pdu ?? [])]).toEqual([3, 0, 0, 0, 10]);
  });
});

const timing = fc.record({ queuedMs: time, sentAt: time, endedAt: time });
const failure = { code: 'unit-silent', kind: 'transient', params: { line: 'a', unit: 1 } } as const;
const report: fc.Arbitrary<Report> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('settled' as const),
      id: fc.integer({ min: 1, max: 2 ** 31 - 1 }),
      outcome: fc.record({ ok: fc.constant(true as const), pdu, frame: fc.constant(null) }),
      timing,
    }),
  },
  fc.record({
    kind: fc.constant('gone' as const),
    reason: fc.string({ maxLength: 5 }),
  }),
);

describe('the way from the worker of a line', () => {
  const fromWorker = () => {
    const [memory, control] = [shared(), controlOf()];
    const messages: FromWorker[] = [];
    const taken: Report[] = [];
    const outbox = new Outbox(
      { postMessage: (message: FromWorker) => messages.push(message) },
      ringOf(memory),
      control,
    );
    const reader = new ReportReader(ringOf(memory), new Int32Array(control), (one) => taken.push(one));
    const deliver = (count: number): void => {
      for (const message of messages.splice(0, count)) reader.read(message);
    };
    return { outbox, messages, taken, deliver };
  };

  it('brings every report once and in order, however late the messages are read', () => {
    const steps = fc.array(fc.tuple(fc.array(report, { maxLength: 20 }), fc.nat(3)), { maxLength: 12 });
    fc.assert(
      fc.property(steps, (posts) => {
        const { outbox, messages, taken, deliver } = fromWorker();
        for (const [reports, count] of posts) {
          if (reports.length > 0) outbox.post(reports);
          deliver(count);
        }
        deliver(messages.length);
        expect(taken).toEqual(posts.flatMap(([reports]) => reports));
      }),
      { numRuns: 300 },
    );
  });

  it('calls the main thread once for all good replies that it has not read yet', () => {
    const { outbox, messages, taken, deliver } = fromWorker();
    const good = (id: number): Report => ({
      ...{ kind: 'settled', id, timing: { queuedMs: 0, sentAt: 1, endedAt: 2 } },
      outcome: { ok: true, pdu: Uint8Array.of(3, 2, 0, 0), frame: null },
    });
    for (let id = 1; id <= 20; id += 1) outbox.post([good(id)]);
    expect(messages).toHaveLength(1);
    deliver(1);
    expect(taken).toHaveLength(20);
    outbox.post([good(21)]);
    expect(messages).toHaveLength(1);
    deliver(1);
    outbox.post([{ kind: 'gone', reason: failure.code }]);
    expect(messages).toHaveLength(1);
  });
});
