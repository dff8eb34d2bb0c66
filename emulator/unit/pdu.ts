import type { Table } from '../../devices/define.ts';
import type { Cell, Memory } from './memory.ts';

/** A write that has passed every check. `words` are the raw coil words of function 5, bits 0/1 of function 15, or registers. */
export interface Write {
  readonly function: 5 | 6 | 15 | 16;
  readonly address: number;
  readonly words: readonly number[];
}

/** What a request asks for once it is understood: a reply to a read, a write to carry out, or an exception. */
export type Outcome =
  | { readonly kind: 'reply'; readonly pdu: Uint8Array }
  | { readonly kind: 'write'; readonly write: Write; readonly echo: Uint8Array }
  | { readonly kind: 'exception'; readonly code: 1 | 2 | 3 };

const exception = (code: 1 | 2 | 3): Outcome => ({ kind: 'exception', code });

export const coilOn = 0xff00;
export const coilToggle = 0x5500;

const word = (pdu: Uint8Array, at: number): number => (pdu[at] ?? 0) * 256 + (pdu[at + 1] ?? 0);

const cellsOf = (memory: Memory, table: Table, address: number, count: number): readonly Cell[] | null => {
  const cells: Cell[] = [];
  for (let index = 0; index < count; index += 1) {
    const cell = memory.find(table, address + index);
    if (cell === undefined) return null;
    cells.push(cell);
  }
  return cells;
};

const tableOfRead: Readonly<Record<number, Table>> = { 1: 'coil', 2: 'discrete', 3: 'holding', 4: 'input' };

const readBits = (code: number, cells: readonly Cell[]): Uint8Array => {
  const pdu = new Uint8Array(2 + Math.ceil(cells.length / 8));
  pdu[0] = code;
  pdu[1] = pdu.length - 2;
  cells.forEach((cell, index) => {
    const at = 2 + (index >> 3);
    if (cell.value !== 0) pdu[at] = (pdu[at] ?? 0) | (1 << (index & 7));
  });
  return pdu;
};

const readWords = (code: number, cells: readonly Cell[]): Uint8Array => {
  const pdu = new Uint8Array(2 + 2 * cells.length);
  pdu[0] = code;
  pdu[1] = 2 * cells.length;
  cells.forEach((cell, index) => {
    pdu[2 + 2 * index] = (cell.value >> 8) & 0xff;
    pdu[3 + 2 * index] = cell.value & 0xff;
  });
  return pdu;
};

const read = (pdu: Uint8Array, memory: Memory, table: Table): Outcome => {
  const code = pdu[0] ?? 0;
  if (!memory.has(table)) return exception(1);
  const count = word(pdu, 3);
  if (pdu.length !== 5 || count < 1 || count > (code <= 2 ? 2000 : 125)) return exception(3);
  const cells = cellsOf(memory, table, word(pdu, 1), count);
  if (cells === null || cells.some((cell) => cell.register.access === 'w')) return exception(2);
  return { kind: 'reply', pdu: code <= 2 ? readBits(code, cells) : readWords(code, cells) };
};

/** An ordinary coil takes FF00 and 0000 (relay boards also 5500, toggle); a coil with another range takes a number. */
const coilWordFits = (cell: Cell, value: number, toggles: boolean): boolean => {
  const [low, high] = cell.register.range;
  if (high !== coilOn && high !== 1) return value >= low && value <= high;
  return value === coilOn || value === 0 || (toggles && value === coilToggle);
};

const fits = (cell: Cell, value: number): boolean => value >= cell.register.range[0] && value <= cell.register.range[1];

const writable = (cells: readonly Cell[] | null): readonly Cell[] | null =>
  cells === null || cells.some((cell) => cell.register.access === 'r') ? null : cells;

const writeOne = (pdu: Uint8Array, memory: Memory, toggles: boolean): Outcome => {
  const coil = pdu[0] === 5;
  if (!memory.has(coil ? 'coil' : 'holding')) return exception(1);
  if (pdu.length !== 5) return exception(3);
  const address = word(pdu, 1);
  const value = word(pdu, 3);
  const [cell] = writable(cellsOf(memory, coil ? 'coil' : 'holding', address, 1)) ?? [];
  if (cell === undefined) return exception(2);
  if (coil ? !coilWordFits(cell, value, toggles) : !fits(cell, value)) return exception(3);
  return { kind: 'write', write: { function: coil ? 5 : 6, address, words: [value] }, echo: pdu };
};

const writeBits = (pdu: Uint8Array, memory: Memory): Outcome => {
  if (!memory.has('coil')) return exception(1);
  const count = word(pdu, 3);
  const bytes = Math.ceil(count / 8);
  if (count < 1 || count > 1968 || pdu[5] !== bytes || pdu.length !== 6 + bytes) return exception(3);
  const address = word(pdu, 1);
  const cells = writable(cellsOf(memory, 'coil', address, count));
  // A coil that takes a number (a timed flash) cannot be written by mask.
  if (cells === null || cells.some((cell) => !coilWordFits(cell, coilOn, false))) return exception(2);
  const words = cells.map((_, index) => ((pdu[6 + (index >> 3)] ?? 0) >> (index & 7)) & 1);
  return { kind: 'write', write: { function: 15, address, words }, echo: pdu.slice(0, 5) };
};

const writeWords = (pdu: Uint8Array, memory: Memory): Outcome => {
  if (!memory.has('holding')) return exception(1);
  const count = word(pdu, 3);
  if (count < 1 || count > 123 || pdu[5] !== 2 * count || pdu.length !== 6 + 2 * count) return exception(3);
  const address = word(pdu, 1);
  const cells = writable(cellsOf(memory, 'holding', address, count));
  if (cells === null) return exception(2);
  const words = cells.map((_, index) => word(pdu, 6 + 2 * index));
  if (cells.some((cell, index) => !fits(cell, words[index] ?? 0))) return exception(3);
  return { kind: 'write', write: { function: 16, address, words }, echo: pdu.slice(0, 5) };
};

/**
 * Understands one request PDU (function code and data) against a unit's memory. Checks everything before anything is
 * changed; never throws, whatever the bytes. `toggles`: this board takes coil value 5500 as toggle.
 */
export const understand = (pdu: Uint8Array, memory: Memory, toggles: boolean): Outcome => {
  const code = pdu[0] ?? 0;
  const table = tableOfRead[code];
  if (table !== undefined) return read(pdu, memory, table);
  if (code === 5 || code === 6) return writeOne(pdu, memory, toggles);
  if (code === 15) return writeBits(pdu, memory);
  if (code === 16) return writeWords(pdu, memory);
  return exception(1);
};
