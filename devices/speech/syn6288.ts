import { encodeChinese } from '../chinese.ts';
import { xor8 } from '../checksums.ts';
import type { FrameDevice, SpeechCodec, SpeechReply } from '../define.ts';

/**
 * SYN6288 speech chip on a plain serial line (datasheet of 2016-03-09). A frame is FD, length BE (command to checksum),
 * command, parameter, text, XOR of everything before. Host side and unit side are written apart and share only the
 * checksum; the golden bytes judge both.
 */
/** At most this many bytes of text in one frame. */
const textMaxBytes = 200;

export type SpeechEncoding = 'gb2312' | 'gbk' | 'big5' | 'unicode';

// --- host side ---------------------------------------------------------------------------------------------------

export type Syn6288Order =
  /** `music` 0–15 is the chip's background music; text is sent as it stands, control tags included. */
  | { readonly command: 'speak'; readonly text: string; readonly encoding?: HostEncoding; readonly music?: number }
  | { readonly command: 'stop' | 'pause' | 'resume' | 'status' | 'power-down' }
  | { readonly command: 'baud'; readonly baud: 9600 | 19200 | 38400 };

const hostEncodings = { gb2312: 0, gbk: 1, unicode: 3 } as const;
type HostEncoding = keyof typeof hostEncodings;
const hostCommands = { stop: 0x02, pause: 0x03, resume: 0x04, status: 0x21, 'power-down': 0x88 } as const;
const hostReplies: ReadonlyMap<number, SpeechReply> = new Map<number, SpeechReply>([
  [0x4a, 'initialised'],
  [0x41, 'accepted'],
  [0x45, 'rejected'],
  [0x4e, 'speaking'],
  [0x4f, 'idle'],
]);

const hostFrame = (body: readonly number[]): Uint8Array => {
  const length = body.length + 1;
  const bytes = Uint8Array.from([0xfd, length >> 8, length & 0xff, ...body, 0]);
  bytes[bytes.length - 1] = xor8(bytes.subarray(0, -1));
  return bytes;
};

/** The bytes of one order; null when the text is empty or longer than 200 bytes: split it first. */
const encode = (order: Syn6288Order): Uint8Array | null => {
  switch (order.command) {
    case 'speak': {
      const encoding = order.encoding ?? 'gbk';
      const text = encoding === 'unicode' ? Buffer.from(order.text, 'utf16le').swap16() : encodeChinese(order.text);
      if (text.length === 0 || text.length > textMaxBytes) return null;
      return hostFrame([0x01, ((order.music ?? 0) << 3) | hostEncodings[encoding], ...text]);
    }
    case 'baud':
      return hostFrame([0x31, { 9600: 0, 19200: 1, 38400: 2 }[order.baud]]);
    case 'stop':
    case 'pause':
    case 'resume':
    case 'status':
    case 'power-down':
      return hostFrame([hostCommands[order.command]]);
  }
};

const sentenceEnd = /[。！？；：，、,.!?;:\n]/u;

/** Pieces that end after a punctuation mark; a piece longer than a frame is cut between characters. */
const piecesOf = (text: string, maxBytes: number): readonly string[] => {
  const pieces: string[] = [];
  let piece = '';
  let bytes = 0;
  const close = (): void => {
    if (piece !== '') pieces.push(piece);
    piece = '';
    bytes = 0;
  };
  for (const character of text) {
    const size = encodeChinese(character).length;
    if (bytes + size > maxBytes) close();
    piece += character;
    bytes += size;
    if (sentenceEnd.test(character)) close();
  }
  close();
  return pieces;
};

/**
 * A text of any length as speakable parts, split at punctuation, each with its volume tag (0–16) and at most 200 bytes of
 * GBK. Square brackets in the text become pauses, so that no message can change the chip's settings by its words.
 */
const split = (text: string, options: { readonly volume: number }): readonly string[] => {
  const tag = `[v${options.volume}]`;
  const room = textMaxBytes - tag.length;
  const plain = text.replace(/[[\]]/g, '，').replace(/\s+/gu, ' ').trim();
  const parts: string[] = [];
  let part = '';
  for (const piece of piecesOf(plain, room)) {
    if (part !== '' && encodeChinese(part + piece).length > room) {
      parts.push(tag + part);
      part = '';
    }
    part += piece;
  }
  return part === '' ? parts : [...parts, tag + part];
};

/** Reads the chip's single-byte replies; bytes that mean nothing are left out. */
const hostDecoder = () => ({
  push: (bytes: Uint8Array): readonly SpeechReply[] =>
    [...bytes].flatMap((byte) => {
      const reply = hostReplies.get(byte);
      return reply === undefined ? [] : [reply];
    }),
});

const loudest = 16;
const bytesOf = (command: 'stop' | 'status'): Uint8Array => hostFrame([hostCommands[command]]);

