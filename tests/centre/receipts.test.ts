import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { openFolder, type Folder } from '../../emulator/centre/folder.ts';
import { createLedger } from '../../emulator/centre/receipt-ledger.ts';
import type { Centre } from '../../emulator/centre/centre.ts';
import { scriptedBox, until } from './scripted-box.ts';
import { cleanUp, connectBox, startCentre, temporaryFolder } from './support.ts';

afterEach(cleanUp);

const numbers = (centre: Centre): readonly number[] => centre.receipts().map(({ receipt }) => receipt.number);
const codes = (centre: Centre): readonly string[] => centre.remarks().map(({ code }) => code);

describe('receipts', () => {
  it('are on the disk before they are acknowledged, and acknowledged up to the last one', async () => {
    const dir = await temporaryFolder();
    const centre = await startCentre({ dir });
    const box = await connectBox(centre);
    box.receipts(1, 2, 3);
    expect(await box.next('acknowledge')).toEqual({ type: 'acknowledge', number: 3 });
    const lines = (await readFile(join(dir, 'receipts.ndjson'), 'utf8')).trimEnd().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as { number: number }).number)).toEqual([1, 2, 3]);
  });

  it('are kept once although they come again over reconnects and over a restart of the centre', async () => {
    const dir = await temporaryFolder();
    const centre = await startCentre({ dir });
    const box = await connectBox(centre);
    const called: number[] = [];
    const state = { receipts: { latest: 3, acknowledged: 2, gone: 0 } };
    centre.onReceipt(({ receipt }) => called.push(receipt.number));
    for (let times = 0; times < 3; times += 1) {
      const heard = box.heard.length;
      box.receipts(1, 2);
      expect(await box.next('acknowledge', heard)).toEqual({ type: 'acknowledge', number: 2 });
      await box.leave();
      await connectBox(centre, box, state);
    }
    expect([numbers(centre), called]).toEqual([
      [1, 2],
      [1, 2],
    ]);
    await centre.close();
    const again = await startCentre({ dir });
    const heard = box.heard.length;
    await connectBox(again, box, state);
    box.receipts(1, 2, 3);
    expect(await box.next('acknowledge', heard)).toEqual({ type: 'acknowledge', number: 3 });
    expect(numbers(again)).toEqual([1, 2, 3]);
    expect(codes(again)).toEqual([]);
  });

  it('that cannot be written are not acknowledged, and are when the disk is well again', async () => {
    const real = await openFolder(await temporaryFolder());
    let full = true;
    const folder: Folder = {
      ...real,
      log: (name) => {
        const log = real.log(name);
        const append: typeof log.append = (...lines) =>
          full && name === 'receipts.ndjson' ? Promise.reject(new Error('ENOSPC')) : log.append(...lines);
        return { append };
      },
    };
    const centre = await startCentre({ folder });
    const box = await connectBox(centre);
    box.receipts(1);
    await until(() => codes(centre).includes('centre-disk'));
    expect([centre.receipts(), box.heard.filter(({ type }) => type === 'acknowledge')]).toEqual([[], []]);
    full = false;
    box.receipts(1);
    expect(await box.next('acknowledge')).toEqual({ type: 'acknowledge', number: 1 });
  });

  it('with a bad signature are shown, neither kept nor acknowledged', async () => {
    const centre = await startCentre();
    const box = await connectBox(centre);
    const stranger = scriptedBox(box.id);
    box.send({ type: 'receipts', items: [stranger.receipt(1)] });
    await until(() => codes(centre).includes('centre-signature'));
    expect(centre.receipts()).toEqual([]);
    expect(box.heard.filter(({ type }) => type === 'acknowledge')).toEqual([]);
  });

  it('whose text was changed after signing are not believed', async () => {
    const centre = await startCentre();
    const box = await connectBox(centre);
    const { signed, signature } = box.receipt(1);
    box.send({ type: 'receipts', items: [{ signed: signed.replace('received', 'verified'), signature }] });
    await until(() => codes(centre).includes('centre-signature'));
  });

  it('are acknowledged only up to a gap, which is named and closes when the missing one comes', async () => {
    const centre = await startCentre();
    const box = await connectBox(centre);
    box.receipts(1, 2, 5);
    expect(await box.next('acknowledge')).toEqual({ type: 'acknowledge', number: 2 });
    expect(centre.remarks()).toMatchObject([{ code: 'centre-receipt-gap', box: box.id, detail: '3–4' }]);
    expect(centre.boxes()[0]?.ledger.gaps()).toEqual([[3, 4]]);
    const heard = box.heard.length;
    box.receipts(3, 4);
    expect(await box.next('acknowledge', heard)).toEqual({ type: 'acknowledge', number: 5 });
    expect(centre.boxes()[0]?.ledger.gaps()).toEqual([]);
  });

  it('that come with other content under a known number are shown and never overwrite', async () => {
    const centre = await startCentre();
    const box = await connectBox(centre);
    box.receipts(1);
    await box.next('acknowledge');
    box.send({ type: 'receipts', items: [box.receipt(1, { trace: 'f'.repeat(32) })] });
    await until(() => codes(centre).includes('centre-receipt-conflict'));
    expect(centre.receipts().map(({ receipt }) => receipt.trace)).toEqual(['0123456789abcdef0123456789abcdef']);
  });

  it('go on behind what another centre acknowledged, and the centre says so', async () => {
    const centre = await startCentre();
    const box = scriptedBox();
    await centre.enrol(box.id, box.publicKey);
    await box.connect(centre.url);
    box.snapshot({ receipts: { latest: 9, acknowledged: 7, gone: 0 } });
    box.receipts(8, 9);
    expect(await box.next('acknowledge')).toEqual({ type: 'acknowledge', number: 9 });
    expect(codes(centre)).toEqual(['centre-receipt-elsewhere']);
  });

  it('that the box has given up are not waited for: the centre goes on behind them, and names them', async () => {
    const centre = await startCentre();
    const box = await connectBox(centre);
    box.receipts(1);
    await box.next('acknowledge');
    const heard = box.heard.length;
    const status = { v: 1, type: 'box.status', sequence: 2, box: box.id, boot: 'b-1' };
    const at = { mono: 0, wall: 1_783_688_400_000, trust: 'trusted' };
    const journal = { records: 1, head: '0'.repeat(64) };
    const receipts = { latest: 9, acknowledged: 1, gone: 5 };
    box.send({ type: 'status', ...box.signed({ ...status, at, journal, receipts, nonce: null }) });
    box.receipts(6, 7);
    expect(await box.next('acknowledge', heard)).toEqual({ type: 'acknowledge', number: 7 });
    expect(centre.remarks().filter(({ code }) => code.startsWith('centre-receipt'))).toMatchObject([
      { code: 'centre-receipt-gone', detail: '2–5' },
    ]);
  });

  it('that went back after an old image was restored are shown', async () => {
    const centre = await startCentre();
    const box = await connectBox(centre);
    box.receipts(1, 2, 3);
    await box.next('acknowledge');
    box.snapshot({ receipts: { latest: 1, acknowledged: 1, gone: 0 } });
    await until(() => codes(centre).includes('centre-receipt-back'));
  });

  it('whose counters do not add up, or whose name is not that of their stage, are remarked upon', async () => {
    const centre = await startCentre();
    const box = await connectBox(centre);
    const ended = { stage: 'ended', how: 'completed', due: 3, sounded: 1, failed: 0, unknown: 1 };
    box.send({
      type: 'receipts',
      items: [box.receipt(1, { body: ended }, 'broadcast.ended'), box.receipt(2, { body: ended }, 'ack.valid')],
    });
    await until(() => centre.receipts().length === 2);
    expect(codes(centre)).toEqual(expect.arrayContaining(['centre-receipt-sum', 'centre-receipt-stage']));
  });

  it('of a box that is not enrolled wait, and are judged when its key is known', async () => {
    const centre = await startCentre();
    const box = scriptedBox();
    await box.connect(centre.url);
    box.snapshot();
    box.askTime();
    box.receipts(1);
    await box.next('time');
    await until(() => codes(centre).includes('centre-box-unknown'));
    expect([centre.receipts(), centre.unproven()]).toEqual([[], [box.id]]);
    await centre.enrol(box.id, box.publicKey);
    expect(await box.next('acknowledge')).toEqual({ type: 'acknowledge', number: 1 });
    expect(centre.connected()).toEqual([box.id]);
  });
});

describe('the ledger', () => {
  it('acknowledges no number before all below it, in any order of arrival', () => {
    const order = fc.shuffledSubarray(Array.from({ length: 30 }, (_, index) => index + 1));
    fc.assert(
      fc.property(order, (arrivals) => {
        const ledger = createLedger();
        const kept = new Set<number>();
        for (const number of arrivals) {
          if (ledger.judge(number, 'h') !== 'new') return false;
          ledger.keep(number, 'h');
          kept.add(number);
          const all = Array.from({ length: ledger.upTo() }, (_, index) => index + 1);
          if (!all.every((one) => kept.has(one)) || kept.has(ledger.upTo() + 1)) return false;
        }
        return arrivals.every((number) => ledger.judge(number, 'h') === 'repeated');
      }),
      { numRuns: 200 },
    );
  });
});
