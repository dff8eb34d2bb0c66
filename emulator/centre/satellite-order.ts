import { createHash } from 'node:crypto';
import { ok } from '../../src/words/failure.ts';
import type { CentreKey } from './centre-keys.ts';
import { centreFailed, type CentreResult } from './codes.ts';
import type { Alert, OrderBody } from './orders.ts';

/** What the centre must know of a site to speak with it by satellite (docs/reference/satellite.md). */
export interface SatelliteSite {
  readonly box: string;
  /** 12-digit division code of the site: a zone entry that is a prefix of it means all zones. */
  readonly areaCode: string;
  /** 32 bytes, base64: shared with the box for this link alone. */
  readonly macKey: string;
  /** Ids in the order of the site's files. */
  readonly zones: readonly string[];
  readonly plans: readonly string[];
  readonly terminals: readonly string[];
}

/** The envelope's fields as far as the compact form carries them. */
export interface OrderContent {
  readonly counter: number;
  readonly notBefore: number;
  readonly validForS: number;
  readonly class: string;
  readonly id: string;
  readonly body: OrderBody;
}

const epochMs = Date.parse('2020-01-01T00:00:00Z');
const orderMaxBytes = 209;
const kinds: Readonly<Record<string, number>> = { issue: 1, update: 2, cancel: 3, 'all-clear': 4, stop: 5 };
const classes: Readonly<Record<string, number>> = { alarm: 1, routine: 2, drill: 3, stop: 4 };
const severities = ['unknown', 'blue', 'yellow', 'orange', 'red'];
const stages = ['now', '2h', '6h', '24h'];
const statuses = ['actual', 'drill', 'test'];
const authorities = ['national', 'province', 'city', 'county', 'township', 'village', 'box'];

export const sha256Bytes = (data: string | Uint8Array): Buffer => createHash('sha256').update(data).digest();

const uint = (value: number, bytes: number): Buffer => {
  const buffer = Buffer.alloc(bytes);
  buffer.writeUIntBE(value, 0, bytes);
  return buffer;
};

/** A division code without its trailing whole groups of zeros (levels of 2, 4, 6, 9 and 12 digits). */
const areaPrefix = (code: string): string => {
  const start = [9, 6, 4, 2].find((one) => one < code.length);
  return start !== undefined && /^0+$/.test(code.slice(start)) ? areaPrefix(code.slice(0, start)) : code;
};

const isWholeSite = (entry: string, { areaCode }: SatelliteSite): boolean =>
  /^\d{2,12}$/.test(entry) && areaPrefix(areaCode).startsWith(areaPrefix(entry));

/** The zones as a bit map over the site's table; null when an entry is in no table. */
const zoneMap = (entries: readonly string[], site: SatelliteSite): Buffer | null => {
  const chosen = entries.some((entry) => isWholeSite(entry, site)) ? site.zones : entries;
  const numbers = chosen.map((zone) => site.zones.indexOf(zone));
  if (numbers.includes(-1)) return null;
  const map = Buffer.alloc(Math.floor(Math.max(0, ...numbers) / 8) + 1);
  for (const number of numbers) {
    const byte = Math.floor(number / 8);
    map.writeUInt8(map.readUInt8(byte) | (1 << (number % 8)), byte);
  }
  return map;
};

const alertBytes = (alert: Alert, site: SatelliteSite): CentreResult<Buffer> => {
  const plan = alert.plan === null ? 0 : site.plans.indexOf(alert.plan) + 1;
  if (alert.plan !== null && plan === 0) return centreFailed('centre-satellite-shape', alert.plan, 'plan');
  const map = zoneMap(alert.zones, site);
  if (map === null) return centreFailed('centre-satellite-shape', alert.zones.join(', ').slice(0, 64), 'zones');
  const table = JSON.stringify([site.zones, site.plans]);
  const level =
    (severities.indexOf(alert.severity) << 5) |
    (stages.indexOf(alert.stage) << 3) |
    (statuses.indexOf(alert.status) << 1) |
    (alert.sirenUnlocked ? 1 : 0);
  const source = authorities.indexOf(alert.authority) | (alert.class === 'routine' ? 8 : 0);
  const event = Buffer.from(alert.event, 'latin1');
  return ok(
    Buffer.concat([
      sha256Bytes(table).subarray(0, 4),
      Buffer.from([plan, level, source, event.length]),
      event,
      Buffer.from([map.length]),
      map,
      Buffer.from(alert.text, 'utf8'),
    ]),
  );
};

const tailBytes = (body: OrderBody, site: SatelliteSite): CentreResult<Buffer> => {
  if ('alert' in body) return alertBytes(body.alert, site);
  return ok(body.kind === 'all-clear' ? Buffer.from(body.text, 'utf8') : Buffer.alloc(0));
};

const alertIdOf = (body: OrderBody): string => {
  if ('alert' in body) return body.alert.id;
  return 'alertId' in body ? (body.alertId ?? '') : '';
};

/**
 * The compact form of an order, signed: the bytes after `A4`. Fails for kinds that have none (correction, set-keys), for
 * zones and plans outside the site's tables, and when it is over 209 bytes: shorten the text, or leave it empty.
 */
export const satelliteOrder = (order: OrderContent, site: SatelliteSite, key: CentreKey): CentreResult<Uint8Array> => {
  const [kind, orderClass] = [kinds[order.body.kind], classes[order.class]];
  if (kind === undefined || orderClass === undefined) return centreFailed('centre-satellite-shape', order.body.kind);
  const tail = tailBytes(order.body, site);
  if (!tail.ok) return tail;
  const alertId = Buffer.from(alertIdOf(order.body), 'latin1');
  const unsigned = Buffer.concat([
    Buffer.from([0x91, (kind << 4) | orderClass]),
    sha256Bytes(Buffer.from(key.sender.publicKey, 'base64')).subarray(0, 4),
    uint(order.counter, 6),
    uint(Math.max(0, Math.floor((order.notBefore - epochMs) / 1000)), 4),
    uint(Math.min(10_080, Math.max(1, Math.ceil(order.validForS / 60))), 2),
    sha256Bytes(site.box).subarray(0, 8),
    Buffer.from(order.id, 'hex'),
    Buffer.from([alertId.length]),
    alertId,
    tail.value,
  ]);
  const bytes = Buffer.concat([unsigned, key.signBytes(unsigned)]);
  return bytes.length > orderMaxBytes ? centreFailed('centre-satellite-large', `${bytes.length}`) : ok(bytes);
};
