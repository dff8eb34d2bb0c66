import { describe, expect, it } from 'vitest';
import { virtualClock } from '../../emulator/clock.ts';
import { crc16, sealFrame, silenceMs } from '../../emulator/line/rtu-frame.ts';
import { createRtuLine, type LineUnit } from '../../emulator/line/rtu-line.ts';
import { seededRandom } from '../../emulator/random.ts';
import { bytesOf, hex } from './village.ts';

const unit = (address: number, seen: string[]): LineUnit => ({
  address,
  request: (pdu) => {
    seen.push(`${address} ${hex(pdu)}`);
    return { address, pdu: Uint8Array.from([pdu[0] ?? 0, 2, 0, 7]), afterMs: 0, noise: 0 };
  },
  broadcast: (pdu) => void seen.push(`${address}* ${hex(pdu)}`),
});

const rig = (baud: number, strict = false) => {
  const clock = virtualClock();
  const seen: string[] = [];
  const line = createRtuLine({
    clock,
    format: { baud, parity: 'none', stopBits: 1 },
    units: [unit(1, seen), unit(2, seen)],
    random: seededRandom(1),
    noise: () => 0,
    strict,
  });
  const back: { readonly at: number; readonly bytes: number }[] = [];
  const end = line.wire.attach((bytes) => back.push({ at: clock.now(), bytes: bytes.length }));
  return { clock, seen, line, back, end };
};

const read = sealFrame(1, bytesOf('04 00 00 00 01'));

describe('a paced line', () => {
  it('knows the check value of its checksum and the manual’s own frames', () => {
    expect(crc16(Uint8Array.from(Buffer.from('123456789')))).toBe(0x4b37);
    expect(hex(sealFrame(1, bytesOf('84 02')))).toBe('018402C2C1');
    expect(hex(sealFrame(2, bytesOf('03 00 00 00 03')))).toBe('02030000000305F8');
  });

  it.each([
    [1200, 32.1],
    [9600, 4.01],
    [19_200, 2.01],
    [115_200, 1.75],
  ])('at %i baud 3.5 characters are %f ms', (baud, ms) => expect(silenceMs(baud)).toBeCloseTo(ms, 1));

  it.each([1200, 9600, 115_200])('at %i baud a reply takes request, silence and reply, to the millisecond', (baud) => {
    const { clock, back, end } = rig(baud);
    end.receive(read);
    clock.advance(1000);
    const byteMs = 10_000 / baud;
    expect(back.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(7);
    expect(back.at(-1)?.at).toBeCloseTo(8 * byteMs + silenceMs(baud) + 6 * byteMs + byteMs, 0);
    const early = back.filter(({ at }, index) => {
      const sent = back.slice(0, index + 1).reduce((sum, { bytes }) => sum + bytes, 0);
      return at < 8 * byteMs + silenceMs(baud) + sent * byteMs - 1e-6;
    });
    expect(early).toEqual([]);
  });

  it('hands a broadcast to every unit and answers nothing', () => {
    const { clock, seen, back, end } = rig(9600);
    end.receive(sealFrame(0, bytesOf('05 00 00 FF 00')));
    clock.advance(100);
    expect(seen).toEqual(['1* 050000FF00', '2* 050000FF00']);
    expect(back).toEqual([]);
  });

  it('takes a frame written byte by byte, and counts a gap inside it', () => {
    const { clock, seen, line, end } = rig(9600);
    for (const byte of read) {
      end.receive(Uint8Array.of(byte));
      clock.advance(1.2);
    }
    clock.advance(50);
    expect(seen).toHaveLength(1);
    end.receive(read.subarray(0, 3));
    clock.advance(3 * 1.05 + 2.5);
    end.receive(read.subarray(3));
    clock.advance(50);
    expect(seen).toHaveLength(2);
    expect(line.counters.gapsInside).toBe(1);
  });

  it('counts a request that breaks the silence, and loses it when it keeps the standard to the letter', () => {
    for (const strict of [false, true]) {
      const { clock, seen, line, end } = rig(9600, strict);
      end.receive(sealFrame(0, bytesOf('05 00 00 FF 00')));
      clock.advance(8.34 + 4.02);
      end.receive(read);
      clock.advance(100);
      expect(line.counters.silenceBreaks).toBe(0);
      end.receive(sealFrame(0, bytesOf('05 00 00 FF 00')));
      clock.advance(8.34 + 2);
      end.receive(read);
      clock.advance(100);
      expect(line.counters.silenceBreaks + line.counters.gapsInside).toBe(1);
      expect(seen.filter((text) => text.startsWith('1 '))).toHaveLength(strict ? 1 : 2);
    }
  });

  it('parts two frames that came without a pause, and drops what no checksum confirms', () => {
    const { clock, seen, line, end } = rig(9600);
    end.receive(Uint8Array.from([...sealFrame(0, bytesOf('05 00 00 FF 00')), 0x55, ...read]));
    clock.advance(100);
    expect(seen).toEqual(['1* 050000FF00', '2* 050000FF00', '1 0400000001']);
    expect(line.counters.garbageBytes).toBe(1);
  });

  it('never carries out a frame whose checksum is wrong', () => {
    const { clock, seen, end } = rig(9600);
    const frame = sealFrame(1, bytesOf('05 00 00 FF 00'));
    for (let bit = 0; bit < 8 * frame.length; bit += 1) {
      const damaged = Uint8Array.from(frame);
      damaged[bit >> 3] = (damaged[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      end.receive(damaged);
      clock.advance(100);
    }
    expect(seen).toEqual([]);
  });

  it('loses what is written faster than it can carry, and is itself again soon after', () => {
    const { clock, seen, line, end } = rig(9600);
    for (let chunk = 0; chunk < 50; chunk += 1) end.receive(new Uint8Array(10_000).fill(0x55));
    clock.advance(5100);
    expect(line.counters.garbageBytes).toBe(4800);
    end.receive(read);
    clock.advance(100);
    expect(seen).toHaveLength(1);
  });

  it('spoils both when a client speaks while a unit is replying', () => {
    const { clock, seen, line, end } = rig(9600);
    end.receive(read);
    clock.advance(8.34 + 4.02 + 2);
    end.receive(read);
    clock.advance(100);
    expect(seen).toHaveLength(1);
    expect(line.counters.collisions).toBe(1);
  });
});
