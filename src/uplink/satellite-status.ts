import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { failed, ok, type Result } from '../words/failure.ts';

/**
 * Reports for the satellite link when the WebSocket is gone: docs/reference/satellite.md. The card number names the site and
 * the network stamps the time, so neither is sent. Two bits a terminal: 247 terminals are 69 bytes, 64 are 23.
 */
export const satelliteReportMaxBytes = 69;
export const satelliteTerminalsMax = 247;
const statusMark = 0x51;
const receiptMark = 0x52;
const macBytes = 4;
/** The counter's low byte is on the air; the centre finds the rest within this many rounds of 256. */
const counterRounds = 16;

/** 0 is `unknown`, so that nothing is claimed by a bit that was never set. */
export const terminalStates = ['unknown', 'ready', 'sounded', 'failed'] as const;
export type TerminalState = (typeof terminalStates)[number];

export const satelliteStages = ['received', 'verified', 'refused', 'queued', 'started', 'ended', 'done'] as const;
export type SatelliteStage = (typeof satelliteStages)[number];

/** Who reports, with the 32-byte key box and centre share for this link alone, and a counter that never repeats. */
export interface ReportSender {
  readonly boxId: string;
  readonly macKey: Uint8Array;
  readonly counter: number;
}

export interface SatelliteStatus {
  /** The alert of the moment, or null. */
  readonly alertId: string | null;
  /** One state a terminal, in the order of the site's file. */
  readonly states: readonly TerminalState[];
}

export interface SatelliteReceipt {
  /** The order's id, 32 hex digits; its first 16 are sent. */
  readonly order: string;
  readonly stage: SatelliteStage;
  /** Refusal code, or null. */
  readonly code: string | null;
  readonly due: number;
  readonly sounded: number;
  readonly failed: number;
  readonly unknown: number;
}

const sha256 = (text: string): Buffer => createHash('sha256').update(text, 'utf8').digest();

/** One byte that tells alerts of one day apart; 0 is kept for none. */
export const alertMark = (alertId: string | null): number => (alertId === null ? 0 : (sha256(alertId)[0] ?? 0) || 255);

/** Two bytes of SHA-256 over an error code; 0000 for none. */
export const codeMark = (code: string | null): string =>
  code === null ? '0000' : sha256(code).subarray(0, 2).toString('hex');

/** HMAC-SHA-256 over box id, whole counter and body, cut to 32 bits: what one message in 69 bytes can carry. */
const macOf = (body: Buffer, { boxId, macKey, counter }: ReportSender): Buffer => {
  const number = Buffer.alloc(6);
  number.writeUIntBE(counter, 0, 6);
  const mac = createHmac('sha256', macKey).update(`mingluo/satellite/1\n${boxId}\n`, 'utf8');
  return mac.update(number).update(body).digest().subarray(0, macBytes);
};

const sealed = (body: Buffer, sender: ReportSender): Buffer => Buffer.concat([body, macOf(body, sender)]);

/**
 * The site's status in one message: mark, counter, alert, two bits a terminal, 32-bit MAC.
 *
 * @param sender `counter` is an integer of 1 … 2^48 − 1 that rises with every report, also over restarts
 * @returns at most 69 bytes (70 with the A4 mark), or `satellite-status-too-many`
 */
export const encodeStatus = ({ alertId, states }: SatelliteStatus, sender: ReportSender): Result<Buffer> => {
  if (states.length > satelliteTerminalsMax) {
    return failed('satellite-status-too-many', { count: states.length, max: satelliteTerminalsMax });
  }
  const body = Buffer.alloc(3 + Math.ceil(states.length / 4));
  body[0] = statusMark;
  body[1] = sender.counter & 0xff;
  body[2] = alertMark(alertId);
  for (const [index, state] of states.entries()) {
    const at = 3 + (index >> 2);
    body[at] = (body[at] ?? 0) | (terminalStates.indexOf(state) << ((index & 3) * 2));
  }
  return ok(sealed(body, sender));
};

