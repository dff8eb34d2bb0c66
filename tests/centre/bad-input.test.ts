import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { snapshotOf, until } from './scripted-box.ts';
import { cleanUp, connectBox, startCentre } from './support.ts';

afterEach(cleanUp);

const example = JSON.stringify({
  type: 'snapshot',
  signed: JSON.stringify(snapshotOf('shiling-01')),
  signature: 'A'.repeat(86) + '==',
});

/** A right message with some of its characters replaced. */
const mutated = fc
  .array(fc.tuple(fc.nat(example.length - 1), fc.string({ minLength: 1, maxLength: 3 })), {
    minLength: 1,
    maxLength: 8,
  })
  .map((changes) => changes.reduce((text, [at, put]) => text.slice(0, at) + put + text.slice(at + 1), example));

const frames = fc.oneof(
  fc.uint8Array({ maxLength: 200 }),
  fc.string({ maxLength: 200 }),
  fc.json(),
  mutated,
  fc
    .record({
      type: fc.constantFrom('snapshot', 'receipts', 'status', 'time-request', 'problem', 'order'),
      items: fc.jsonValue(),
    })
    .map((value) => JSON.stringify(value)),
);

describe('whatever a box sends', () => {
  it('the centre lives, names what is wrong, and still answers the next good message', async () => {
    const centre = await startCentre();
    const box = await connectBox(centre);
    await fc.assert(
      fc.asyncProperty(fc.array(frames, { minLength: 1, maxLength: 20 }), async (all) => {
        for (const frame of all) box.sendBytes(frame);
        const heard = box.heard.length;
        box.askTime();
        await box.next('time', heard);
        return centre.remarks().length > 0 && box.isOpen();
      }),
      { numRuns: 40 },
    );
    expect(centre.receipts()).toEqual([]);
  });

  it.each([
    ['{', 'centre-message-json'],
    ['[]', 'centre-message-json'],
    ['{"type":"order"}', 'centre-message-type'],
    ['{"type":"__proto__"}', 'centre-message-type'],
    ['{"type":"time-request","nonce":"x"}', 'centre-message-shape'],
    ['{"type":"time-request","nonce":"00112233445566778899aabbccddeeff","more":1}', 'centre-message-shape'],
    [new Uint8Array([0xff, 0x00]), 'centre-message-binary'],
  ] as const)('%j is answered with a remark %s', async (frame, code) => {
    const centre = await startCentre();
    const box = await connectBox(centre);
    box.sendBytes(frame);
    await until(() => centre.remarks().some((remark) => remark.code === code));
    expect(box.isOpen()).toBe(true);
  });

  it('a message over 65536 bytes ends the link, not the centre', async () => {
    const centre = await startCentre();
    const box = await connectBox(centre);
    box.sendBytes('x'.repeat(65_537));
    await until(() => !box.isOpen() && centre.remarks().some(({ code }) => code === 'centre-message-large'));
    await connectBox(centre, box);
    expect(centre.connected()).toEqual([box.id]);
  });

  it('signed content that is not of the document is not believed although the signature holds', async () => {
    const centre = await startCentre();
    const box = await connectBox(centre);
    box.send({ type: 'snapshot', ...box.signed({ ...snapshotOf(box.id), broadcasts: 7 }) });
    await until(() => centre.remarks().some(({ code }) => code === 'centre-content-shape'));
  });

  it('a problem that the box reports is shown with its code', async () => {
    const centre = await startCentre();
    const box = await connectBox(centre);
    expect(centre.sendRaw('not json')).toBe(1);
    expect(await box.next('raw')).toEqual({ type: 'raw', text: 'not json' });
    box.send({ type: 'problem', code: 'uplink-message-json', field: null, zh: '不是 JSON', en: 'no JSON' });
    const remark = await until(() => centre.remarks().find(({ code }) => code === 'centre-box-problem'));
    expect(remark.detail).toContain('uplink-message-json');
  });
});
