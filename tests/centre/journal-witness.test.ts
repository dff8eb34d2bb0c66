import { afterEach, describe, expect, it } from 'vitest';
import { until, headOf } from './scripted-box.ts';
import { cleanUp, connectBox, startCentre, temporaryFolder } from './support.ts';

afterEach(cleanUp);

describe('the journal witness', () => {
  it('says of a head whether it still fits, over a restart too', async () => {
    const dir = await temporaryFolder();
    const first = await startCentre({ dir });
    const box = await connectBox(first);
    expect(first.witness(box.id)).toEqual({ records: 12, head: headOf(12) });
    await first.close();
    const centre = await startCentre({ dir });
    const judge = (records: number, head = headOf(records)) => centre.headFits(box.id, { records, head });
    expect([judge(12), judge(13), judge(11), judge(12, headOf(1))]).toEqual(['fits', 'ahead', 'behind', 'changed']);
    expect(centre.headFits('nobody', { records: 1, head: headOf(1) })).toBeNull();
  });

  it('remarks on a box whose journal became shorter', async () => {
    const centre = await startCentre();
    const box = await connectBox(centre);
    box.snapshot({ journal: { records: 5, head: headOf(5) } });
    await until(() => centre.remarks().some(({ code }) => code === 'centre-journal-back'));
  });

  it('tells a box that has no memory now from one that went back, and judges it when it shows its journal again', async () => {
    const centre = await startCentre();
    const box = await connectBox(centre);
    box.receipts(1, 2, 3);
    await box.next('acknowledge');
    const said = (): readonly string[] => centre.remarks().map(({ code }) => code);
    box.snapshot({ journal: { records: 0, head: '0'.repeat(64) } });
    await until(() => said().length === 1);
    expect(said()).toEqual(['centre-journal-none']);
    expect(centre.witness(box.id)?.records).toBe(12);
    // Its memory is back, and whole; then one that is not.
    box.snapshot({ journal: { records: 13, head: headOf(13) }, receipts: { latest: 3, acknowledged: 3, gone: 0 } });
    await until(() => centre.witness(box.id)?.records === 13);
    expect(said()).toHaveLength(1);
    box.snapshot({ journal: { records: 1, head: headOf(1) } });
    await until(() => said().includes('centre-receipt-back'));
    expect(said()).toEqual(['centre-journal-none', 'centre-journal-back', 'centre-receipt-back']);
  });

  it('says that receipts went back of a box that shows no journal and still numbers them', async () => {
    const centre = await startCentre();
    const box = await connectBox(centre);
    box.receipts(1, 2, 3);
    await box.next('acknowledge');
    box.snapshot({
      journal: { records: 0, head: '0'.repeat(64) },
      receipts: { latest: 1, acknowledged: 1, gone: 0 },
    });
    await until(() => centre.remarks().some(({ code }) => code === 'centre-receipt-back'));
  });

  it('takes a fresh status as the answer to a ping, and only with its nonce', async () => {
    const centre = await startCentre();
    const box = await connectBox(centre);
    centre.ping();
    const { nonce } = await box.next('ping');
    const status = (value: unknown) =>
      box.signed({
        v: 1,
        type: 'box.status',
        sequence: 2,
        box: box.id,
        boot: 'b-1',
        at: { mono: 2000, wall: 1_795_000_000_000, trust: 'trusted' },
        journal: { records: 20, head: headOf(20) },
        receipts: { latest: 0, acknowledged: 0, gone: 0 },
        nonce: value,
      });
    box.send({ type: 'status', ...status(nonce) });
    await until(() => centre.witness(box.id)?.records === 20);
    expect(centre.remarks()).toEqual([]);
    box.send({ type: 'status', ...status('0'.repeat(32)) });
    await until(() => centre.remarks().some(({ code }) => code === 'centre-nonce'));
  });
});
