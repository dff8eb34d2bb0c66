import { encodeChinese } from '../chinese.ts';
import { xor8 } from '../checksums.ts';
import type { RdssContent, RdssRejection } from './rdss-content.ts';

/** The terminal itself, for the emulated village: it knows nothing of the host side. */
const headLength = 10;
const longestFrame = 512;

export type RdssRequest =
  | { readonly frame: 'ICJC'; readonly card: number }
  | { readonly frame: 'XTZJ' | 'SJSC'; readonly periodS: number }
  | { readonly frame: 'TXSQ'; readonly to: number; readonly express: boolean; readonly content: RdssContent }
  | { readonly frame: 'other'; readonly name: string }
  | RdssRejection;

export type RdssAnswer =
  | { readonly frame: 'ICXX'; readonly user: number; readonly periodS: number; readonly level: number }
  | {
      readonly frame: 'ZJXX';
      readonly user: number;
      readonly batteryPercent: number;
      readonly inbound: number;
      readonly beams: readonly number[];
    }
  | {
      readonly frame: 'FKXX';
      readonly user: number;
      readonly feedback: 'ok' | 'failed' | 'crc';
      readonly command: string;
    }
  | { readonly frame: 'FKXX'; readonly user: number; readonly feedback: 'too-soon'; readonly waitS: number }
  | { readonly frame: 'FKXX'; readonly user: number; readonly feedback: 'not-locked' | 'battery-low' | 'suppressed' }
  | {
      readonly frame: 'TXXX';
      readonly user: number;
      readonly sender: number;
      readonly hour: number;
      readonly minute: number;
      readonly content: RdssContent;
    };

const unitFlags = {
  ok: 0,
  failed: 1,
  'not-locked': 2,
  'battery-low': 3,
  'too-soon': 4,
  crc: 6,
  suppressed: 7,
} as const;

/** Appends name, length, address and checksum; `payload` is everything between address and checksum. */
const unitFrame = (name: string, user: number, payload: Uint8Array): Uint8Array => {
  const frame = Buffer.alloc(headLength + payload.length + 1);
  frame.write('$' + name, 0, 'latin1');
  frame.writeUInt16BE(frame.length, 5);
  frame.writeUIntBE(user, 7, 3);
  frame.set(payload, headLength);
  frame.writeUInt8(xor8(frame.subarray(0, -1)), frame.length - 1);
  return Uint8Array.from(frame);
};

const unitMessage = (answer: Extract<RdssAnswer, { frame: 'TXXX' }>): Uint8Array => {
  const { content } = answer;
  const chinese = content.mode === 'chinese';
  const data = ((): Buffer => {
    if (content.mode === 'chinese') return Buffer.from(encodeChinese(content.text));
    if (content.mode === 'mixed') return Buffer.concat([Buffer.of(0xa4), content.bytes]);
    return Buffer.from(content.digits.length % 2 === 0 ? content.digits : `${content.digits}f`, 'hex');
  })();
  const payload = Buffer.alloc(8 + data.length + 1);
  payload.writeUInt8(chinese ? 0x40 : 0x60, 0);
  payload.writeUIntBE(answer.sender, 1, 3);
  payload.writeUInt8(answer.hour, 4);
  payload.writeUInt8(answer.minute, 5);
  payload.writeUInt16BE(content.mode === 'code' ? content.digits.length * 4 : data.length * 8, 6);
  payload.set(data, 8);
  return unitFrame('TXXX', answer.user, payload);
};

const unitEncode = (answer: RdssAnswer): Uint8Array => {
  switch (answer.frame) {
    case 'ICXX': {
      const period = [answer.periodS >> 8, answer.periodS & 0xff];
      // Frame 0, broadcast id 0, feature 3 as in the recorded card, then period, level, secrecy and subordinates.
      return unitFrame('ICXX', answer.user, Uint8Array.of(0, 0, 0, 0, 3, ...period, answer.level, 0, 0, 0));
    }
    case 'ZJXX': {
      const beams = Array.from({ length: 6 }, (_, index) => answer.beams[index] ?? 0);
      return unitFrame('ZJXX', answer.user, Uint8Array.of(0, 0, answer.batteryPercent, answer.inbound, ...beams));
    }
    case 'FKXX': {
      const info = Buffer.alloc(5);
      info.writeUInt8(unitFlags[answer.feedback], 0);
      if ('command' in answer) info.write(answer.command, 1, 4, 'latin1');
      if ('waitS' in answer) info.writeUInt8(Math.min(255, answer.waitS), 4);
      return unitFrame('FKXX', answer.user, info);
    }
    case 'TXXX':
      return unitMessage(answer);
  }
};

const unitAsked = (frame: Buffer): RdssRequest => {
  const to = frame.readUIntBE(11, 3);
  const bits = frame.readUInt16BE(14);
  const data = frame.subarray(17, -1);
  const category = frame.readUInt8(10);
  if (category >> 5 !== 2 || data.length !== Math.ceil(bits / 8))
    return { frame: 'rejected', reason: 'content', name: 'TXSQ' };
  const express = (category & 0x0c) === 0;
  if ((category & 0x02) === 0)
    return { frame: 'TXSQ', to, express, content: { mode: 'chinese', text: new TextDecoder('gb18030').decode(data) } };
  if (data[0] === 0xa4)
    return { frame: 'TXSQ', to, express, content: { mode: 'mixed', bytes: Uint8Array.from(data.subarray(1)) } };
  return {
    frame: 'TXSQ',
    to,
    express,
    content: { mode: 'code', digits: data.toString('hex').slice(0, Math.ceil(bits / 4)) },
  };
};

const unitRequest = (name: string, frame: Buffer): RdssRequest => {
  if (name === 'ICJC' && frame.length === 12) return { frame: 'ICJC', card: frame.readUInt8(10) };
  if ((name === 'XTZJ' || name === 'SJSC') && frame.length === 13)
    return { frame: name, periodS: frame.readUInt16BE(10) };
  if (name === 'TXSQ' && frame.length >= 18) return unitAsked(frame);
  return ['ICJC', 'XTZJ', 'SJSC', 'TXSQ'].includes(name)
    ? { frame: 'rejected', reason: 'length', name }
    : { frame: 'other', name };
};

/** The terminal's receiver: whole requests and rejections. `reset` forgets a frame begun. Never throws. */
const unitDecoder = () => {
  let pending: Uint8Array = new Uint8Array();
  const startsFrame = (name: Uint8Array): boolean => name.every((byte) => byte >= 0x41 && byte <= 0x5a);
  return {
    push: (bytes: Uint8Array): readonly RdssRequest[] => {
      const found: RdssRequest[] = [];
      const all = Buffer.concat([pending, bytes]);
      let at = 0;
      while (all.length - at >= 7) {
        const length = all.readUInt16BE(at + 5);
        const starts = all[at] === 0x24 && startsFrame(all.subarray(at + 1, at + 5));
        const plausible = starts && length > headLength && length <= longestFrame;
        if (plausible && all.length - at < length) break;
        const frame = plausible ? Buffer.from(all.subarray(at, at + length)) : null;
        const name = frame?.toString('latin1', 1, 5) ?? '';
        const good = frame !== null && xor8(frame) === 0;
        if (frame !== null)
          found.push(good ? unitRequest(name, frame) : { frame: 'rejected', reason: 'checksum', name });
        at += good ? frame.length : 1;
      }
      pending = Uint8Array.from(all.subarray(at));
      return found;
    },
    reset: (): void => {
      pending = new Uint8Array();
    },
  };
};

export const rdssUnit = { decoder: unitDecoder, encode: unitEncode } as const;
