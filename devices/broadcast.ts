import type { BroadcastRule, RegisterDevice } from './define.ts';

/** A write as it stands in a PDU: function, address, and the bytes after the address. */
export interface WriteFrame {
  readonly function: number;
  readonly address: number;
  readonly data: Uint8Array;
}

/** What a broadcast write does to one unit: which of its outputs it touches (a setting touches none), nothing, or nobody knows. */
export type BroadcastOutcome =
  { readonly effect: 'moves'; readonly channels: readonly number[] } | { readonly effect: 'ignores' | 'unknown' };

const unknown: BroadcastOutcome = { effect: 'unknown' };
const ignores: BroadcastOutcome = { effect: 'ignores' };
const moves = (channels: readonly number[]): BroadcastOutcome => ({ effect: 'moves', channels });

/** Reads function, address and data out of a PDU; null when it is too short to be a write. */
export const writeFrameOf = (pdu: Uint8Array): WriteFrame | null => {
  const [fn, high, low] = pdu;
  if (fn === undefined || high === undefined || low === undefined || pdu.length < 5) return null;
  return { function: fn, address: high * 256 + low, data: pdu.subarray(3) };
};

const wordAt = (data: Uint8Array, offset: number): number => (data[offset] ?? 0) * 256 + (data[offset + 1] ?? 0);

const groupWords = 16;

/** The lowest bit of the first map word is bit 0; a bit that is set gives the unit the value, a clear bit leaves it alone. */
const movedByGroup = (frame: WriteFrame, groupBit: number | null): BroadcastOutcome => {
  const mapOffset = 3 + 2;
  if (wordAt(frame.data, 0) !== 1 + groupWords || frame.data.length !== mapOffset + 2 * groupWords) return unknown;
  if (groupBit === null) return unknown;
  if (groupBit >= 16 * groupWords) return ignores;
  const word = wordAt(frame.data, mapOffset + 2 * (groupBit >> 4));
  return (word >> (groupBit & 15)) & 1 ? moves([1]) : ignores;
};

/** A mask writes every output it covers, also those it writes off. */
const movedByMask = (frame: WriteFrame, rule: BroadcastRule, channels: number): BroadcastOutcome => {
  const first = frame.address - rule.from + 1;
  const count = wordAt(frame.data, 0);
  if (count < 1 || first + count - 1 > channels) return unknown;
  return moves(Array.from({ length: count }, (_, index) => first + index));
};

/**
 * What a broadcast write does to one unit of this model. `groupBit` is the unit's own bit of the group map, null where
 * the site does not know it: then a group frame is unknown to it. Pure; every frame gets an answer.
 */
export const movedBy = (
  device: RegisterDevice,
  frame: WriteFrame,
  wiring: { readonly groupBit: number | null },
): BroadcastOutcome => {
  const rule = device.broadcast.rules.find(
    (one) => one.function === frame.function && frame.address >= one.from && frame.address <= one.to,
  );
  if (rule === undefined) return { effect: device.broadcast.otherwise };
  if (rule.effect !== 'acts') return { effect: rule.effect };
  switch (rule.moves) {
    case 'none':
      return moves([]);
    case 'all':
      return moves(Array.from({ length: device.channels }, (_, index) => index + 1));
    case 'channel':
      return moves([frame.address - rule.from + 1]);
    case 'mask':
      return movedByMask(frame, rule, device.channels);
    case 'group':
      return movedByGroup(frame, wiring.groupBit);
  }
};
