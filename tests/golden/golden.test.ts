import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { crc16Modbus } from '../../devices/checksums.ts';
import { readDeviceFolder } from '../../devices/folder.ts';
import { loadCatalogue } from '../../devices/load.ts';
import { beidouRdss, type RdssAnswer, type RdssContent, type RdssOrder } from '../../devices/satellite/beidou-rdss.ts';
import { syn6288, type Syn6288Order, type Syn6288Request } from '../../devices/speech/syn6288.ts';
import type { SpeechReply } from '../../devices/define.ts';
import { encodeWrite } from '../../devices/write.ts';
import { readAll, readPdu } from '../../src/drivers/reads.ts';

/** Every frame tagged verified or computed in the sources of a model, against the bytes the code really makes. */
const golden = (model: string): unknown => JSON.parse(readFileSync(new URL(`${model}.json`, import.meta.url), 'utf8'));
const hex = (bytes: Uint8Array): string =>
  [...bytes].map((byte) => byte.toString(16).padStart(2, '0').toUpperCase()).join(' ');
const bytesOf = (text: string): Uint8Array => Uint8Array.from(text.split(' ').map((pair) => Number.parseInt(pair, 16)));

interface RegisterFrame {
  readonly what: string;
  readonly unit: number;
  readonly bytes: string;
  readonly action?: 'on' | 'off' | 'allOff' | 'group';
  /** A setting, or what reads it back; the start of a quiet test, or what reads its result. */
  readonly setting?: 'tone' | 'volume' | 'quietTest';
  readonly value?: number;
  readonly channel?: number;
  readonly durationMs?: number;
  readonly groupBits?: readonly number[];
  readonly write?: { readonly function: 5 | 6 | 15 | 16; readonly address: number; readonly words: readonly number[] };
  readonly read?: { readonly function: 1 | 3 | 4; readonly address: number; readonly count: number };
  readonly reply?: string;
  readonly values?: Readonly<Record<string, number>>;
}

const loaded = loadCatalogue(readDeviceFolder(new URL('../../devices', import.meta.url).pathname));
if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
const catalogue = loaded.value;

const onWire = (unit: number, pdu: Uint8Array): string => {
  const frame = Uint8Array.from([unit, ...pdu]);
  const crc = crc16Modbus(frame);
  return hex(Uint8Array.from([...frame, crc & 0xff, crc >> 8]));
};

const pduOf = (model: string, frame: RegisterFrame): Uint8Array => {
  const device = catalogue.registers.get(model)!;
  if (frame.action !== undefined) {
    const lease = device.output!.lease;
    const durationSteps = lease.kind === 'held' ? 0 : (frame.durationMs ?? 0) / lease.stepMs;
    const { channel = 1, groupBits = [] } = frame;
    return encodeWrite(device.output![frame.action]!, { channel, durationSteps, groupBits });
  }
  if (frame.setting !== undefined) {
    const { tone, volume, quietTest } = device.output!;
    const { set, read } = { tone, volume, quietTest: { set: quietTest!.start, read: quietTest!.result } }[
      frame.setting
    ]!;
    if (frame.value === undefined) return readPdu({ line: '', unit: frame.unit, device, block: read });
    return encodeWrite(set, { channel: 1, tone: frame.value, volume: frame.value });
  }
  if (frame.write !== undefined) {
    const values = frame.write.words.map((word) => ({ word }));
    return encodeWrite({ ...frame.write, channelStep: 0, values }, { channel: 1 });
  }
  return readPdu({ line: '', unit: frame.unit, device, block: frame.read! });
};

const registerModels = ['waveshare-relay-8', 'tipping-bucket-rain', 'mingluo-siren', 'mingluo-current-8'];

describe.each(registerModels)('golden frames of %s', (model) => {
  const { frames } = golden(model) as { frames: readonly RegisterFrame[] };

  it.each(frames.map((frame) => [frame.what, frame] as const))('%s', (_, frame) => {
    expect(onWire(frame.unit, pduOf(model, frame))).toBe(frame.bytes);
  });

  it.each(frames.filter(({ reply }) => reply !== undefined).map((frame) => [frame.what, frame] as const))(
    'reads what the reply to "%s" says',
    async (_, frame) => {
      const device = catalogue.registers.get(model)!;
      const reply = bytesOf(frame.reply!);
      expect(onWire(reply[0]!, reply.subarray(1, -2))).toBe(frame.reply);
      const timing = { queuedMs: 0, sentAt: 0, endedAt: 0 };
      const line = { submit: () => Promise.resolve({ ok: true as const, pdu: reply.subarray(1, -2), timing }) };
      const want = (block: { function: 1 | 2 | 3 | 4; address: number; count: number }) => ({
        line: 'a',
        unit: 2,
        device,
        block,
      });
      const readings = await readAll(
        device.readings.map(({ block }) => want(block)),
        {
          lines: new Map([['a', line]]),
          lane: 'poll',
          trace: null,
        },
      );
      for (const { name, block, scale } of device.readings) {
        const value = readings.valueOf(want(block));
        expect(value.ok ? Math.round(value.raw * scale * 10) / 10 : value).toBe(frame.values![name]);
      }
    },
  );
});

describe('golden frames of syn6288', () => {
  const { frames, replies } = golden('syn6288') as {
    frames: readonly { what: string; order: Syn6288Order; bytes: string }[];
    replies: Record<SpeechReply, string>;
  };

  it.each(frames)('$what', ({ order, bytes }) => {
    expect(hex(syn6288.host.encode(order)!)).toBe(bytes);
    expect(syn6288.unit.decoder().push(bytesOf(bytes))).toEqual([{ ok: true, ...order }] as readonly Syn6288Request[]);
  });

  it.each(Object.entries(replies))('reply %s', (reply, byte) => {
    expect(hex(syn6288.unit.reply(reply as SpeechReply))).toBe(byte);
    expect(syn6288.host.decoder().push(bytesOf(byte))).toEqual([reply]);
  });
});

type JsonContent = Exclude<RdssContent, { mode: 'mixed' }> | { readonly mode: 'mixed'; readonly bytes: string };
const contentOf = (content: JsonContent): RdssContent =>
  content.mode === 'mixed' ? { mode: 'mixed', bytes: bytesOf(content.bytes) } : content;
const revived = (value: object): object =>
  'content' in value ? { ...value, content: contentOf(value.content as JsonContent) } : value;

describe('golden frames of beidou-rdss', () => {
  const { orders, answers } = golden('beidou-rdss') as {
    orders: readonly { what: string; order: object; bytes: string }[];
    answers: readonly { what: string; answer: object; bytes: string }[];
  };

  it.each(orders)('order: $what', ({ order, bytes }) => {
    const whole = revived(order) as RdssOrder;
    expect(hex(beidouRdss.host.encode(whole)!)).toBe(bytes);
    const [seen] = beidouRdss.unit.decoder().push(bytesOf(bytes));
    if (whole.frame === 'TXSQ')
      expect(seen).toEqual({ frame: 'TXSQ', to: whole.to, express: false, content: whole.content });
    else expect(seen).toEqual(['DWSQ', 'CKSC'].includes(whole.frame) ? { frame: 'other', name: whole.frame } : whole);
  });

  it.each(answers)('answer: $what', ({ answer, bytes }) => {
    const whole = revived(answer) as RdssAnswer;
    expect(hex(beidouRdss.unit.encode(whole))).toBe(bytes);
    expect(beidouRdss.host.decoder().push(bytesOf(bytes))).toMatchObject([whole]);
  });
});
