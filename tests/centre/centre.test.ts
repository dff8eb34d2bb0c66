import { createPublicKey, verify } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import WebSocket from 'ws';
import { afterEach, describe, expect, it } from 'vitest';
import { scriptedBox, until } from './scripted-box.ts';
import { cleanUp, connectBox, startCentre, temporaryFolder } from './support.ts';

afterEach(cleanUp);

const startWallMs = Date.parse('2026-11-23T09:00+08:00');

/** Independent of the centre's code: the raw public key in base64, the text, the signature in base64. */
const holds = (publicKey: string, text: string, signature: string): boolean => {
  const x = Buffer.from(publicKey, 'base64').toString('base64url');
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
  return verify(null, Buffer.from(text), key, Buffer.from(signature, 'base64'));
};

const linesOf = async (dir: string, name: string): Promise<readonly Record<string, unknown>[]> =>
  (await readFile(join(dir, name), 'utf8'))
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

describe('signed time', () => {
  it('answers the nonce with the wall time that was set, signed by the key it shows', async () => {
    const centre = await startCentre({ startWallMs });
    const box = await connectBox(centre);
    const time = await box.next('time');
    const statement = String(time['statement']);
    expect(JSON.parse(statement)).toMatchObject({ v: 1, type: 'time', key: centre.keys[0]!.id, box: box.id });
    const { nonce, at } = JSON.parse(statement) as { nonce: string; at: number };
    expect(nonce).toBe('00112233445566778899aabbccddeeff');
    expect(at - startWallMs).toBeGreaterThanOrEqual(0);
    expect(at - startWallMs).toBeLessThan(60_000);
    expect(holds(centre.keys[0]!.publicKey, statement, String(time['signature']))).toBe(true);
    expect(centre.keys[0]!.practice).toBe(true);
  });

  it('is sent again at once when the wall time is set and the question is fresh', async () => {
    const centre = await startCentre();
    const box = await connectBox(centre);
    const heard = box.heard.length;
    const evening = Date.parse('2026-11-23T20:52+08:00');
    expect(centre.sendTime(evening)).toEqual({ answered: [box.id] });
    const { at } = JSON.parse(String((await box.next('time', heard))['statement'])) as { at: number };
    expect(Math.abs(at - evening)).toBeLessThan(60_000);
  });
});

describe('an order', () => {
  it('is signed over its exact bytes, with all fields of the page and nothing else', async () => {
    const centre = await startCentre();
    const box = await connectBox(centre);
    const sent = await centre.issue({ headline: '演练' });
    if (!sent.ok) expect.fail(sent.failure.code);
    const order = await box.next('order');
    expect(Object.keys(order).sort()).toEqual(['envelope', 'key', 'signature', 'type']);
    const raw = String(order['envelope']);
    expect(raw).toBe(sent.value.envelope);
    expect(holds(centre.keys[0]!.publicKey, raw, String(order['signature']))).toBe(true);
    expect(holds(centre.keys[0]!.publicKey, `${raw} `, String(order['signature']))).toBe(false);
    const envelope = JSON.parse(raw) as Record<string, unknown>;
    expect(Object.keys(envelope)).toEqual('v key scope counter notBefore validForS class id body'.split(' '));
    expect(envelope).toMatchObject({ v: 1, key: order['key'], class: 'drill', body: { kind: 'issue' } });
    expect(envelope['id']).toMatch(/^[0-9a-f]{32}$/);
    expect(sent.value.sentTo).toEqual([box.id]);
  });

  it.each([
    ['update', 'alarm'],
    ['cancel', 'alarm'],
    ['allClear', 'alarm'],
    ['stop', 'stop'],
    ['setKeys', 'keys'],
  ] as const)('%s gets the class that fits its body: %s', async (kind, orderClass) => {
    const centre = await startCentre();
    await centre.issue({ status: 'actual' });
    const sent = await {
      update: () => centre.update({ severity: 'orange' }),
      cancel: () => centre.cancel(),
      allClear: () => centre.allClear(),
      stop: () => centre.stop(null),
      setKeys: () => centre.setKeys(centre.keys),
    }[kind]();
    expect(sent).toMatchObject({ ok: true, value: { class: orderClass } });
  });

  it('waits for a box that is not connected, and is not sent again once it is answered', async () => {
    const centre = await startCentre();
    const sent = await centre.issue();
    if (!sent.ok) expect.fail(sent.failure.code);
    const box = await connectBox(centre);
    expect((await box.next('order'))['envelope']).toBe(sent.value.envelope);
    box.send({ type: 'receipts', items: [box.receipt(1, { trace: sent.value.id })] });
    await box.next('acknowledge');
    await box.leave();
    const heard = box.heard.length;
    await connectBox(centre, box);
    expect(box.heard.slice(heard).filter(({ type }) => type === 'order')).toEqual([]);
  });

  it('is the same to the last byte when it is repeated a hundred times', async () => {
    const centre = await startCentre();
    const box = await connectBox(centre);
    const sent = await centre.issue();
    if (!sent.ok) expect.fail(sent.failure.code);
    centre.repeat(sent.value, 99);
    await until(() => box.heard.filter(({ type }) => type === 'order').length === 100);
    const texts = new Set(box.heard.filter(({ type }) => type === 'order').map((one) => JSON.stringify(one)));
    expect(texts.size).toBe(1);
  });

  it('takes a counter that no earlier run in the same folder has used', async () => {
    const dir = await temporaryFolder();
    const first = await startCentre({ dir });
    const counters = [await first.issue(), await first.stop(null)].map((sent) => (sent.ok ? sent.value.counter : 0));
    await first.close();
    const second = await startCentre({ dir });
    const sent = await second.issue();
    expect(counters).toEqual([1, 2]);
    expect(sent).toMatchObject({ ok: true, value: { counter: 3 } });
    expect(second.keys).toEqual(first.keys);
  });

  it('that does not fit the document is refused with the field, and never sent', async () => {
    const centre = await startCentre();
    const box = await connectBox(centre);
    const sent = await centre.issue({ headline: '长'.repeat(201) });
    expect(sent).toMatchObject({ ok: false, failure: { code: 'centre-order-invalid' } });
    expect(
      await centre.issue({
        text: '预'.repeat(2000),
        headline: '警'.repeat(200),
        zones: Array.from({ length: 200 }, () => '分区'.repeat(8)),
      }),
    ).toMatchObject({
      ok: false,
      failure: { code: 'centre-order-large' },
    });
    await centre.issue();
    await box.next('order');
    expect(box.heard.filter(({ type }) => type === 'order')).toHaveLength(1);
  });
});

