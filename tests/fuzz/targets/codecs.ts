import { beidouRdss } from '../../../devices/satellite/beidou-rdss.ts';
import { syn6288 } from '../../../devices/speech/syn6288.ts';
import { createFrameScreen, type KnownBoard } from '../../../src/panel/frame-screen.ts';
import { createSoundFrames } from '../../../src/audio/out/sound-frames.ts';
import type { Dice } from '../../simulate/dice.ts';
import { hurtfulBytes } from '../mutate-bytes.ts';
import { mutatedText } from '../mutate-text.ts';
import { million, shown, type Shot, type Target, type Verdict } from '../target.ts';

/** Bytes as a line delivers them: in one to four pieces. */
const pieces = (bytes: Uint8Array, dice: Dice): readonly Uint8Array[] => {
  const cuts = Array.from({ length: dice.whole(0, 3) }, () => dice.whole(0, bytes.length)).sort((a, b) => a - b);
  return [...cuts, bytes.length].map((to, index) => bytes.subarray(cuts[index - 1] ?? 0, to));
};

const streamShot = (bytes: Uint8Array, dice: Dice, take: (parts: readonly Uint8Array[]) => Verdict): Shot => {
  const parts = pieces(bytes, dice);
  return { take: () => take(parts), show: () => parts.map(shown).join(' ') };
};

const xorOf = (bytes: Uint8Array): number => bytes.reduce((sum, byte) => sum ^ byte, 0);

const some = <T>(value: T | null): readonly T[] => (value === null ? [] : [value]);

const speech: readonly Uint8Array[] = [
  ...['请立即转移', 'a', '暴雨红色预警'.repeat(10)].flatMap((text) =>
    some(syn6288.host.encode({ command: 'speak', text })),
  ),
  ...some(syn6288.host.encode({ command: 'stop' })),
  ...(['initialised', 'accepted', 'rejected', 'speaking', 'idle'] as const).map(syn6288.unit.reply),
];

const speechShot = (dice: Dice): Shot =>
  streamShot(hurtfulBytes(speech, dice), dice, (parts) => {
    const [host, unit] = [syn6288.host.decoder(), syn6288.unit.decoder()];
    const bytes = parts.reduce((sum, { length }) => sum + length, 0);
    const replies = parts.flatMap((part) => host.push(part));
    const requests = parts.flatMap((part) => unit.push(part));
    if (replies.length > bytes || requests.length > bytes) return 'more was heard than was said';
    const spoken = requests.find((request) => request.ok && request.command === 'speak' && request.text.length > 200);
    return spoken === undefined ? null : 'a text longer than a frame can hold';
  });

export const speechChip: Target = {
  name: 'codec-syn6288',
  what: { zh: 'SYN6288 语音芯片两端', en: 'the speech chip SYN6288, both sides' },
  ...{ covers: ['devices/speech/syn6288.ts'], goal: million },
  prepare: () => ({ shot: speechShot }),
};

const texts = ['请立即转移，不要返回。', '[v0]暴雨[v16]红色预警', 'abc 123。'.repeat(60)];

/** What a centre wrote becomes frames: none too long, and no word of it becomes a setting of the chip. */
export const spokenText: Target = {
  name: 'codec-syn6288-text',
  what: { zh: '交给语音芯片的文字', en: 'texts for the speech chip' },
  ...{ covers: ['devices/speech/syn6288.ts'], goal: million },
  prepare: () => ({
    shot: (dice) => {
      const text = mutatedText(texts, dice).slice(0, 2_000);
      const take = (): Verdict => {
        for (const part of syn6288.host.split(text, { volume: 16 })) {
          if (!part.startsWith('[v16]') || /[[\]]/.test(part.slice(5))) return `a setting in ${JSON.stringify(part)}`;
          const frame = syn6288.host.encode({ command: 'speak', text: part });
          if (frame === null || frame.length > 206 || xorOf(frame) !== 0) return `no frame for ${JSON.stringify(part)}`;
        }
        return null;
      };
      return { take, show: () => shown(text) };
    },
  }),
};

const { host, unit } = beidouRdss;
const mixed = { mode: 'mixed', bytes: Uint8Array.from({ length: 60 }, (_, index) => index) } as const;
const satellite: readonly Uint8Array[] = [
  ...some(host.encode({ frame: 'TXSQ', from: 5, to: 6, content: mixed })),
  ...some(host.encode({ frame: 'TXSQ', from: 5, to: 6, content: { mode: 'chinese', text: '请转移' } })),
  ...some(host.encode({ frame: 'ICJC', card: 0 })),
  ...some(host.encode({ frame: 'XTZJ', periodS: 0 })),
  unit.encode({ frame: 'TXXX', user: 6, sender: 5, hour: 1, minute: 2, content: mixed }),
  unit.encode({ frame: 'TXXX', user: 6, sender: 5, hour: 1, minute: 2, content: { mode: 'code', digits: '0123f' } }),
  unit.encode({ frame: 'FKXX', user: 6, feedback: 'ok', command: 'TXSQ' }),
  unit.encode({ frame: 'FKXX', user: 6, feedback: 'too-soon', waitS: 42 }),
  unit.encode({ frame: 'ICXX', user: 6, periodS: 60, level: 3 }),
  unit.encode({ frame: 'ZJXX', user: 6, batteryPercent: 50, inbound: 2, beams: [0, 4, 0, 0, 0, 0] }),
];

