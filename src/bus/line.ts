import type { Failure } from '../words/failure.ts';

/** An alarm waits for at most the exchange on the wire; read-back goes before poll. */
export type Lane = 'alarm' | 'read-back' | 'poll';

/** One request and its reply on a Modbus line. `unit` 0 is broadcast: no reply is awaited. */
export interface Exchange {
  readonly lane: Lane;
  readonly unit: number;
  /** Function code and data, without address and CRC: 1–253 bytes. */
  readonly pdu: Uint8Array;
  /** The unit's latest first byte after the end of the request, in ms. The line adds its own adapter latency. */
  readonly turnaroundMs: number;
  /** The order this exchange serves, for the journal and the frame log; null for polls. */
  readonly trace: string | null;
}

export interface ExchangeTiming {
  readonly queuedMs: number;
  /** Monotonic ms (performance.now scale of the main thread) when the first byte left, and when the reply was complete. */
  readonly sentAt: number;
  readonly endedAt: number;
}

export type Reply =
  | { readonly ok: true; readonly pdu: Uint8Array; readonly timing: ExchangeTiming }
  | { readonly ok: false; readonly failure: Failure; readonly timing: ExchangeTiming };

export type LineState = 'opening' | 'open' | 'gone' | 'closed';

/** A Modbus line behind one interface: serial port, RTU over TCP, Modbus TCP. It never throws and never hangs. */
export interface ModbusLine {
  readonly id: string;
  readonly state: LineState;
  /** Settles always: with the reply, or with `unit-silent`, `line-gone`, `reply-garbled`, `unit-quarantined`, `modbus-exception`… */
  submit(exchange: Exchange): Promise<Reply>;
  onState(listener: (state: LineState) => void): void;
  close(): Promise<void>;
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
