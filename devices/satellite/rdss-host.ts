import { decodeChinese, encodeChinese } from '../chinese.ts';
import { xor8 } from '../checksums.ts';
import type { RdssContent, RdssRejection } from './rdss-content.ts';

/** Longest content by the top card level: 1680 bits. */
const contentMaxBytes = 210;
const nameLength = 4;
const headLength = 10;
const longestFrame = 512;

export type RdssOrder =
  | { readonly frame: 'ICJC'; readonly card: number }
  | { readonly frame: 'XTZJ' | 'SJSC' | 'DWSQ'; readonly periodS: number }
  | { readonly frame: 'CKSC'; readonly code: number }
  | {
      readonly frame: 'TXSQ';
      readonly from: number;
      readonly to: number;
      readonly express?: boolean;
      readonly content: RdssContent;
    };

export type RdssFeedback =
  | 'ok'
  | 'failed'
  | 'not-locked'
  | 'battery-low'
  | 'too-soon'
  | 'encryption'
  | 'crc'
  | 'suppressed'
  | 'unsuppressed'
  | 'unknown';

export type RdssReport =
  | {
      readonly frame: 'TXXX';
      readonly user: number;
      readonly sender: number;
      readonly hour: number;
      readonly minute: number;
      readonly crcGood: boolean;
      readonly content: RdssContent;
    }
  /** `waitS` is set for `too-soon`: the seconds until the card may send again. `command` is the frame it speaks of, or ''. */
  | {
      readonly frame: 'FKXX';
      readonly user: number;
      readonly feedback: RdssFeedback;
      readonly command: string;
      readonly waitS: number | null;
    }
  | {
      readonly frame: 'ICXX';
      readonly user: number;
      readonly broadcastId: number;
      readonly periodS: number;
      readonly level: number;
    }
  | {
      readonly frame: 'ZJXX';
      readonly user: number;
      readonly icFault: number;
      readonly hardwareFault: number;
      readonly batteryPercent: number;
      readonly inbound: number;
      readonly beams: readonly number[];
    }
  | { readonly frame: 'other'; readonly name: string }
  | RdssRejection;

const bytes16 = (value: number): readonly number[] => [(value >> 8) & 0xff, value & 0xff];
const bytes24 = (value: number): readonly number[] => [(value >> 16) & 0xff, ...bytes16(value)];

const hostFrame = (name: string, user: number, payload: readonly number[]): Uint8Array => {
  const length = headLength + payload.length + 1;
  const frame = Uint8Array.from([
    0x24,
    ...Buffer.from(name, 'latin1'),
    ...bytes16(length),
    ...bytes24(user),
    ...payload,
    0,
  ]);
  frame[frame.length - 1] = xor8(frame.subarray(0, -1));
  return frame;
};

const hostContent = (content: RdssContent): { readonly bits: number; readonly bytes: readonly number[] } => {
  switch (content.mode) {
    case 'chinese': {
      const bytes = [...encodeChinese(content.text)];
      return { bits: 8 * bytes.length, bytes };
    }
    case 'code': {
      const padded = content.digits.length % 2 === 0 ? content.digits : content.digits + 'f';
      return { bits: 4 * content.digits.length, bytes: [...Buffer.from(padded, 'hex')] };
    }
    case 'mixed':
      return { bits: 8 * (content.bytes.length + 1), bytes: [0xa4, ...content.bytes] };
  }
};

/** The bytes of one order; null when the content does not fit a message or is not what its mode says. */
const hostEncode = (order: RdssOrder): Uint8Array | null => {
  switch (order.frame) {
    case 'ICJC':
      return hostFrame('ICJC', 0, [order.card]);
    case 'XTZJ':
    case 'SJSC':
      return hostFrame(order.frame, 0, bytes16(order.periodS));
    case 'CKSC':
      return hostFrame('CKSC', 0, [order.code]);
    // Position with nothing given: normal user, height, antenna, pressure and temperature all zero.
    case 'DWSQ':
      return hostFrame('DWSQ', 0, [0x04, ...Array.from({ length: 8 }, () => 0), ...bytes16(order.periodS)]);
    case 'TXSQ': {
      if (order.content.mode === 'code' && !/^[0-9a-f]*$/i.test(order.content.digits)) return null;
      const { bits, bytes } = hostContent(order.content);
      if (bytes.length === 0 || bytes.length > contentMaxBytes) return null;
      const category = 0x40 | (order.express === true ? 0 : 0x04) | (order.content.mode === 'chinese' ? 0 : 0x02);
      return hostFrame('TXSQ', order.from, [category, ...bytes24(order.to), ...bytes16(bits), 0, ...bytes]);
    }
  }
};

