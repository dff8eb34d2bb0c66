import type { Connection, ConnectionEvents, Connector } from './connector.ts';
import type { LineClock } from './line-clock.ts';
import type { LineState } from './line.ts';
import { reopenBackoffMs } from './line-options.ts';

/** Keeps a connection open: opens it, and again with back-off after each loss, until closed. */
export class Reopener {
  state: LineState = 'opening';
  private readonly connector: Connector;
  private readonly clock: LineClock;
  private readonly events: ConnectionEvents;
  private readonly listeners: ((state: LineState) => void)[] = [];
  private connection: Connection | null = null;
  private timer: { cancel(): void } | null = null;
  private backoffMs: number = reopenBackoffMs.first;
  private openedAt = 0;
  /** Number of the present connection: what an earlier one still says is not heard. */
  private attempt = 0;

  constructor(connector: Connector, clock: LineClock, events: ConnectionEvents) {
    this.connector = connector;
    this.clock = clock;
    this.events = events;
  }

  onState(listener: (state: LineState) => void): void {
    this.listeners.push(listener);
  }

  /** Connects for the first time. Not in the constructor: a connector may answer before it returns. */
  start(): void {
    this.connect();
  }

  write(bytes: Uint8Array): void {
    this.connection?.write(bytes);
  }

  /** How long it has been open; 0 when it is not. */
  get openForMs(): number {
    return this.state === 'open' ? this.clock.now() - this.openedAt : 0;
  }

  /** Drops the present connection and opens a new one. */
  reset(reason: string): void {
    this.lost(reason);
  }

  close(): void {
    if (this.state === 'closed') return;
    this.timer?.cancel();
    const { connection } = this;
    this.connection = null;
    this.enter('closed');
    connection?.close();
  }

  private enter(state: LineState): void {
    if (this.state === state) return;
    this.state = state;
    for (const listener of this.listeners) listener(state);
  }

  private connect(): void {
    this.attempt += 1;
    const mine = this.attempt;
    const current = (): boolean => mine === this.attempt && !this.isClosed;
    const connection = this.connector({
      opened: () => {
        if (current()) this.entered();
      },
      bytes: (chunk) => {
        if (current() && this.state === 'open') this.events.bytes(chunk);
      },
      gone: (reason) => {
        if (current()) this.lost(reason);
      },
    });
    if (current()) this.connection = connection;
    else connection.close();
  }

  private entered(): void {
    this.openedAt = this.clock.now();
    this.backoffMs = reopenBackoffMs.first;
    this.enter('open');
    this.events.opened();
  }

  private get isClosed(): boolean {
    return this.state === 'closed';
  }

  private lost(reason: string): void {
    if (this.isClosed) return;
    this.attempt += 1;
    const { connection } = this;
    this.connection = null;
    connection?.close();
    this.enter('gone');
    this.events.gone(reason);
    this.timer?.cancel();
    this.timer = this.clock.at(this.clock.now() + this.backoffMs, () => this.connect());
    this.backoffMs = Math.min(this.backoffMs * 2, reopenBackoffMs.longest);
  }
}