/** A changed frame whose checksum is made right again reaches what is behind it. */
const resealed = (bytes: Buffer, dice: Dice): Buffer => {
  if (bytes.length < 8 || dice.chance(0.5)) return bytes;
  const copy = Buffer.from(bytes);
  if (dice.chance(0.7) && copy.length < 0xffff) copy.writeUInt16BE(copy.length, 5);
  copy.writeUInt8(xorOf(copy.subarray(0, -1)), copy.length - 1);
  return copy;
};

/** A message holds 210 bytes by the top card level. */
const contentMax = 210;

const satelliteShot = (dice: Dice): Shot =>
  streamShot(resealed(hurtfulBytes(satellite, dice), dice), dice, (parts) => {
    const { codec } = beidouRdss.device;
    const [ours, theirs] = [codec.decoder(), unit.decoder()];
    const bytes = parts.reduce((sum, { length }) => sum + length, 0);
    const reports = parts.flatMap((part) => [...ours.push(part)]);
    const requests = parts.flatMap((part) => [...theirs.push(part)]);
    if (reports.length > bytes || requests.length > bytes) return 'more was heard than was said';
    for (const report of reports) {
      if (typeof report === 'string') return 'another chip';
      if (report.kind === 'message' && report.good && report.bytes.length > 2 * contentMax) return 'a message too long';
      if (report.kind === 'wait' && !(report.seconds >= 0)) return `a wait of ${report.seconds} s`;
    }
    return null;
  });

export const satelliteTerminal: Target = {
  name: 'codec-beidou-rdss',
  what: { zh: '北斗 RDSS 终端两端', en: 'the satellite terminal, both sides' },
  ...{ covers: ['devices/satellite/beidou-rdss.ts'], goal: million },
  prepare: () => ({ shot: satelliteShot }),
};

const boardBytes: readonly Uint8Array[] = [
  ...[Uint8Array.of(0xf9, 2, 5), Uint8Array.of(0x90, 0x14, 0), Uint8Array.of(0xe1, 5, 6), Uint8Array.of(0x91, 0, 1)],
  Uint8Array.of(0xf0, 0x79, 2, 5, 0x53, 0, 0x74, 0, 0xf7),
  Uint8Array.from([0xf0, 0x6c, ...Array.from({ length: 20 }, () => [0, 1, 0x0b, 1, 1, 1, 0x7f]).flat(), 0xf7]),
  Uint8Array.from([0xf0, 0x6a, ...Array.from({ length: 20 }, () => 0x7f), 0xf7]),
  ...[Uint8Array.of(0xf0, 0x6e, 4, 0x0b, 1, 0xf7), Uint8Array.of(0xf0, 0x71, 0x41, 0, 0xf7)],
];

const longestFrame = 2_304;

const boardShot = (dice: Dice): Shot => {
  const known: KnownBoard = {
    ...{ pins: dice.oneOf([0, 20, 127]), isMapped: dice.chance(0.5) },
    asked: new Set(dice.chance(0.5) ? [4, dice.whole(0, 127)] : []),
  };
  return streamShot(hurtfulBytes(boardBytes, dice), dice, (parts) => {
    const passed: Uint8Array[] = [];
    const screen = createFrameScreen(
      () => known,
      (frame) => passed.push(frame),
    );
    const noise = parts.reduce((sum, part) => sum + screen.push(part), 0);
    const bytes = parts.reduce((sum, { length }) => sum + length, 0);
    const through = passed.reduce((sum, { length }) => sum + length, 0);
    if (noise + through + screen.pending > bytes) return `${noise} + ${through} + ${screen.pending} of ${bytes} bytes`;
    if (screen.pending > longestFrame) return `${screen.pending} bytes of a frame are kept`;
    const torn = passed.find(
      (frame) => frame[0] === 0xf0 && (frame.at(-1) !== 0xf7 || frame.subarray(1, -1).some((byte) => byte >= 0x80)),
    );
    return torn === undefined ? null : 'a torn frame went through';
  });
};

export const operatingBoard: Target = {
  name: 'codec-firmata',
  what: { zh: '操作面板的 Firmata 帧', en: 'Firmata frames of the operating panel' },
  ...{ covers: ['src/panel/frame-screen.ts'], goal: million },
  prepare: () => ({ shot: boardShot }),
};

const soundKey = Buffer.alloc(32, 3);
const ours = Buffer.alloc(32, 4);
const hello = Buffer.concat([Buffer.of(1, 0, 40), Buffer.from('MLSOUND1'), Buffer.alloc(32, 5)]);
const loudspeaker: readonly Uint8Array[] = [
  hello,
  Buffer.concat([hello, Buffer.of(3, 0, 33), Buffer.alloc(33, 6)]),
  Buffer.concat([hello, Buffer.of(33, 0, 4, 1, 2, 3, 4), Buffer.alloc(16)]),
];

export const networkLoudspeaker: Target = {
  name: 'codec-network-loudspeaker',
  what: { zh: '网络音箱的回话', en: 'what a network loudspeaker says: none is believed without the key' },
  ...{ covers: ['src/audio/out/sound-frames.ts'], goal: million },
  prepare: () => ({
    shot: (dice) =>
      streamShot(hurtfulBytes(loudspeaker, dice), dice, (parts) => {
        const frames = createSoundFrames(soundKey, ours);
        for (const part of parts) {
          const taken = frames.take(part);
          if (!taken.ok) break;
          if (taken.messages.length > 0) return 'a message without proof was taken';
        }
        return frames.isProven() ? 'it was believed without the key' : null;
      }),
  }),
};
