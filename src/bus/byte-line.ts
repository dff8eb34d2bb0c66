import { SerialPort } from 'serialport';
import type { LineWiring } from '../core/wiring.ts';
import { failed, type Failure } from '../words/failure.ts';
import type { Connector } from './connector.ts';
import { systemClock, type LineClock } from './line-clock.ts';
import type { LineOptions } from './line-options.ts';
import type { ByteLine, LineState } from './line.ts';
import { Reopener } from './reopener.ts';
import { closePort, fdOf, isSameDevice, portOptions } from './serial-device.ts';
import type { SerialWiring } from './serial-messages.ts';
import { tcpConnector } from './tcp-connector.ts';
import { wireTiming } from './timing.ts';

const watchEveryMs = 500;
/** Bytes that may wait to leave: half a minute at 9600 baud. */
const unsentLimitBytes = 32 * 1024;

/**
 * A serial port as a plain stream, one attempt to open. SerialPort reads here, so two of its traps are watched: a
 * hang-up before its first read makes it spin and say nothing, and it may say `close` twice.
 */
const serialConnector =
  (wiring: SerialWiring, paths: readonly string[], turn: { next: number }): Connector =>
  (events) => {
    const path = paths[turn.next % paths.length] ?? wiring.port.path;
    turn.next += 1;
    const port = new SerialPort(portOptions(wiring.port, path));
    let over = false;
    let watch: NodeJS.Timeout | undefined;
    const end = (reason: string | null): void => {
      if (over) return;
      over = true;
      clearInterval(watch);
      port.removeAllListeners('data');
      void closePort(port);
      if (reason !== null) events.gone(reason);
    };
    port.on('error', (error) => end(error.message));
    port.on('close', () => end('closed'));
    port.open((error) => {
      if (error !== null) {
        end(error.message);
        return;
      }
      if (over) return void closePort(port);
      turn.next -= 1;
      const fd = fdOf(port);
      watch = setInterval(() => {
        if (fd === null || !isSameDevice(fd, path)) end('unplugged');
      }, watchEveryMs);
      watch.unref();
      port.on('data', (chunk: Buffer) => events.bytes(chunk));
      events.opened();
    });
    return { write: (bytes) => void port.write(Buffer.from(bytes)), close: () => end(null) };
  };

/** A byte line over any connection; bytes count as left when the wire has had the time they need. */
export class PlainByteLine implements ByteLine {
  readonly id: string;
  private readonly port: Reopener;
  private readonly clock: LineClock;
  private readonly charMs: number;
  private readonly listeners: ((bytes: Uint8Array) => void)[] = [];
  /** What is still leaving: told when the line goes. */
  private readonly leaving = new Set<(failure: Failure) => void>();
  private freeAt = 0;

  constructor(id: string, charMs: number, connector: Connector, clock: LineClock = systemClock) {
    this.id = id;
    this.charMs = charMs;
    this.clock = clock;
    this.port = new Reopener(connector, clock, {
      opened: () => {
        this.freeAt = clock.now();
      },
      bytes: (chunk) => {
        for (const listener of this.listeners) listener(chunk);
      },
      gone: (reason) => this.failAll(failed('line-gone', { line: id, reason }).failure),
    });
    this.port.start();
  }

  get state(): LineState {
    return this.port.state;
  }

  onBytes(listener: (bytes: Uint8Array) => void): void {
    this.listeners.push(listener);
  }

  onState(listener: (state: LineState) => void): void {
    this.port.onState(listener);
  }

  send(bytes: Uint8Array): Promise<{ readonly ok: true } | { readonly ok: false; readonly failure: Failure }> {
    const line = this.id;
    const { state } = this.port;
    if (state === 'closed') return Promise.resolve(failed('line-closed', { line }));
    if (state !== 'open') return Promise.resolve(failed('line-gone', { line, reason: 'not open' }));
    const now = this.clock.now();
    const start = Math.max(now, this.freeAt);
    const leftAt = start + bytes.length * this.charMs;
    if (leftAt - now > unsentLimitBytes * this.charMs && this.charMs > 0)
      return Promise.resolve(failed('line-busy', { line }));
    this.freeAt = leftAt;
    return new Promise((resolve) => {
      const fail = (failure: Failure): void => {
        timer.cancel();
        this.leaving.delete(fail);
        resolve({ ok: false, failure });
      };
      const timer = this.clock.at(leftAt, () => {
        this.leaving.delete(fail);
        resolve({ ok: true });
      });
      this.leaving.add(fail);
      this.port.write(bytes);
    });
  }

  close(): Promise<void> {
    this.port.close();
    this.failAll(failed('line-closed', { line: this.id }).failure);
    return Promise.resolve();
  }

  private failAll(failure: Failure): void {
    for (const fail of [...this.leaving]) fail(failure);
  }
}

/** Opens a line of plain bytes (speech chip, modem). Bytes sent before it is open fail with `line-gone`. */
export const openByteLine = (wiring: LineWiring, options: LineOptions = {}): ByteLine => {
  const { port } = wiring;
  if (port.kind === 'tcp') {
    const { charMs } = wireTiming(port.baud, 'none', 1);
    return new PlainByteLine(wiring.id, charMs, tcpConnector(port.host, port.port));
  }
  const { charMs } = wireTiming(port.baud, port.parity, port.stopBits);
  const paths = [port.path, ...(options.alternatives ?? [])];
  return new PlainByteLine(wiring.id, charMs, serialConnector({ ...wiring, port }, paths, { next: 0 }));
};
