import type { Attachment, Wire } from '../line/wire.ts';

/** A cable between one board and whoever opens its port: both directions at once, no speed of its own. */
export interface PlainWire extends Pick<Wire, 'attach'> {
  /** From the board to everybody at the other end. */
  send(bytes: Uint8Array): void;
}

export const plainWire = (onBytes: (bytes: Uint8Array) => void): PlainWire => {
  const ends = new Map<Attachment, (bytes: Uint8Array) => void>();
  return {
    attach: (send) => {
      const end: Attachment = { receive: onBytes, detach: () => void ends.delete(end) };
      ends.set(end, send);
      return end;
    },
    send: (bytes) => {
      for (const send of ends.values()) send(bytes);
    },
  };
};