describe('an order that is wrong on purpose', () => {
  const send = async (misdeed: 'bad-signature' | 'unknown-key' | 'expired' | 'wrong-scope' | 'oversize') => {
    const centre = await startCentre();
    const box = await connectBox(centre);
    await centre.issue({}, { misdeed });
    const order = await box.next('order');
    const raw = String(order['envelope']);
    const good = holds(centre.keys[0]!.publicKey, raw, String(order['signature']));
    return { raw, good, envelope: JSON.parse(raw) as Record<string, number | string>, order, centre };
  };

  it('has a bad signature and nothing else', async () => {
    const { good, envelope, centre } = await send('bad-signature');
    expect([good, envelope['key']]).toEqual([false, centre.keys[0]!.id]);
  });

  it('is signed by a key that no box has', async () => {
    const { good, order, envelope } = await send('unknown-key');
    expect([good, order['key'], envelope['key']]).toEqual([false, 'stranger', 'stranger']);
  });

  it('has expired, well signed', async () => {
    const { good, envelope, centre } = await send('expired');
    expect(good).toBe(true);
    expect(Number(envelope['notBefore']) + 1000 * Number(envelope['validForS'])).toBeLessThan(centre.wall());
  });

  it('is for another place, well signed', async () => {
    const { good, envelope } = await send('wrong-scope');
    expect([good, envelope['scope']]).toEqual([true, '990000']);
  });

  it('is one byte too long, well signed', async () => {
    const { good, raw } = await send('oversize');
    expect([good, Buffer.byteLength(raw)]).toEqual([true, 8193]);
  });
});

describe('the line', () => {
  it('is cut for a while and then whole again', async () => {
    const centre = await startCentre();
    const box = await connectBox(centre);
    centre.cutUplink(150);
    await until(() => !box.isOpen());
    await expect(box.connect(centre.url)).rejects.toThrow('503');
    await until(() => centre.cutUntilMs() === 0);
    await connectBox(centre, box);
    expect(centre.connected()).toEqual([box.id]);
  });

  it('carries slowly and in order', async () => {
    const centre = await startCentre();
    const box = await connectBox(centre);
    centre.slowLink({ delayMs: 30, bitsPerSecond: null });
    const before = performance.now();
    await centre.issue({}, { validForS: 60 });
    await centre.stop(null);
    await until(() => box.heard.filter(({ type }) => type === 'order').length === 2);
    expect(performance.now() - before).toBeGreaterThanOrEqual(29);
    const kinds = box.heard
      .filter(({ type }) => type === 'order')
      .map((order) => (JSON.parse(String(order['envelope'])) as { body: { kind: string } }).body.kind);
    expect(kinds).toEqual(['issue', 'stop']);
  });

  it('is half open: connected, silent, and alive again afterwards', async () => {
    const centre = await startCentre();
    const box = await connectBox(centre);
    centre.halfOpen(120);
    box.receipts(1);
    await centre.issue();
    expect(box.isOpen()).toBe(true);
    expect(centre.receipts()).toEqual([]);
    await box.next('acknowledge');
    await box.next('order');
  });

  it('refuses a client without the subprotocol', async () => {
    const centre = await startCentre();
    const closed = await new Promise<number>((resolve) => {
      const socket = new WebSocket(centre.url);
      socket.onclose = ({ code }) => resolve(code);
    });
    expect(closed).toBe(1002);
  });
});

describe('the folder', () => {
  it('holds the key for its owner alone, and every order before it is sent', async () => {
    const dir = await temporaryFolder();
    const centre = await startCentre({ dir });
    await connectBox(centre, scriptedBox('hekou-02'));
    await centre.issue();
    expect((await linesOf(dir, 'orders.ndjson'))[0]).toMatchObject({ counter: 1, kind: 'issue', class: 'drill' });
    expect(await readFile(join(dir, 'practice-county.practice-key.pem'), 'utf8')).toContain('PRIVATE KEY');
  });
});
