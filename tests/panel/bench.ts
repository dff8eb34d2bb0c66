import { createFirmataBoard, type FirmataBoard } from '../../emulator/panel/firmata-board.ts';
import type { PanelWiring } from '../../src/core/wiring.ts';
import { keepPanel, type Keeper, type PanelPort } from '../../src/panel/keeper.ts';
import type { PanelReport } from '../../src/panel/report.ts';
import type { PanelTimers } from '../../src/panel/timers.ts';
import { failed, ok } from '../../src/words/failure.ts';

export const pins = {
  keyOpen: 2,
  keyClosed: 3,
  stop: 4,
  acknowledge: 5,
  power: 8,
  alarm: 9,
  fault: 10,
  uplink: 11,
  buzzer: 12,
} as const;

export const panelWiring: PanelWiring = {
  port: { kind: 'serial', path: '/dev/panel', baud: 57_600, parity: 'none', stopBits: 1 },
  keySwitch: {
    normallyOpen: pins.keyOpen,
    normallyClosed: pins.keyClosed,
    plan: 'move-now',
    zones: [],
    severity: 'red',
  },
  stop: pins.stop,
  acknowledge: pins.acknowledge,
  lamps: { power: pins.power, alarm: pins.alarm, fault: pins.fault, uplink: pins.uplink },
  buzzer: pins.buzzer,
};

interface Waiting {
  readonly at: number;
  readonly call: () => void;
}

/** Promises of the code under test, and johnny-five's own next ticks, are done before time goes on. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/**
 * A panel on virtual time: the emulated board and the real johnny-five and firmata-io above it, with a wire between them
 * that a test can cut, delay or fill with noise. No process, no port, no real waiting.
 */
export class Bench {
  now = 0;
  readonly reports: PanelReport[] = [];
  /** What the board says passes through here; a test may change, drop or add bytes. */
  onTheWire: (bytes: Uint8Array) => Uint8Array = (bytes) => bytes;
  opened = 0;
  worn = 0;
  refusesToOpen = false;
  readonly board: FirmataBoard;
  readonly keeper: Keeper;
  private readonly timers = new Set<Waiting>();
  private port: PanelPort | null = null;
  private toHost: Uint8Array[] = [];

  constructor(wiring: PanelWiring = panelWiring) {
    this.board = createFirmataBoard((bytes) => this.toHost.push(Uint8Array.from(bytes)));
    this.board.setGrounded(pins.keyClosed, true);
    const timers: PanelTimers = { now: () => this.now, after: (ms, call) => this.after(ms, call) };
    this.keeper = keepPanel({
      wiring,
      timers,
      openPort: () => Promise.resolve(this.open()),
      report: (report) => void this.reports.push(report),
      onWorn: () => (this.worn += 1),
    });
  }

  /** Reports of one kind. */
  said(say: PanelReport['say']): readonly PanelReport[] {
    return this.reports.filter((report) => report.say === say);
  }

  /** Lets time pass in small steps, as far as the wire's answers need. */
  async run(ms: number): Promise<void> {
    const until = this.now + ms;
    await this.flow();
    for (;;) {
      const next = [...this.timers].sort((a, b) => a.at - b.at)[0];
      if (next === undefined || next.at > until) break;
      this.timers.delete(next);
      this.now = Math.max(this.now, next.at);
      next.call();
      await this.flow();
    }
    this.now = until;
  }

  /** Attached and believed. */
  async up(): Promise<this> {
    await this.run(200);
    if (this.said('up').length === 0) throw new Error(`not up: ${JSON.stringify(this.reports)}`);
    return this;
  }

  /** However the link fared: attached again, within the longest pause and a handshake. */
  async upAgain(): Promise<void> {
    const isUp = (): boolean => this.reports.filter(({ say }) => say === 'up' || say === 'down').at(-1)?.say === 'up';
    for (let seconds = 0; seconds < 30 && !isUp(); seconds += 1) await this.run(1_000);
    if (!isUp()) throw new Error(`not up again: ${JSON.stringify(this.reports)}`);
  }

  /** The key's two contacts as the turned or rested key holds them. */
  turn(isOn: boolean): void {
    this.board.setGrounded(pins.keyOpen, isOn);
    this.board.setGrounded(pins.keyClosed, !isOn);
  }

  press(pin: number): void {
    this.board.setGrounded(pin, true);
    this.board.setGrounded(pin, false);
  }

  /** Bytes that no board sent. */
  inject(bytes: Uint8Array): void {
    this.port?.onBytes(bytes);
  }

  unplug(): void {
    this.port?.onGone(failed('panel-port-gone', { port: '/dev/panel', detail: 'unplugged' }).failure);
  }

  private open() {
    if (this.refusesToOpen) return failed('panel-port-unusable', { port: '/dev/panel', detail: 'no such file' });
    this.opened += 1;
    let isOpen = true;
    const port: PanelPort = {
      onBytes: () => undefined,
      onGone: () => undefined,
      write: (bytes) => {
        if (isOpen) this.board.receive(bytes);
      },
      close: () => {
        isOpen = false;
        if (this.port === port) this.port = null;
        return Promise.resolve();
      },
    };
    this.port = port;
    return ok(port);
  }

  /** What the board said reaches the host later, never within the host's own write. */
  private async flow(): Promise<void> {
    for (;;) {
      await settle();
      const said = this.toHost;
      this.toHost = [];
      if (said.length === 0) return;
      for (const bytes of said) {
        const heard = this.onTheWire(bytes);
        if (heard.length > 0) this.port?.onBytes(heard);
      }
    }
  }

  private after(ms: number, call: () => void): () => void {
    const waiting: Waiting = { at: this.now + Math.max(1, ms), call };
    this.timers.add(waiting);
    return () => void this.timers.delete(waiting);
  }
}
