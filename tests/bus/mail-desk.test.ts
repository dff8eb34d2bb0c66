import { expect, it } from 'vitest';
import { MailDesk } from '../../src/bus/mail-desk.ts';
import { cell } from '../../src/bus/serial-messages.ts';

it('forgets what was settled long before its numbers come round again', () => {
  const cells = new Int32Array(new SharedArrayBuffer(cell.count * 4));
  const desk = new MailDesk(cells, () => undefined);
  const timing = { queuedMs: 0, sentAt: 0, endedAt: 0 };
  const outcome = { ok: true, pdu: Uint8Array.of(3), frame: null } as const;
  for (let id = 1; id <= 2 ** 20; id += 1) {
    void desk.send({ lane: 'poll', unit: 1, pdu: Uint8Array.of(3, 0, 0, 0, 1), turnaroundMs: 1, trace: null });
    desk.settle({ kind: 'settled', id, outcome, timing });
  }
  expect(Atomics.load(cells, cell.forgotten)).toBe(2 ** 20 - 1);
}, 60_000);
