import { fstatSync, statSync } from 'node:fs';
import { SerialPort } from 'serialport';
import type { SerialWiring } from './serial-messages.ts';

/** An open, configured and locked serial device. */
export interface SerialDevice {
  readonly path: string;
  readonly fd: number;
  /** Unplugged, or the path means another device now. */
  isGone(): boolean;
  close(): Promise<void>;
}

export const fdOf = (port: SerialPort): number | null => {
  const binding: unknown = port.port;
  if (typeof binding !== 'object' || binding === null || !('fd' in binding)) return null;
  return typeof binding.fd === 'number' ? binding.fd : null;
};

/** Compares descriptor and path: a device that was plugged out and in again has the same name and another identity. */
export const isSameDevice = (fd: number, path: string): boolean => {
  try {
    const [open, named] = [fstatSync(fd), statSync(path)];
    return open.rdev === named.rdev && open.ino === named.ino;
  } catch (error) {
    return !(error instanceof Error);
  }
};

const closeLimitMs = 2000;

/** Closes it; safe when it is closed already, and bounded when the driver hangs. */
export const closePort = (port: SerialPort): Promise<void> =>
  new Promise((resolve) => {
    if (!port.isOpen) {
      resolve();
      return;
    }
    const timer = setTimeout(resolve, closeLimitMs);
    port.close(() => {
      clearTimeout(timer);
      resolve();
    });
  });

/** SerialPort options for a line: 8 data bits, exclusive lock, opened by hand. */
export const portOptions = (port: SerialWiring['port'], path: string) => ({
  path,
  baudRate: port.baud,
  parity: port.parity,
  stopBits: port.stopBits,
  dataBits: 8 as const,
  lock: true,
  autoOpen: false,
});

/** A read of an empty line gives no bytes at once; by default it gives an error, which costs Node more than the bytes do. */
const quietReads = { vmin: 0, vtime: 0 } as const;

/** A port that is not open yet, or why there can be none: serialport's compiled part may not fit this machine. */
const newPort = (wiring: SerialWiring, path: string): SerialPort | string => {
  try {
    return new SerialPort({ ...portOptions(wiring.port, path), ...quietReads });
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return error.message;
  }
};

/**
 * Opens the device by SerialPort, which sets speed and parity and locks it. The port never gets a `data` listener: that
 * would start SerialPort's own reading, which takes the bytes away and, on a hang-up, spins. Only on the main thread: see
 * `PortKeeper`. Never rejects; a string says why it is not open.
 */
export const openDevice = (wiring: SerialWiring, path: string): Promise<SerialDevice | string> =>
  new Promise((resolve) => {
    const port = newPort(wiring, path);
    if (typeof port === 'string') {
      resolve(port);
      return;
    }
    port.on('error', () => undefined);
    port.open((error) => {
      if (error !== null) {
        resolve(error.message);
        return;
      }
      const fd = fdOf(port);
      if (fd === null) return void closePort(port).then(() => resolve('the port has no descriptor'));
      resolve({ path, fd, isGone: () => !isSameDevice(fd, path), close: () => closePort(port) });
    });
  });