/** A stage of a satellite order: mark, counter, order, stage, four counts, code, 32-bit MAC; 21 bytes. */
export const encodeReceipt = (receipt: SatelliteReceipt, sender: ReportSender): Buffer => {
  const counts = [receipt.due, receipt.sounded, receipt.failed, receipt.unknown];
  const body = Buffer.concat([
    Buffer.from([receiptMark, sender.counter & 0xff]),
    Buffer.from(receipt.order.slice(0, 16).padEnd(16, '0'), 'hex'),
    Buffer.from([satelliteStages.indexOf(receipt.stage), ...counts.map((count) => Math.min(count, 255))]),
    Buffer.from(codeMark(receipt.code), 'hex'),
  ]);
  return sealed(body, sender);
};

/** The body and the whole counter, when a counter after `lastCounter` makes the MAC hold. */
const opened = (
  bytes: Uint8Array,
  sender: Omit<ReportSender, 'counter'>,
  lastCounter: number,
): Result<OpenedReport> => {
  const message = Buffer.from(bytes);
  if (message.length < 3 + macBytes || message.length > satelliteReportMaxBytes) {
    return failed('satellite-status-framing', { detail: `${message.length} bytes` });
  }
  const body = message.subarray(0, -macBytes);
  const first = lastCounter + 1;
  const nearest = first + (((body[1] ?? 0) - (first & 0xff) + 256) & 0xff);
  for (let round = 0; round < counterRounds; round += 1) {
    const counter = nearest + round * 256;
    if (timingSafeEqual(macOf(body, { ...sender, counter }), message.subarray(-macBytes))) return ok({ body, counter });
  }
  return failed('satellite-status-mac');
};

interface OpenedReport {
  readonly body: Buffer;
  readonly counter: number;
}

/**
 * What the centre does with a status: finds the counter, checks the MAC, unpacks.
 *
 * @param site box id, key, and how many terminals its file names
 * @param lastCounter the highest counter seen from this box; a report at or below it is refused
 * @returns states and the new counter, or `satellite-status-framing`, `satellite-status-mac`
 */
export const decodeStatus = (
  bytes: Uint8Array,
  site: { readonly boxId: string; readonly macKey: Uint8Array; readonly terminals: number },
  lastCounter: number,
): Result<{ readonly counter: number; readonly alertMark: number; readonly states: readonly TerminalState[] }> => {
  if (bytes[0] !== statusMark || bytes.length !== 3 + Math.ceil(site.terminals / 4) + macBytes) {
    return failed('satellite-status-framing', { detail: 'no status of this site' });
  }
  const report = opened(bytes, site, lastCounter);
  if (!report.ok) return report;
  const { body, counter } = report.value;
  const states = Array.from(
    { length: site.terminals },
    (_, index) => terminalStates[((body[3 + (index >> 2)] ?? 0) >> ((index & 3) * 2)) & 3] ?? 'unknown',
  );
  return ok({ counter, alertMark: body[2] ?? 0, states });
};

/** The centre's side of `encodeReceipt`; `order` is the first half of the id, `code` its two-byte mark. */
export const decodeReceipt = (
  bytes: Uint8Array,
  site: { readonly boxId: string; readonly macKey: Uint8Array },
  lastCounter: number,
): Result<{ readonly counter: number; readonly receipt: SatelliteReceipt }> => {
  if (bytes[0] !== receiptMark || bytes.length !== 17 + macBytes) {
    return failed('satellite-status-framing', { detail: 'no receipt' });
  }
  const report = opened(bytes, site, lastCounter);
  if (!report.ok) return report;
  const { body, counter } = report.value;
  const stage = satelliteStages[body[10] ?? 255];
  if (stage === undefined) return failed('satellite-status-framing', { detail: 'stage' });
  const code = body.subarray(15, 17).toString('hex');
  return ok({
    counter,
    receipt: {
      order: body.subarray(2, 10).toString('hex'),
      stage,
      code: code === '0000' ? null : code,
      due: body[11] ?? 0,
      sounded: body[12] ?? 0,
      failed: body[13] ?? 0,
      unknown: body[14] ?? 0,
    },
  });
};
