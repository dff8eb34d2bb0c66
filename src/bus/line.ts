import type { Failure } from '../words/failure.ts';

/**
 * An alarm waits for at most the exchange on the wire. Upkeep (renewals and repairs of what sounds already) comes next: a
 * write of it that still waits gives way to a newer write of the lane `alarm` that may concern the same unit, and settles
 * with `exchange-superseded`, so that what was decided earlier never arrives later. Read-back goes before poll.
 */
export type Lane = 'alarm' | 'upkeep' | 'read-back' | 'poll';

/** One request and its reply on a Modbus line. `unit` 0 is broadcast: no reply is awaited. */
export interface Exchange {
  readonly lane: Lane;
  readonly unit: number;
  /** Function code and data, without address and CRC: 1–253 bytes. */
  readonly pdu: Uint8Array;
  /**
   * The unit's latest first byte after the end of the request, in ms. The line adds its own adapter latency. For a
   * broadcast: the quiet time that the units need before the next request.
   */
  readonly turnaroundMs: number;
  /** The order this exchange serves, for the journal and the frame log; null for polls. */
  readonly trace: string | null;
  /**
   * How often the line may send it (1–3) while no good reply comes. Left out: 2 in all lanes but `poll` for
   * what cannot change anything when it is repeated (reads, single coil off), else 1: an order that switches a timed
   * siren on must not be repeated by a line that knows nothing of sirens.
   */
  readonly attempts?: number;
  /**
   * The output that this starts, or is prepared to sound: any whole number that is this output's own on this line. While it
   * waits it gives way to a newer exchange that ends this output, and settles with `exchange-superseded`: it never left.
   */
  readonly starts?: number;
  /** The outputs that this switches off. */
  readonly ends?: readonly number[];
}

export interface ExchangeTiming {
  readonly queuedMs: number;
  /** Monotonic ms (performance.now scale of the main thread) when the first byte left, and when the reply was complete. */
  readonly sentAt: number;
  readonly endedAt: number;
}

/** `pdu` is the reply's; empty after a broadcast, which nobody answers. */
export type Reply =
  | { readonly ok: true; readonly pdu: Uint8Array; readonly timing: ExchangeTiming }
  | { readonly ok: false; readonly failure: Failure; readonly timing: ExchangeTiming };

export type LineState = 'opening' | 'open' | 'gone' | 'closed';

/** A Modbus line behind one interface: serial port, RTU over TCP, Modbus TCP. It never throws and never hangs. */
export interface ModbusLine {
  readonly id: string;
  readonly state: LineState;
  /** Its thread hangs in the system and could not be ended: only a new process gets the port back. */
  readonly isStuck?: boolean;
  /** Settles always: with the reply, or with `unit-silent`, `line-gone`, `reply-garbled`, `unit-quarantined`, `modbus-exception`… */
  submit(exchange: Exchange): Promise<Reply>;
  onState(listener: (state: LineState) => void): void;
  close(): Promise<void>;
  /** What the line has counted since it was made. */
  health(): LineHealth;
}

/** A line that carries plain bytes: speech chips, modems. */
export interface ByteLine {
  readonly id: string;
  readonly state: LineState;
  /** Resolves when the bytes have left; `line-gone` otherwise. */
  send(bytes: Uint8Array): Promise<{ readonly ok: true } | { readonly ok: false; readonly failure: Failure }>;
  onBytes(listener: (bytes: Uint8Array) => void): void;
  onState(listener: (state: LineState) => void): void;
  close(): Promise<void>;
}

/** Names of the counters of a line, in the order in which they lie in shared memory. */
export const counterNames = [
  'exchanges',
  'replies',
  'broadcasts',
  'exceptions',
  'timeouts',
  'garbled',
  'wrongUnit',
  'mismatched',
  'lateReplies',
  'strayBytes',
  'echoDamaged',
  'babbles',
  'silenceForced',
  'probes',
  'quarantines',
  'refused',
  'retries',
  'opens',
  'bytesOut',
  'bytesIn',
  /** Line time spent in exchanges, and the part of it that went to probes of quarantined units, in ms. */
  'busyMs',
  'probeMs',
] as const;

export type CounterName = (typeof counterNames)[number];

/** A snapshot of the counters, with the units that are in quarantine where the line knows them. */
export type LineHealth = Readonly<Record<CounterName, number>> & { readonly quarantined: readonly number[] };

/** One run of bytes on the wire, for the frame log: from order to frame under one id. `trace` null: a poll, or nobody's. */
export interface FrameNote {
  readonly line: string;
  readonly direction: 'sent' | 'received';
  readonly bytes: Uint8Array;
  /** Monotonic ms, main thread's performance.now scale. */
  readonly at: number;
  readonly trace: string | null;
}

/** A unit went into quarantine, or answered again. */
export interface UnitNote {
  readonly line: string;
  readonly unit: number;
  readonly state: 'quarantined' | 'back';
  readonly at: number;
}
