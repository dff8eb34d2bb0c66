import { afterEach, describe, expect, it, vi } from 'vitest';
import { openDevice, type SerialDevice } from '../../src/bus/serial-device.ts';
import { Sleeper } from '../../src/bus/sleeper.ts';
import { SyncPort } from '../../src/bus/sync-port.ts';
import { TestPty } from './support/pty.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** A port as a line opens it, and the far side of its cable. */
const openPort = async (): Promise<{
  readonly pty: TestPty;
  readonly port: SyncPort;
  readonly device: SerialDevice;
}> => {
  const pty = new TestPty(() => undefined);
  closing.push(() => pty.unplug());
  const device = await openDevice(
    {
      ...{ id: 'port', speaks: 'modbus-rtu', echoes: false, adapterLatencyMs: 0, pollEveryMs: 1000 },
      port: { kind: 'serial', path: pty.path, baud: 9600, parity: 'none', stopBits: 1 },
    },
    pty.path,
  );
  if (typeof device === 'string') throw new Error(device);
  closing.unshift(() => device.close());
  const port = new SyncPort();
  port.attach(device.fd);
  return { pty, port, device };
};

describe('the port of a serial line', () => {
  it('reads nothing from a quiet line, as often as it is looked at, and then what came', async () => {
    const { pty, port } = await openPort();
    for (let look = 0; look < 10; look += 1) expect(port.read()).toBeNull();
    expect(port.faultNow()).toBeNull();
    pty.write(Uint8Array.of(1, 2, 3));
    await vi.waitFor(() => expect([...(port.read() ?? [])]).toEqual([1, 2, 3]));
  });

  it('tells within three looks that it was hung up, which reads like silence', async () => {
    const { pty, port, device } = await openPort();
    pty.unplug();
    await vi.waitFor(() => expect(device.isGone()).toBe(true));
    for (let look = 0; look < 3; look += 1) port.read();
    expect(port.faultNow()).toBe('EIO');
  });
});

describe('sleeping to an instant', () => {
  it('is never over before it', () => {
    const sleeper = new Sleeper(performance);
    for (let turn = 0; turn < 30; turn += 1) {
      const instant = performance.now() + 0.7;
      sleeper.exactly(instant);
      expect(performance.now()).toBeGreaterThanOrEqual(instant);
    }
  });
});
