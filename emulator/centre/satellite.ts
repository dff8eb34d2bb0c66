import { centreFailed, type CentreResult } from './codes.ts';
import type { SignedOrder } from './orders.ts';

/** A site status that came by satellite, decoded. */
export type SatelliteStatus = Readonly<Record<string, unknown>>;

/**
 * The compact messages of the satellite way (at most 70 bytes up). The centre leaves their layout to whoever gives the
 * codec, which is written from docs/reference/satellite.md.
 */
export interface SatelliteCodec {
  /** Null when the bytes are no status. Never throws. */
  readonly decodeStatus: (bytes: Uint8Array) => SatelliteStatus | null;
  /** The compact form of an order that was signed here; null when it has none. */
  readonly encodeOrder: (order: SignedOrder) => Uint8Array | null;
}

export const readSatellite = (codec: SatelliteCodec | null, bytes: Uint8Array): CentreResult<SatelliteStatus> => {
  if (codec === null) return centreFailed('centre-satellite-closed');
  const status = codec.decodeStatus(bytes);
  return status === null ? centreFailed('centre-satellite-shape', `${bytes.length}`) : { ok: true, value: status };
};

export const writeSatellite = (codec: SatelliteCodec | null, order: SignedOrder): CentreResult<Uint8Array> => {
  if (codec === null) return centreFailed('centre-satellite-closed');
  const bytes = codec.encodeOrder(order);
  return bytes === null ? centreFailed('centre-satellite-shape', order.kind) : { ok: true, value: bytes };
};