/** The chip as any driver of speech sees it. Volume is the loudest: how loud the village hears it is the amplifier's. */
const codec: SpeechCodec = {
  parts: (text) => split(text, { volume: loudest }),
  speak: (part) => encode({ command: 'speak', text: part }),
  stop: () => bytesOf('stop'),
  status: () => bytesOf('status'),
  decoder: hostDecoder,
  frameGapMs: 10,
};

const device: FrameDevice = {
  model: 'syn6288',
  kind: 'speech',
  name: { zh: 'SYN6288 中文语音合成芯片', en: 'SYN6288 Chinese speech chip' },
  source: 'SYN6288 datasheet 2016-03-09 (libdriver/syn6288)',
  verified: true,
  ours: false,
  codec,
  line: { baud: 9600, parity: 'none', stopBits: 1 },
};

// --- unit side (the chip itself, for the emulated village) -----------------------------------------------------------

export type Syn6288Request =
  | {
      readonly ok: true;
      readonly command: 'speak';
      readonly encoding: SpeechEncoding;
      readonly music: number;
      /** As sent, control tags included. */
      readonly text: string;
    }
  | { readonly ok: true; readonly command: 'stop' | 'pause' | 'resume' | 'status' | 'power-down' }
  | { readonly ok: true; readonly command: 'baud'; readonly baud: 9600 | 19200 | 38400 }
  /** The chip answers `rejected` to each of these. */
  | { readonly ok: false; readonly reason: 'length' | 'checksum' | 'command' | 'encoding' };

const unitEncodings: readonly (readonly [SpeechEncoding, string])[] = [
  ['gb2312', 'gb18030'],
  ['gbk', 'gb18030'],
  ['big5', 'big5'],
  ['unicode', 'utf-16be'],
];
const unitPlain: ReadonlyMap<number, 'stop' | 'pause' | 'resume' | 'status' | 'power-down'> = new Map([
  [0x02, 'stop'],
  [0x03, 'pause'],
  [0x04, 'resume'],
  [0x21, 'status'],
  [0x88, 'power-down'],
]);
const unitBauds = [9600, 19200, 38400] as const;

/** A whole frame, FD to checksum, whose length is already right. */
const requestOf = (frame: Uint8Array): Syn6288Request => {
  if (xor8(frame) !== 0) return { ok: false, reason: 'checksum' };
  const [command = 0, parameter = 0] = frame.subarray(3, -1);
  const text = frame.subarray(5, -1);
  if (command === 0x01) {
    const encoding = unitEncodings[parameter & 7];
    if (encoding === undefined || parameter >> 3 > 15) return { ok: false, reason: 'encoding' };
    if (text.length === 0) return { ok: false, reason: 'length' };
    const decoded = new TextDecoder(encoding[1]).decode(text);
    return { ok: true, command: 'speak', encoding: encoding[0], music: parameter >> 3, text: decoded };
  }
  if (command === 0x31) {
    const baud = unitBauds[parameter];
    if (frame.length !== 6) return { ok: false, reason: 'length' };
    return baud === undefined ? { ok: false, reason: 'command' } : { ok: true, command: 'baud', baud };
  }
  const plain = unitPlain.get(command);
  if (plain === undefined) return { ok: false, reason: 'command' };
  return frame.length === 5 ? { ok: true, command: plain } : { ok: false, reason: 'length' };
};

/**
 * The chip's receiver. `push` yields whole requests and rejections; `reset` forgets a frame begun, as the chip does when
 * more than 8 ms pass between two of its bytes. Never throws; after a bad length it looks for the next FD.
 */
const unitDecoder = () => {
  let pending: Uint8Array = new Uint8Array();
  return {
    push: (bytes: Uint8Array): readonly Syn6288Request[] => {
      const found: Syn6288Request[] = [];
      const all = Buffer.concat([pending, bytes]);
      let at = all.indexOf(0xfd);
      while (at >= 0 && all.length - at >= 3) {
        const length = all.readUInt16BE(at + 1);
        const fits = length >= 2 && length <= textMaxBytes + 3;
        if (fits && all.length - at < 3 + length) break;
        found.push(
          fits ? requestOf(Uint8Array.from(all.subarray(at, at + 3 + length))) : { ok: false, reason: 'length' },
        );
        at = all.indexOf(0xfd, at + (fits ? 3 + length : 1));
      }
      pending = at < 0 ? new Uint8Array() : Uint8Array.from(all.subarray(at));
      return found;
    },
    reset: (): void => {
      pending = new Uint8Array();
    },
  };
};

const unitReply = (reply: 'initialised' | 'accepted' | 'rejected' | 'speaking' | 'idle'): Uint8Array =>
  Uint8Array.of({ initialised: 0x4a, accepted: 0x41, rejected: 0x45, speaking: 0x4e, idle: 0x4f }[reply]);

export const syn6288 = {
  device,
  host: { encode, split, decoder: hostDecoder },
  unit: { decoder: unitDecoder, reply: unitReply },
} as const;
