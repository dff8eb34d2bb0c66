import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crc16 } from '../../src/bus/crc.ts';
import { mbapFraming } from '../../src/bus/mbap.ts';
import { answers, isRepeatable, replyShape } from '../../src/bus/reply-shape.ts';
import { rtuFrame, rtuFraming, rtuUnframe } from '../../src/bus/rtu.ts';
import { wireTiming } from '../../src/bus/timing.ts';
import { hex, read, testCrc, testFrame, write } from './support/frames.ts';

const bytes = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'));
const ask = (unit: number, pdu: Uint8Array, tag = 0) => ({ unit, pdu, tag });

describe('RTU framing', () => {
  it('makes the frames that manuals print', () => {
    expect(hex(rtuFrame(1, write(5, 0, 0xff00)))).toBe('01050000ff008c3a');
    expect(hex(rtuFrame(1, write(5, 0x0200, 7)))).toBe('0105020000078db0');
    expect(hex(rtuFrame(2, read(3, 0, 3)))).toBe('02030000000305f8');
    expect(hex(rtuFrame(1, bytes('0f 0000 0008 01 ff')))).toBe('010f0000000801ffbed5');
  });

  it('has the CRC of an independent bitwise calculation for any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 260 }), (data) => {
        const [low, high] = testCrc([...data]);
        expect(crc16(data)).toBe(low | (high << 8));
      }),
    );
  });

  it('reads back what it framed, and nothing that one flipped bit changed', () => {
    const pdu = fc.uint8Array({ minLength: 1, maxLength: 253 });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 255 }), pdu, fc.nat(), (unit, data, flip) => {
        const frame = rtuFrame(unit, data);
        expect(rtuUnframe(frame)).toEqual({ unit, pdu: data });
        const bit = flip % (frame.length * 8);
        frame[bit >> 3]! ^= 1 << (bit & 7);
        expect(rtuUnframe(frame)).toBeNull();
      }),
    );
  });

  it('finds a reply behind noise and behind a broken copy of itself', () => {
    const reply = bytes('02 03 06 05 A1 00 08 00 BA 88 78');
    const broken = reply.slice();
    broken[4]! ^= 1;
    const heard = Uint8Array.from([0xff, 0x00, ...broken, ...reply]);
    const found = rtuFraming.find(ask(2, read(3, 0, 3)), heard, false);
    expect(found && hex(found.pdu)).toBe('030605a1000800ba');
  });

  it('takes a write for answered only when address and value come back', () => {
    const request = ask(1, write(6, 9, 4242));
    expect(rtuFraming.find(request, testFrame(1, ...write(6, 9, 4242)), false)).not.toBeNull();
    expect(rtuFraming.find(request, testFrame(1, ...write(6, 9, 4243)), false)).toBeNull();
    expect(rtuFraming.find(request, testFrame(1, ...write(6, 8, 4242)), false)).toBeNull();
    const many = bytes('10 0000 0002 04 00010002');
    expect(answers(many, bytes('10 0000 0002'))).toBe(true);
    expect(answers(many, bytes('10 0000 0001'))).toBe(false);
  });

  it('does not take a request that an adapter echoes for the reply to a read', () => {
    const request = ask(1, read(3, 0, 10));
    expect(rtuFraming.find(request, rtuFrame(1, read(3, 0, 10)), true)).toBeNull();
  });

  it('takes an exception of the same function only, and knows functions whose replies say their own length', () => {
    expect(rtuFraming.find(ask(1, read(4, 0, 1)), bytes('01 84 02 C2 C1'), false)).not.toBeNull();
    expect(rtuFraming.find(ask(1, read(3, 0, 1)), bytes('01 84 02 C2 C1'), false)).toBeNull();
    expect(rtuFraming.find(ask(1, bytes('11')), testFrame(1, 0x11, 3, 7, 0xff, 9), false)).not.toBeNull();
    expect(rtuFraming.find(ask(1, bytes('11')), testFrame(1, 0x11, 4, 7, 0xff, 9), false)).toBeNull();
    const vendor = testFrame(1, 0x41, 1, 2, 3);
    expect(rtuFraming.find(ask(1, bytes('41')), vendor, false)).toBeNull();
    expect(rtuFraming.find(ask(1, bytes('41')), vendor, true)).not.toBeNull();
  });

  it('never throws on random requests and replies, and what it finds is really there', () => {
    const pdu = fc.uint8Array({ minLength: 1, maxLength: 253 });
    fc.assert(
      fc.property(pdu, fc.uint8Array({ maxLength: 512 }), fc.boolean(), (request, heard, ended) => {
        for (const framing of [rtuFraming, mbapFraming]) {
          const found = framing.find(ask(3, request, 7), heard, ended) ?? framing.foreign(ask(3, request, 7), heard);
          if (found !== null) expect(found.to).toBeLessThanOrEqual(heard.length);
        }
        expect(replyShape(request)).toBeDefined();
      }),
      { numRuns: 300 },
    );
  });
});

describe('Modbus TCP framing', () => {
  it('puts transaction, length and unit before the PDU', () => {
    expect(hex(mbapFraming.frame(ask(17, read(3, 0x6b, 3), 0x0102)))).toBe('010200000006' + '11' + '03006b0003');
  });

  it('takes only the reply of its own transaction', () => {
    const reply = bytes('0102 0000 0005 11 03 02 1234');
    expect(mbapFraming.find(ask(17, read(3, 0, 1), 0x0102), reply, false)).not.toBeNull();
    expect(mbapFraming.find(ask(17, read(3, 0, 1), 0x0103), reply, false)).toBeNull();
    expect(mbapFraming.find(ask(16, read(3, 0, 1), 0x0102), reply, false)).toBeNull();
  });
});

describe('what may be sent twice', () => {
  it('is a read or a single coil off, never an order that may restart a siren', () => {
    expect(isRepeatable(read(1, 0, 8))).toBe(true);
    expect(isRepeatable(write(5, 3, 0))).toBe(true);
    expect(isRepeatable(write(5, 3, 0xff00))).toBe(false);
    expect(isRepeatable(write(5, 0x0200, 7))).toBe(false);
    expect(isRepeatable(write(6, 0, 0))).toBe(false);
  });
});

describe('wire timing', () => {
  it('counts 10 or 11 bits a character, 3.5 characters of silence up to 19200 baud and 1.75 ms above', () => {
    expect(wireTiming(9600, 'none', 1).silenceMs).toBeCloseTo(3.6458, 3);
    expect(wireTiming(9600, 'even', 1).silenceMs).toBeCloseTo(4.0104, 3);
    expect(wireTiming(19200, 'none', 2).silenceMs).toBeCloseTo(2.0052, 3);
    expect(wireTiming(38400, 'even', 1).silenceMs).toBe(1.75);
    expect(wireTiming(115200, 'none', 1).charMs).toBeCloseTo(0.0868, 4);
  });
});
