import type { Dice } from '../simulate/dice.ts';
import { drawnBytes } from './from-fast-check.ts';

/** Numbers at which counts, lengths and offsets go wrong. */
const edges = [0, 1, 2, 7, 8, 0x7f, 0x80, 0xff, 0x100, 0x7fff, 0x8000, 0xffff, 0x10000, 0x7fff_ffff, 0xffff_ffff];
const widths = [1, 2, 4] as const;

/** One input in so many is grown to a size that hurts code which is not linear. */
const hugeShare = 0.004;
const hugeBytes = 66_000;

const place = (dice: Dice, length: number): number => dice.whole(0, Math.max(0, length - 1));

const cutSpan = (bytes: Buffer, dice: Dice): readonly [number, number] => {
  const from = place(dice, bytes.length);
  return [from, Math.min(bytes.length, from + dice.whole(1, dice.chance(0.7) ? 8 : bytes.length + 1))];
};

const flipBit = (bytes: Buffer, dice: Dice): Buffer => {
  const at = place(dice, bytes.length);
  const copy = Buffer.from(bytes);
  if (copy.length > 0) copy.writeUInt8((copy[at] ?? 0) ^ (1 << dice.whole(0, 7)), at);
  return copy;
};

const writeEdge = (bytes: Buffer, dice: Dice): Buffer => {
  const width = dice.oneOf(widths);
  if (bytes.length < width) return bytes;
  const copy = Buffer.from(bytes);
  const at = dice.whole(0, copy.length - width);
  const value = dice.oneOf(edges) % 256 ** width;
  if (dice.chance(0.5)) copy.writeUIntBE(value, at, width);
  else copy.writeUIntLE(value, at, width);
  return copy;
};

const drop = (bytes: Buffer, dice: Dice): Buffer => {
  const [from, to] = cutSpan(bytes, dice);
  return Buffer.concat([bytes.subarray(0, from), bytes.subarray(to)]);
};

const double = (bytes: Buffer, dice: Dice): Buffer => {
  const [from, to] = cutSpan(bytes, dice);
  return Buffer.concat([bytes.subarray(0, to), bytes.subarray(from, to), bytes.subarray(to)]);
};

const insert = (bytes: Buffer, dice: Dice): Buffer => {
  const at = place(dice, bytes.length + 1);
  return Buffer.concat([bytes.subarray(0, at), drawnBytes(dice).subarray(0, 64), bytes.subarray(at)]);
};

const overwrite = (bytes: Buffer, dice: Dice): Buffer => {
  const copy = Buffer.from(bytes);
  const [from, to] = cutSpan(copy, dice);
  return copy.fill(dice.whole(0, 255), from, to);
};

const cutOff = (bytes: Buffer, dice: Dice): Buffer => bytes.subarray(0, place(dice, bytes.length + 1));

const append = (bytes: Buffer, dice: Dice): Buffer => Buffer.concat([bytes, drawnBytes(dice)]);

type Change = (bytes: Buffer, dice: Dice) => Buffer;

const changes: readonly Change[] = [
  ...[flipBit, flipBit, flipBit, writeEdge, writeEdge, drop, double, insert, overwrite, cutOff, append],
];

/** The head of one document before the end of another. */
const spliced = (bytes: Buffer, other: Uint8Array, dice: Dice): Buffer =>
  Buffer.concat([bytes.subarray(0, place(dice, bytes.length + 1)), other.subarray(place(dice, other.length))]);

const grown = (bytes: Buffer, dice: Dice): Buffer => {
  const [from, to] = cutSpan(bytes, dice);
  const piece = bytes.length === 0 ? Buffer.of(dice.whole(0, 255)) : bytes.subarray(from, Math.max(to, from + 1));
  const times = Math.ceil(hugeBytes / piece.length);
  const many = Buffer.concat(Array.from({ length: times }, () => piece));
  return Buffer.concat([bytes.subarray(0, from), many, bytes.subarray(to)]);
};

/** One of these documents with one to six changes: bits, counts, cuts, copies, splices. */
export const mutatedBytes = (corpus: readonly Uint8Array[], dice: Dice): Buffer => {
  let bytes: Buffer = Buffer.from(dice.oneOf(corpus));
  if (dice.chance(0.1)) bytes = spliced(bytes, dice.oneOf(corpus), dice);
  for (let times = dice.oneOf([1, 1, 1, 2, 2, 3, 6]); times > 0; times -= 1) bytes = dice.oneOf(changes)(bytes, dice);
  return dice.chance(hugeShare) ? grown(bytes, dice) : bytes;
};

/** Mostly changed documents, sometimes anything. */
export const hurtfulBytes = (corpus: readonly Uint8Array[], dice: Dice): Buffer =>
  dice.chance(0.12) ? Buffer.from(drawnBytes(dice)) : mutatedBytes(corpus, dice);
