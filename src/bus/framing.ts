/** A request as framing sees it. `tag` tells requests apart where the protocol has room for it (Modbus TCP), else unused. */
export interface Asked {
  readonly unit: number;
  readonly pdu: Uint8Array;
  readonly tag: number;
}

/** A whole, undamaged frame at `bytes[from, to)`. */
export interface Found {
  readonly from: number;
  readonly to: number;
  readonly unit: number;
  readonly pdu: Uint8Array;
}

/** Everything in which RTU and Modbus TCP differ for the state machine. Pure. */
export interface Framing {
  /** Every reply names its request, so that a late one is known at once. */
  readonly tagged: boolean;
  /** Bytes of a frame beside its PDU. */
  readonly overhead: number;
  frame(asked: Asked): Uint8Array;
  /** The reply to `asked` somewhere in `bytes`; `ended`: silence followed, so that the last byte is a frame's last. */
  find(asked: Asked, bytes: Uint8Array, ended: boolean): Found | null;
  /** A whole frame that is not the reply but looks like someone's reply to it: another unit's, or of other content. */
  foreign(asked: Asked, bytes: Uint8Array): Found | null;
}

/** Received bytes are kept up to this many; a frame has at most 260. What is older falls out. */
export const heardLimit = 512;
