import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { canonicalJson } from '../core/canonical-json.ts';
import { emptyVillage } from '../core/village.ts';
import { entryOf, stateHash } from '../box/memory.ts';
import { recover } from '../box/recover.ts';
import { realDisk } from '../store/disk.ts';
import { readExport } from '../store/export.ts';
import { verifyHead, type SignedHead } from '../store/head.ts';
import { exportJournal, verifyJournal } from '../store/verify.ts';
import { failed, type Result } from '../words/failure.ts';
import { complain, exitCodes, fail, misuse, readOptions, say, stateFolder, type Command, type Io } from './command.ts';

const options = {
  state: { type: 'string' },
  head: { type: 'string' },
  trace: { type: 'string' },
  from: { type: 'string' },
} as const;

const dirOf = (io: Io, state: string | undefined): string => join(stateFolder(io, state), 'journal');

const exported = async (io: Io, state: string | undefined, from?: string) => {
  const dir = dirOf(io, state);
  return exportJournal(realDisk, from === undefined ? { dir } : { dir, from: Number(from) });
};

const isRecordNumber = (from: string | undefined): boolean => from === undefined || /^[1-9]\d{0,15}$/.test(from);

/** One record as one line for a person: number, box time, event, and what it reported. */
const lineOf = (text: string, trace: string | undefined): string | null => {
  const { records } = readExport(text);
  const entry = records[0] === undefined ? null : entryOf(records[0]);
  if (entry === null) return null;
  const { at, event, receipts } = entry.entry;
  // What was only carried forward was shown where it first stood.
  const isCarried = event.kind === 'carried';
  if (trace !== undefined && (isCarried || !JSON.stringify(entry.entry).includes(trace))) return null;
  // Beijing time, as receipts and pages show it; a question mark says that the clock was guessed.
  const when = new Date(at.wall + 8 * 3_600_000).toISOString().replace('T', ' ').slice(0, 23);
  const stages = isCarried
    ? `${event.from}–${event.to}`
    : receipts.map((receipt) => `${receipt.number}:${receipt.body.stage}`).join(' ');
  return `${String(entry.number).padStart(7)}  ${when}${at.trust === 'guessed' ? '?' : ' '} ${event.kind.padEnd(12)} ${stages}`;
};

export const journalShow: Command = {
  name: 'journal show',
  usage: 'journal show [--state DIR] [--trace ORDER-ID] [--from NUMBER]',
  summary: { zh: '按顺序显示日志', en: 'show the journal in order' },
  run: async (args, io) => {
    const read = readOptions(args, options);
    if (!read.ok) return misuse(io, journalShow, read.failure);
    if (!isRecordNumber(read.value.values.from)) return misuse(io, journalShow);
    const found = await exported(io, read.value.values.state, read.value.values.from);
    if (!found.ok) return fail(io, found.failure);
    const { trace } = read.value.values;
    const lines = found.value.text.split('\n').flatMap((text) => (text === '' ? [] : (lineOf(text, trace) ?? [])));
    lines.forEach(io.out);
    for (const { failure } of found.value.damaged) complain(io, failure);
    if (trace !== undefined && lines.length === 0) return fail(io, failed('journal-trace-unknown', { trace }).failure);
    return found.value.damaged.length > 0 ? exitCodes.failed : exitCodes.done;
  },
};

const readHead = (file: string): Result<SignedHead> => {
  const unreadable = (detail: string): Result<never> => failed('journal-file-unreadable', { file, detail });
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    return unreadable(error instanceof Error ? error.message : String(error));
  }
  if (typeof value !== 'object' || value === null) return unreadable('not an object');
  const fields: Partial<Record<string, unknown>> = { ...value };
  const { number, hash, signature, publicKey } = fields;
  return typeof number === 'number' &&
    typeof hash === 'string' &&
    typeof signature === 'string' &&
    typeof publicKey === 'string'
    ? { ok: true, value: { number, hash, signature, publicKey } }
    : unreadable('number, hash, signature, publicKey');
};

export const journalVerify: Command = {
  name: 'journal verify',
  usage: 'journal verify [--state DIR] [--head HEAD-FILE]',
  summary: {
    zh: '核对整条日志链；--head 用中心保存的链首查出被截断或还原的日志',
    en: "check the whole chain; --head finds a cut or restored journal by the centre's copy of its head",
  },
  run: async (args, io) => {
    const read = readOptions(args, options);
    if (!read.ok) return misuse(io, journalVerify, read.failure);
    const { state, head } = read.value.values;
    const verified = await verifyJournal(realDisk, dirOf(io, state));
    if (!verified.ok) return fail(io, verified.failure);
    const { damaged, chain, head: last, tornTail } = verified.value;
    for (const { failure } of damaged) complain(io, failure);
    if (tornTail)
      say(io, '末尾有一次被打断的写入（未确认，不算损坏）', 'the tail was being written (unacknowledged, no damage)');
    if (head !== undefined) {
      const signed = readHead(head);
      const fits = signed.ok ? verifyHead(chain, signed.value) : signed;
      if (!fits.ok) return fail(io, fits.failure);
    }
    if (damaged.length > 0) return exitCodes.failed;
    say(
      io,
      `完好：${chain.length} 条，链首 ${last.number} ${last.hash}`,
      `whole: ${chain.length} records, head ${last.number} ${last.hash}`,
    );
    return exitCodes.done;
  },
};

export const journalExport: Command = {
  name: 'journal export',
  usage: 'journal export [--state DIR] [--from NUMBER]',
  summary: { zh: '导出日志（NDJSON，到标准输出）', en: 'export the journal (NDJSON on standard output)' },
  run: async (args, io) => {
    const read = readOptions(args, options);
    if (!read.ok) return misuse(io, journalExport, read.failure);
    if (!isRecordNumber(read.value.values.from)) return misuse(io, journalExport);
    const found = await exported(io, read.value.values.state, read.value.values.from);
    if (!found.ok) return fail(io, found.failure);
    for (const line of found.value.text.split('\n')) if (line !== '') io.out(line);
    for (const { failure } of found.value.damaged) complain(io, failure);
    return found.value.damaged.length > 0 ? exitCodes.failed : exitCodes.done;
  },
};

export const journalReplay: Command = {
  name: 'journal replay',
  usage: 'journal replay EXPORT-FILE',
  summary: {
    zh: '在任何电脑上重演导出的日志，得到同一个状态',
    en: 'fold an exported journal on any desk to the same state',
  },
  run: (args, io) => {
    const [file, ...more] = args;
    if (file === undefined || more.length > 0) return Promise.resolve(misuse(io, journalReplay));
    let text: string;
    try {
      text = readFileSync(file, 'utf8');
    } catch (error) {
      return Promise.resolve(fail(io, failed('journal-file-unreadable', { file, detail: String(error) }).failure));
    }
    const { records, findings } = readExport(text, file);
    for (const finding of findings) complain(io, finding);
    const entries = records.flatMap((record) => entryOf(record) ?? []);
    const { village, troubles } = recover(
      { record: 0, hash: '', durable: emptyVillage.durable, owedFrom: 1 },
      entries,
      stateHash,
    );
    for (const { code, record } of troubles) io.err(`${code} ${record}`);
    io.out(
      canonicalJson({
        state: stateHash(village.durable),
        records: records.length,
        durable: { ...village.durable, site: null },
      }),
    );
    return Promise.resolve(findings.length + troubles.length > 0 ? exitCodes.failed : exitCodes.done);
  },
};
