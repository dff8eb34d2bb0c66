import { createHmac, timingSafeEqual } from 'node:crypto';
import type { SatelliteSite } from './satellite-order.ts';

/** A report of a box as satellite.md lays it out; ids that were shortened to a hash stay hashes here. */
export type SatelliteReport =
  | {
      readonly kind: 'status';
      readonly box: string;
      readonly counter: number;
      /** First byte of SHA-256 over the alert's id; null: no alert. */
      readonly alertHash: number | null;
      readonly terminals: readonly { readonly id: string; readonly state: TerminalState }[];
    }
  | {
      readonly kind: 'receipt';
      readonly box: string;
      readonly counter: number;
      /** First 16 hex digits of the order's id. */
      readonly orderStart: string;
      readonly stage: string;
      readonly due: number;
      readonly sounded: number;
      readonly failed: number;
      readonly unknown: number;
      /** First 2 bytes of SHA-256 over the refusal's code, hex; null: none. */
      readonly codeHash: string | null;
    };

export type TerminalState = 'unknown' | 'ready' | 'sounded' | 'failed';

const states: readonly TerminalState[] = ['unknown', 'ready', 'sounded', 'failed'];
const stages = ['received', 'verified', 'refused', 'queued', 'started', 'ended', 'done'];
const macBytes = 4;
const receiptBytes = 21;
const roundsMax = 16;

const macOf = (site: SatelliteSite, counter: number, body: Uint8Array): Buffer => {
  const count = Buffer.alloc(6);
  count.writeUIntBE(counter, 0, 6);
  return createHmac('sha256', Buffer.from(site.macKey, 'base64'))
    .update(`mingluo/satellite/1\n${site.box}\n`)
    .update(count)
    .update(body)
    .digest()
    .subarray(0, macBytes);
};

/** The smallest counter above the last one with this lowest byte under which the MAC holds; null when there is none. */
const counterOf = (site: SatelliteSite, last: number, bytes: Buffer): number | null => {
  const body = bytes.subarray(0, -macBytes);
  const mac = bytes.subarray(-macBytes);
  const above = last + 1;
  const first = above + (((bytes[1] ?? 0) - (above % 256) + 256) % 256);
  for (let round = 0; round < roundsMax; round += 1) {
    const counter = first + 256 * round;
    if (timingSafeEqual(macOf(site, counter, body), mac)) return counter;
  }
  return null;
};

const readStatus = (site: SatelliteSite, counter: number, bytes: Buffer): SatelliteReport => {
  const terminals = site.terminals.map((id, index) => {
    const bits = ((bytes[3 + Math.floor(index / 4)] ?? 0) >> (2 * (index % 4))) & 3;
    return { id, state: states[bits] ?? 'unknown' };
  });
  const alertHash = bytes[2] ?? 0;
  return { kind: 'status', box: site.box, counter, alertHash: alertHash === 0 ? null : alertHash, terminals };
};

const readReceipt = (site: SatelliteSite, counter: number, bytes: Buffer): SatelliteReport | null => {
  const stage = stages[bytes.readUInt8(10)];
  if (stage === undefined) return null;
  const [due, sounded, failed, unknown] = [11, 12, 13, 14].map((at) => bytes.readUInt8(at));
  const code = bytes.toString('hex', 15, 17);
  return {
    kind: 'receipt',
    box: site.box,
    counter,
    orderStart: bytes.toString('hex', 2, 10),
    stage,
    due: due ?? 0,
    sounded: sounded ?? 0,
    failed: failed ?? 0,
    unknown: unknown ?? 0,
    codeHash: code === '0000' ? null : code,
  };
};

/**
 * Decodes a report (the bytes after `A4`) of one site.
 *
 * @param last counter of the last report that was taken from this box; 0 before the first
 * @returns null when the bytes are no report of this site, or an old one. Never throws.
 */
export const readReport = (site: SatelliteSite, last: number, raw: Uint8Array): SatelliteReport | null => {
  const bytes = Buffer.from(raw);
  const statusBytes = 3 + Math.ceil(site.terminals.length / 4) + macBytes;
  const isStatus = bytes[0] === 0x51 && bytes.length === statusBytes;
  const isReceipt = bytes[0] === 0x52 && bytes.length === receiptBytes;
  if (!isStatus && !isReceipt) return null;
  const counter = counterOf(site, last, bytes);
  if (counter === null) return null;
  return isStatus ? readStatus(site, counter, bytes) : readReceipt(site, counter, bytes);
};
