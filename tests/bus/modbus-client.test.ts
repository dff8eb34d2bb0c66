import modbus from 'modbus-serial';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { ModbusClient } from '../../src/bus/modbus-client.ts';
import { rtuFrame } from '../../src/bus/rtu.ts';
import { SyncPort } from '../../src/bus/sync-port.ts';
import { hex, read, testFrame, write } from './support/frames.ts';

/** A port that keeps what modbus-serial hands it. */
class KeepingPort extends SyncPort {
  readonly written: string[] = [];

  constructor() {
    super();
    this.isOpen = true;
  }

  override write(frame: Uint8Array): void {
    this.written.push(hex(frame));
  }
}

const bytes = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'hex'));
const send = (client: ModbusClient, unit: number, pdu: Uint8Array): void => client.send(unit, pdu, rtuFrame(unit, pdu));

afterEach(() => void vi.restoreAllMocks());

describe('modbus-serial inside the line', () => {
  it('builds every frame that leaves, byte for byte the PDU that was ordered', () => {
    const port = new KeepingPort();
    const client = new ModbusClient(port);
    const pdus = [
      read(1, 0, 8),
      read(2, 3, 5),
      read(3, 0x1234, 10),
      read(4, 9, 1),
      write(5, 0x0200, 7),
      write(5, 0, 0xff00),
      write(6, 0x1000, 3),
      bytes('0f0000000801ff'),
      bytes('100000000204ffff0001'),
      bytes('1100'),
      bytes('2b0e0100'),
      bytes('03000000'),
      bytes('1000000002040001'),
      bytes('41aabbcc'),
    ];
    for (const unit of [1, 0, 247]) for (const pdu of pdus) send(client, unit, pdu);
    const expected = [1, 0, 247].flatMap((unit) => pdus.map((pdu) => hex(testFrame(unit, ...pdu))));
    expect(port.written).toEqual(expected);
    expect(port.written).toContain('0105020000078db0');
  });

  it('is really used: with its builders gone nothing leaves, and a frame it builds otherwise is not sent', () => {
    const port = new KeepingPort();
    const client = new ModbusClient(port);
    for (const name of [
      'writeFC1',
      'writeFC2',
      'writeFC3',
      'writeFC4',
      'writeFC6',
      'writeFC16',
      'writeCustomFC',
    ] as const) {
      vi.spyOn(modbus.default.prototype, name).mockImplementation(() => undefined);
    }
    for (const pdu of [read(3, 0, 1), write(5, 0, 0xff00), write(6, 0, 1)]) send(client, 1, pdu);
    expect(port.written).toEqual([]);
    const strict = new SyncPort();
    strict.expect(rtuFrame(1, write(5, 0x0200, 7)));
    strict.write(rtuFrame(1, write(5, 0x0200, 0xff00)));
    expect(strict.faultNow()).toBe('the frame built differs from the frame ordered');
  });

  it('has the last word on replies: reads come out as it parsed them, and a frame it refuses is refused', () => {
    const client = new ModbusClient(new KeepingPort());
    send(client, 2, read(3, 0, 3));
    expect(hex(client.parse(bytes('02030605a1000800ba8878'))!)).toBe('030605a1000800ba');
    send(client, 2, read(3, 0, 3));
    expect(client.parse(testFrame(2, 3, 4, 0, 1, 0, 2))).toBeNull();
    send(client, 2, read(3, 0, 3));
    expect(client.parse(testFrame(3, 3, 6, 0, 1, 0, 2, 0, 3))).toBeNull();
    send(client, 1, write(5, 0x0200, 7));
    expect(hex(client.parse(bytes('0105020000078db0'))!)).toBe('0502000007');
    send(client, 1, bytes('08000012 34'.replace(' ', '')));
    expect(hex(client.parse(testFrame(1, 8, 0, 0, 0x12, 0x34))!)).toBe('0800001234');
  });

  it('keeps neither timers nor transactions, however many requests stay unanswered', () => {
    const client = new ModbusClient(new KeepingPort());
    const timers = vi.spyOn(globalThis, 'setTimeout');
    for (let n = 0; n < 1000; n += 1) send(client, 1 + (n % 247), read(3, n, 1));
    expect(timers).not.toHaveBeenCalled();
  });
});
