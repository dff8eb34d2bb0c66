import { createPrivateKey } from 'node:crypto';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { keyFrom } from '../../emulator/centre/centre-keys.ts';
import { satelliteOrder, type OrderContent, type SatelliteSite } from '../../emulator/centre/satellite-order.ts';
import { readReport } from '../../emulator/centre/satellite-report.ts';
import { alertFrom } from '../../emulator/centre/orders.ts';
import { cleanUp, startCentre, temporaryFolder } from './support.ts';

afterEach(cleanUp);

/** The site, the key and the bytes of the worked examples in docs/reference/satellite.md. */
const site: SatelliteSite = {
  box: 'shiling-01',
  areaCode: '510824100000',
  macKey: Buffer.from(Array.from({ length: 32 }, (_, index) => 0x41 + index)).toString('base64'),
  zones: ['upper', 'lower', 'river'],
  plans: ['debris-flow', 'flood'],
  terminals: ['t1', 't2', 't3', 't4', 't5'],
};
const seed = Buffer.from('AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA=', 'base64');
const der = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed]);
const key = keyFrom('county-1', createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }));
const bytes = (hex: string): Buffer => Buffer.from(hex.replaceAll(/\s/g, ''), 'hex');

const order = (changes: Partial<OrderContent>): OrderContent => ({
  counter: 7,
  notBefore: Date.parse('2026-07-10T13:00:00Z'),
  validForS: 3600,
  class: 'alarm',
  id: '0123456789abcdef0123456789abcdef',
  body: { kind: 'stop', alertId: null },
  ...changes,
});
const alert = {
  ...alertFrom({ status: 'actual', zones: ['upper'], text: '', plan: 'debris-flow' }, 'x', '510824100'),
  id: '51082441600000_20260710210000_1',
};

describe('an order by satellite', () => {
  it('is the issue of the page, byte for byte', () => {
    expect(satelliteOrder(order({ body: { kind: 'issue', alert } }), site, key)).toEqual({
      ok: true,
      value: bytes(`91 11 65B60673 000000000007 0C450BD0 003C 282EE8DDAAEDD5EA 0123456789ABCDEF0123456789ABCDEF
        1F 35313038323434313630303030305F32303236303731303231303030305F31
        2FFA5232 01 80 03 05 3131443032 01 01
        5FF20E3FCBA0551E40CF1C459D096C5292C6C9F5549ACE1ECE5BF7F7A4614B83
        9E8BBBCB3B97A8CB78A753972B2F04D1053C462901245194DA83765319893608`),
    });
  });

  it('is the stop of the page, byte for byte', () => {
    expect(satelliteOrder(order({ class: 'stop' }), site, key)).toEqual({
      ok: true,
      value: bytes(`91 54 65B60673 000000000007 0C450BD0 003C 282EE8DDAAEDD5EA 0123456789ABCDEF0123456789ABCDEF 00
        2654F898EB5B0BAD0F806715D01112D50F37F78EFAE9ACA3F6C8A339387035154C
        6127E46A14CF58B49EB3E578A83D220BDFE06235B7EE82BA1ED4AB4124DE05`),
    });
  });

  it('reaches all zones by a division code that holds the site, and none by another', () => {
    const mapOf = (zones: readonly string[]): string => {
      const made = satelliteOrder(order({ body: { kind: 'issue', alert: { ...alert, zones } } }), site, key);
      return made.ok ? Buffer.from(made.value).toString('hex').slice(-130, -128) : made.failure.code;
    };
    expect([mapOf(['510824']), mapOf(['510824000000']), mapOf(['lower', 'river'])]).toEqual(['07', '07', '06']);
    expect([mapOf(['500112']), mapOf(['nowhere'])]).toEqual(['centre-satellite-shape', 'centre-satellite-shape']);
  });

  it('has no compact form when it is too long or a correction', () => {
    const long = { ...alert, text: '请立即转移'.repeat(6) };
    expect(satelliteOrder(order({ body: { kind: 'issue', alert: long } }), site, key)).toMatchObject({
      failure: { code: 'centre-satellite-large' },
    });
    expect(satelliteOrder(order({ body: { kind: 'correction', alertId: 'a', text: '' } }), site, key)).toMatchObject({
      failure: { code: 'centre-satellite-shape' },
    });
  });

  it('has the id and the counter of the envelope that was signed', async () => {
    const centre = await startCentre({ satellite: [site] });
    const sent = await centre.stop(null);
    if (!sent.ok) expect.fail(sent.failure.code);
    const made = centre.makeSatelliteOrder(sent.value);
    if (!made.ok) expect.fail(made.failure.code);
    const raw = Buffer.from(made.value);
    expect([raw.toString('hex', 26, 42), raw.readUIntBE(6, 6)]).toEqual([sent.value.id, sent.value.counter]);
  });
});

describe('a report by satellite', () => {
  const status = bytes('51 02 7B 4E02 42FBC489');
  const receipt = bytes('52 03 0123456789ABCDEF 05 05030101 0000 000E3DBA');

  it('is the status of the page', () => {
    const states = ['sounded', 'failed', 'unknown', 'ready', 'sounded'];
    expect(readReport(site, 257, status)).toEqual({
      kind: 'status',
      box: 'shiling-01',
      counter: 258,
      alertHash: 0x7b,
      terminals: site.terminals.map((id, index) => ({ id, state: states[index] })),
    });
  });

  it('is the receipt of the page', () => {
    expect(readReport(site, 258, receipt)).toMatchObject({
      kind: 'receipt',
      counter: 259,
      orderStart: '0123456789abcdef',
      stage: 'ended',
      due: 5,
      sounded: 3,
      failed: 1,
      unknown: 1,
      codeHash: null,
    });
  });

  it('is taken once, over a restart too, and not under a key or a box of another site', async () => {
    const dir = await temporaryFolder();
    const centre = await startCentre({ dir, satellite: [site] });
    expect(centre.satelliteReceived(status)).toMatchObject({ ok: true });
    expect(centre.satelliteReceived(status)).toMatchObject({ failure: { code: 'centre-satellite-shape' } });
    await centre.close();
    const again = await startCentre({ dir, satellite: [site] });
    expect(again.satelliteReceived(status)).toMatchObject({ ok: false });
    expect(again.satelliteReceived(receipt, site.box)).toMatchObject({ ok: true });
    expect(again.satelliteReceived(receipt, 'nobody')).toMatchObject({ failure: { code: 'centre-satellite-closed' } });
    expect(readReport({ ...site, box: 'hekou-02' }, 0, status)).toBeNull();
  });

  it('never throws, and no changed byte passes', () => {
    fc.assert(
      fc.property(fc.nat(status.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const broken = Uint8Array.from(status);
        broken[at] = (broken[at] ?? 0) ^ change;
        return readReport(site, 257, broken) === null;
      }),
    );
    fc.assert(fc.property(fc.uint8Array({ maxLength: 80 }), (raw) => readReport(site, 0, raw) === null));
  });
});
