import { canonicalJson, type Json } from '../core/canonical-json.ts';
import { failed, ok, type Failure, type Result } from '../words/failure.ts';
import { parseJson } from './journal-reader.ts';
import { recordHash, sha256, type JournalRecord } from './record.ts';

/** One line of an export, without the line break: canonical JSON of hash, number, payload and prev. */
export const exportLine = ({ number, prev, hash, payload }: JournalRecord): string =>
  canonicalJson({ number, prev, hash, payload });

const isHash = (value: unknown): value is string => typeof value === 'string' && /^[0-9a-f]{64}$/.test(value);

const fieldsOf = (value: Json | undefined): ReadonlyMap<string, Json> =>
  value === undefined || value === null || typeof value !== 'object' || Array.isArray(value)
    ? new Map<string, Json>()
    : new Map(Object.entries(value));

/** Reads one line; `line` counts from 1. */
export const readExportLine = (text: string, line: number): Result<JournalRecord> => {
  const fields = fieldsOf(parseJson(text));
  const number = fields.get('number');
  const prev = fields.get('prev');
  const hash = fields.get('hash');
  const payload = fields.get('payload');
  const bad = (detail: string): Result<JournalRecord> => failed('journal-export-line', { line, detail }, { line });
  if (fields.size !== 4 || payload === undefined) return bad('number, prev, hash, payload');
  if (typeof number !== 'number' || !Number.isSafeInteger(number) || number < 1) return bad('number');
  if (!isHash(prev) || !isHash(hash)) return bad('prev, hash');
  return ok({ number, prev, hash, payload });
};

/** A chain with what does not hold in it. */
export interface CheckedChain {
  readonly records: readonly JournalRecord[];
  readonly findings: readonly Failure[];
}

const payloadHash = (payload: Json): string | null => {
  try {
    return sha256(Buffer.from(canonicalJson(payload), 'utf8'));
  } catch (error) {
    if (error instanceof RangeError || error instanceof TypeError) return null;
    throw error;
  }
};

/**
 * Checks records against their hashes and each other; pure. Finds edits (`journal-record-edited`), cuts
 * (`journal-records-missing`), inserts, swaps and other orders (`journal-chain-broken`, `journal-order-broken`). The first
 * record's `prev` is taken as it is: what came before was given up by rotation.
 */
export const checkRecords = (records: readonly JournalRecord[], source: string): readonly Failure[] => {
  const findings: Failure[] = [];
  let last: JournalRecord | null = null;
  for (const record of records) {
    const { number, prev, hash } = record;
    const own = payloadHash(record.payload);
    if (own === null || recordHash(number, prev, own) !== hash) {
      findings.push(failed('journal-record-edited', { number, segment: source }).failure);
    }
    if (last !== null && number <= last.number) {
      findings.push(failed('journal-order-broken', { number, segment: source }).failure);
    } else if (last !== null && number > last.number + 1) {
      const gap = { first: last.number + 1, last: number - 1, segment: source };
      findings.push(failed('journal-records-missing', gap).failure);
    } else if (last !== null && prev !== last.hash) {
      findings.push(failed('journal-chain-broken', { number, segment: source }).failure);
    }
    last = record;
  }
  return findings;
};

/** A file with so many lines that are no record is none of ours: each more would be told, and nobody would read it. */
const unreadableMost = 1_000;

/**
 * Reads a whole export (NDJSON) and checks its chain. Lines that are no record are findings; the rest is still read, up to
 * a thousand of them.
 */
export const readExport = (text: string, source = 'export'): CheckedChain => {
  const records: JournalRecord[] = [];
  const findings: Failure[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    if (line === '') continue;
    if (findings.length >= unreadableMost) {
      const detail = `${unreadableMost} lines are no record: nothing after them is read`;
      findings.push(failed('journal-export-line', { line: index + 1, detail }, { line: index + 1 }).failure);
      break;
    }
    const record = readExportLine(line, index + 1);
    if (record.ok) records.push(record.value);
    else findings.push(record.failure);
  }
  return { records, findings: [...findings, ...checkRecords(records, source)] };
};
