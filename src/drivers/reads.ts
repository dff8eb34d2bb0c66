import type { ReadBlock, RegisterDevice, Table } from '../../devices/define.ts';
import type { Lane, ModbusLine, Reply } from '../bus/line.ts';

/** Something to read at one unit. */
export interface Want {
  readonly line: string;
  readonly unit: number;
  readonly device: RegisterDevice;
  readonly block: ReadBlock;
}

/** Why there is no value: the unit did not answer, or answered that it will not. */
export interface NoValue {
  readonly sight: 'no-reply' | 'rejected';
  readonly reason: string;
}

export type Value = { readonly ok: true; readonly raw: number } | ({ readonly ok: false } & NoValue);

/** What one round of reads brought: raw values by line, unit, function and address. */
export interface Readings {
  valueOf(want: Want): Value;
  /** When its reply came, where a clock was given and it was asked for. */
  readAt(want: Want): number | null;
}

/** Spans up to this long are read as one; longer ones cost more wire time than a second request. */
const spanMax = 32;

const tables: Readonly<Record<ReadBlock['function'], Table>> = { 1: 'coil', 2: 'discrete', 3: 'holding', 4: 'input' };

/** The register of a device that a read of this function finds at an address. */
export const registerOf = ({ registers }: RegisterDevice, read: ReadBlock['function'], address: number) =>
  registers.find(
    (one) =>
      one.table === tables[read] && one.access !== 'w' && address >= one.address && address < one.address + one.count,
  );

/** May every address of a span be read? A hole would make the whole read an exception. */
const readable = (device: RegisterDevice, block: ReadBlock): boolean => {
  for (let address = block.address; address < block.address + block.count; address += 1)
    if (registerOf(device, block.function, address) === undefined) return false;
  return true;
};

const joined = (a: Want, b: Want): Want | null => {
  if (a.line !== b.line || a.unit !== b.unit || a.block.function !== b.block.function) return null;
  const address = Math.min(a.block.address, b.block.address);
  const end = Math.max(a.block.address + a.block.count, b.block.address + b.block.count);
  const block: ReadBlock = { function: a.block.function, address, count: end - address };
  return block.count <= spanMax && readable(a.device, block) ? { ...a, block } : null;
};

/** As few reads as hold everything that is wanted: all channels of a unit in one, neighbours joined. */
export const mergeWants = (wants: readonly Want[]): readonly Want[] => {
  const merged: Want[] = [];
  for (const want of [...wants].sort((a, b) => a.block.address - b.block.address)) {
    const index = merged.findIndex((one) => joined(one, want) !== null);
    const before = merged[index];
    const both = before === undefined ? null : joined(before, want);
    if (both === null) merged.push(want);
    else merged[index] = both;
  }
  return merged;
};

/** The PDU of a read (Modbus application protocol V1.1b3, sections 6.1 to 6.4). */
export const readPdu = ({ block }: Want): Uint8Array =>
  Uint8Array.of(block.function, block.address >> 8, block.address & 0xff, block.count >> 8, block.count & 0xff);

/** What a failed exchange says of the unit. */
export const noValueOf = (reply: Reply & { readonly ok: false }): NoValue => {
  const { code, params } = reply.failure;
  if (code === 'modbus-exception') return { sight: 'rejected', reason: `exception-${params['exception'] ?? ''}` };
  if (code === 'line-gone' || code === 'line-closed') return { sight: 'no-reply', reason: 'line-gone' };
  const silent = code === 'unit-silent' || code === 'unit-quarantined';
  return { sight: 'no-reply', reason: silent ? 'no-reply' : code };
};

/** The raw words (or bits) of a reply; null when it is not as long as what was asked. */
const wordsOf = ({ block }: Want, pdu: Uint8Array): readonly number[] | null => {
  const bits = block.function <= 2;
  const bytes = bits ? Math.ceil(block.count / 8) : 2 * block.count;
  if (pdu[0] !== block.function || pdu[1] !== bytes || pdu.length !== 2 + bytes) return null;
  return Array.from({ length: block.count }, (_, index) =>
    bits
      ? ((pdu[2 + (index >> 3)] ?? 0) >> (index & 7)) & 1
      : (pdu[2 + 2 * index] ?? 0) * 256 + (pdu[3 + 2 * index] ?? 0),
  );
};

const resultOf = (want: Want, reply: Reply): readonly number[] | NoValue => {
  if (!reply.ok) return noValueOf(reply);
  return wordsOf(want, reply.pdu) ?? { sight: 'no-reply', reason: 'reply-malformed' };
};

const keyOf = ({ line, unit, block }: Want): string => `${line} ${unit} ${block.function}`;
const holds = (one: Want, want: Want): boolean =>
  keyOf(one) === keyOf(want) &&
  want.block.address >= one.block.address &&
  want.block.address < one.block.address + one.block.count;

export interface ReadOptions {
  readonly lines: ReadonlyMap<string, Pick<ModbusLine, 'submit'>>;
  readonly lane: Lane;
  readonly trace: string | null;
  readonly now?: () => number;
}

/** Reads everything wanted, each unit's neighbours in one exchange. Never fails: what could not be read says why. */
export const readAll = (wants: readonly Want[], options: ReadOptions): Promise<Readings> =>
  readMerged(mergeWants(wants), options);

/** The same for reads that `mergeWants` has joined already: a poll asks for the same ones again and again. */
export const readMerged = async (merged: readonly Want[], options: ReadOptions): Promise<Readings> => {
  const { lines, lane, trace, now = () => null } = options;
  const results = await Promise.all(
    merged.map(async (want) => {
      const line = lines.get(want.line);
      if (line === undefined) return { want, result: { sight: 'no-reply', reason: 'line-gone' } as const, at: now() };
      const { turnaroundMs } = want.device.line;
      const reply = await line.submit({ lane, unit: want.unit, pdu: readPdu(want), turnaroundMs, trace });
      return { want, result: resultOf(want, reply), at: now() };
    }),
  );
  return {
    readAt: (want) => results.find((one) => holds(one.want, want))?.at ?? null,
    valueOf: (want) => {
      const found = results.find((one) => holds(one.want, want));
      if (found === undefined) return { ok: false, sight: 'no-reply', reason: 'not-read' };
      if ('sight' in found.result) return { ok: false, ...found.result };
      const raw = found.result[want.block.address - found.want.block.address];
      return raw === undefined ? { ok: false, sight: 'no-reply', reason: 'not-read' } : { ok: true, raw };
    },
  };
};
