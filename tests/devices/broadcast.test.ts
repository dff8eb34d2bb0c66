import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { movedBy, writeFrameOf } from '../../devices/broadcast.ts';
import { readDeviceFolder } from '../../devices/folder.ts';
import { loadCatalogue } from '../../devices/load.ts';
import { crc16Modbus, xor8 } from '../../devices/checksums.ts';
import { encodeWrite, groupMapOf } from '../../devices/write.ts';

const loaded = loadCatalogue(readDeviceFolder(new URL('../../devices', import.meta.url).pathname));
if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
const device = (model: string) => loaded.value.registers.get(model)!;
const outcome = (model: string, hex: string, groupBit: number | null = null) =>
  movedBy(device(model), writeFrameOf(Buffer.from(hex, 'hex'))!, { groupBit });

const all = [1, 2, 3, 4, 5, 6, 7, 8];

describe('what a broadcast does to a Waveshare board', () => {
  it.each([
    ['one relay', '05 0003 FF00', [4]],
    ['all off', '05 00FF 0000', all],
    ['toggle all', '05 01FF 0000', all],
    ['flash on', '05 0207 0007', [8]],
    ['flash off', '05 0400 0008', [1]],
    ['a mask, set and clear bits alike', '0F 0002 0003 01 01', [3, 4, 5]],
    ['its address setting', '06 4000 0002', []],
  ] as const)('%s', (_, hex, channels) => {
    expect(outcome('waveshare-relay-8', hex.replaceAll(' ', ''))).toEqual({ effect: 'moves', channels });
  });

  it.each([
    '05 0008 FF00',
    '05 0208 0001',
    '06 0010 0000',
    '10 1000 0001 02 0000',
    '0F 0006 0008 01 FF',
    '0F 0000 0000 00',
  ])('nobody knows of %s', (hex) => {
    expect(outcome('waveshare-relay-8', hex.replaceAll(' ', ''))).toEqual({ effect: 'unknown' });
  });
});

describe("what a broadcast does to the project's siren", () => {
  it('moves it by its hold register', () => {
    expect(outcome('mingluo-siren', '0600100096')).toEqual({ effect: 'moves', channels: [1] });
  });

  it('ignores what is not its own', () => {
    expect(outcome('mingluo-siren', '050200000a')).toEqual({ effect: 'ignores' });
  });

  it('moves exactly the units whose bit is set in the group map', () => {
    const template = device('mingluo-siren').output!.group!;
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer({ min: 0, max: 246 })),
        fc.integer({ min: 0, max: 246 }),
        (groupBits, mine) => {
          const frame = writeFrameOf(encodeWrite(template, { channel: 1, durationSteps: 30, groupBits }))!;
          const expected = groupBits.includes(mine) ? { effect: 'moves', channels: [1] } : { effect: 'ignores' };
          expect(movedBy(device('mingluo-siren'), frame, { groupBit: mine })).toEqual(expected);
        },
      ),
    );
  });

  it("is unknown where the unit's bit is not known, or the frame is cut short", () => {
    const frame = writeFrameOf(encodeWrite(device('mingluo-siren').output!.group!, { channel: 1, groupBits: [1] }))!;
    expect(movedBy(device('mingluo-siren'), frame, { groupBit: null })).toEqual({ effect: 'unknown' });
    const short = { ...frame, data: frame.data.subarray(0, 20) };
    expect(movedBy(device('mingluo-siren'), short, { groupBit: 1 })).toEqual({ effect: 'unknown' });
  });
});

describe('other models', () => {
  it('the current meter ignores every broadcast, the rain gauge is unknown but for its station', () => {
    expect(outcome('mingluo-current-8', '0500ff0000')).toEqual({ effect: 'ignores' });
    expect(outcome('tipping-bucket-rain', '0600000000')).toEqual({ effect: 'unknown' });
    expect(outcome('tipping-bucket-rain', '0610000003')).toEqual({ effect: 'moves', channels: [] });
  });
});

describe('frames and maps', () => {
  it('a PDU that is too short is no write', () => {
    expect(writeFrameOf(Uint8Array.of(5, 0, 0, 0))).toBeNull();
  });

  it('bits beyond the map are left out', () => {
    expect(groupMapOf([0, 15, 16, 256, -1])).toEqual([0x8001, 1, ...Array.from({ length: 14 }, () => 0)]);
  });

  it('the checksums give their published check values', () => {
    expect(crc16Modbus(Buffer.from('123456789'))).toBe(0x4b37);
    expect(xor8(Buffer.from('123456789'))).toBe(0x31);
  });
});