const hostFeedback: readonly RdssFeedback[] = [
  'ok',
  'failed',
  'not-locked',
  'battery-low',
  'too-soon',
  'encryption',
  'crc',
  'suppressed',
  'unsuppressed',
];

/** Two readings of the seconds exist: the last byte, or a little-endian u32. Zeros in front decide for the last byte. */
const waitOf = (info: Uint8Array): number => {
  const [a = 0, b = 0, c = 0, d = 0] = info;
  return a === 0 && b === 0 && c === 0 ? d : a + b * 0x100 + c * 0x10000 + d * 0x1000000;
};

const hostReceived = (frame: Uint8Array, user: number): RdssReport => {
  const view = new DataView(frame.buffer, frame.byteOffset);
  const data = frame.subarray(18, -2);
  const bits = view.getUint16(16);
  const category = view.getUint8(10);
  if (Math.ceil(bits / 8) !== data.length) return { frame: 'rejected', reason: 'content', name: 'TXXX' };
  const coded = (category & 0x22) !== 0;
  const content = ((): RdssContent => {
    if (!coded) return { mode: 'chinese', text: decodeChinese(data) };
    if (data[0] === 0xa4) return { mode: 'mixed', bytes: Uint8Array.from(data.subarray(1)) };
    return {
      mode: 'code',
      digits: Buffer.from(data)
        .toString('hex')
        .slice(0, Math.ceil(bits / 4)),
    };
  })();
  const sender = view.getUint32(10) & 0xffffff;
  const [hour, minute] = [view.getUint8(14), view.getUint8(15)];
  return { frame: 'TXXX', user, sender, hour, minute, crcGood: frame[frame.length - 2] === 0, content };
};

/** A whole frame whose checksum is right. */
const hostReport = (name: string, frame: Uint8Array): RdssReport => {
  const view = new DataView(frame.buffer, frame.byteOffset);
  const user = view.getUint32(6) & 0xffffff;
  const short: RdssReport = { frame: 'rejected', reason: 'length', name };
  switch (name) {
    case 'TXXX':
      return frame.length < 20 ? short : hostReceived(frame, user);
    case 'FKXX': {
      if (frame.length !== 16) return short;
      const feedback = hostFeedback[view.getUint8(10)] ?? 'unknown';
      const info = frame.subarray(11, 15);
      const command = Buffer.from(info).toString('latin1');
      const waitS = feedback === 'too-soon' ? waitOf(info) : null;
      return { frame: 'FKXX', user, feedback, command: /^[A-Z]{4}$/.test(command) ? command : '', waitS };
    }
    case 'ICXX': {
      if (frame.length !== 22) return short;
      const broadcastId = view.getUint32(10) & 0xffffff;
      return { frame: 'ICXX', user, broadcastId, periodS: view.getUint16(15), level: view.getUint8(17) };
    }
    case 'ZJXX': {
      if (frame.length !== 21) return short;
      const [icFault, hardwareFault] = [view.getUint8(10), view.getUint8(11)];
      const [batteryPercent, inbound] = [view.getUint8(12), view.getUint8(13)];
      return {
        frame: 'ZJXX',
        user,
        icFault,
        hardwareFault,
        batteryPercent,
        inbound,
        beams: [...frame.subarray(14, 20)],
      };
    }
    default:
      return { frame: 'other', name };
  }
};

/** Cuts a byte stream into frames, looking for the next `$` after anything that cannot be one. Never throws. */
const hostDecoder = () => {
  let buffer = Buffer.alloc(0);
  return {
    push: (bytes: Uint8Array): readonly RdssReport[] => {
      const found: RdssReport[] = [];
      buffer = Buffer.concat([buffer, bytes]);
      for (;;) {
        const start = buffer.indexOf(0x24);
        buffer = start < 0 ? Buffer.alloc(0) : buffer.subarray(start);
        if (buffer.length < 1 + nameLength + 2) return found;
        const name = buffer.toString('latin1', 1, 1 + nameLength);
        const length = buffer.readUInt16BE(1 + nameLength);
        if (!/^[A-Z]{4}$/.test(name) || length < headLength + 1 || length > longestFrame) {
          buffer = buffer.subarray(1);
          continue;
        }
        if (buffer.length < length) return found;
        const good = xor8(buffer.subarray(0, length)) === 0;
        found.push(
          good ? hostReport(name, buffer.subarray(0, length)) : { frame: 'rejected', reason: 'checksum', name },
        );
        buffer = buffer.subarray(good ? length : 1);
      }
    },
    reset: (): void => {
      buffer = Buffer.alloc(0);
    },
  };
};

export const rdssHost = { encode: hostEncode, decoder: hostDecoder } as const;
