import type { LineWiring, Parity } from '../core/wiring.ts';

/** How long things take on the wire, in ms. Both are 0 where there is no wire of characters (Modbus TCP). */
export interface WireTiming {
  /** One character: start bit, 8 data bits, parity bit if any, stop bits. */
  readonly charMs: number;
  /** The silence that ends a frame: 3.5 characters up to 19200 baud, 1.75 ms above (Modbus over Serial Line V1.02, 2.5.1.1). */
  readonly silenceMs: number;
}

/** The timing of an asynchronous serial line. */
export const wireTiming = (baud: number, parity: Parity, stopBits: 1 | 2): WireTiming => {
  const bits = 9 + (parity === 'none' ? 0 : 1) + stopBits;
  const charMs = (bits * 1000) / baud;
  return { charMs, silenceMs: baud > 19_200 ? 1.75 : 3.5 * charMs };
};

export const noWire: WireTiming = { charMs: 0, silenceMs: 0 };

/** The timing of a Modbus line by its wiring. A device server's far line is taken for 8N1 at the given speed. */
export const timingOf = ({ speaks, port }: LineWiring): WireTiming => {
  if (speaks === 'modbus-tcp') return noWire;
  return port.kind === 'serial' ? wireTiming(port.baud, port.parity, port.stopBits) : wireTiming(port.baud, 'none', 1);
};
