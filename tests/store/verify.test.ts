import { generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { exportLine, readExport, readExportLine } from '../../src/store/export.ts';
import { signHead, verifyHead, type SignedHead } from '../../src/store/head.ts';
import { MemoryDisk } from '../../src/store/memory-disk.ts';
import type { JournalRecord } from '../../src/store/journal.ts';
import { recordHash, sha256 } from '../../src/store/record.ts';
import { openSectors, sealBlocks } from '../../src/store/sector.ts';
import { exportJournal, verifyJournal } from '../../src/store/verify.ts';
import { codeOf, dir, openOn, valueOf } from './support.ts';

const path = `${dir}/segment-000000000001.journal`;
const count = 12;
let original = new MemoryDisk();

beforeAll(async () => {
  original = new MemoryDisk();
  const { journal } = await openOn(original);
  for (let n = 1; n < count; n += 1) await journal.append({ n, sounded: false });
  await journal.append({ n: count, text: 'x'.repeat(30_000) });
  await journal.close();
});

const copy = (): MemoryDisk => original.afterPowerCut(0);

/** A forger who knows the format: takes the seals off block `block`, changes the data, and seals it again. */
const forge = (disk: MemoryDisk, block: number, change: (data: Buffer) => void): void => {
  disk.tamper(path, (bytes) => {
    const sectors = openSectors(bytes, block, 1);
    const [first] = sectors;
    if (first?.state !== 'sealed') throw new Error('nothing to forge');
    const data = Buffer.concat(sectors.map((sector) => (sector.state === 'sealed' ? sector.data : Buffer.alloc(0))));
    change(data);
    sealBlocks(data, first.flush).copy(bytes, block * 4096);
    return bytes;
  });
};

const blockOf = (bytes: Buffer, block: number): Buffer => Buffer.from(bytes.subarray(block * 4096, (block + 1) * 4096));

const findingsOf = async (disk: MemoryDisk): Promise<string[]> =>
  valueOf(await verifyJournal(disk, dir)).damaged.map(({ failure }) => failure.code);

test('an untouched journal verifies, bodies included', async () => {
  const verified = valueOf(await verifyJournal(copy(), dir));
  expect(verified.damaged).toEqual([]);
  expect(verified.chain).toHaveLength(count);
  expect(verified.chain.at(-1)).toEqual(verified.head);
});

test('an edited payload is found although every checksum was made good', async () => {
  const disk = copy();
  forge(disk, 5, (data) => data.write('true ', data.indexOf('false'), 'ascii'));
  expect(await findingsOf(disk)).toEqual(['journal-record-edited']);
});

test('an edit with a new hash of its own is found at the next record', async () => {
  const disk = copy();
  forge(disk, 5, (data) => {
    const start = data.indexOf('{');
    data.write('true ', data.indexOf('false'), 'ascii');
    const payload = data.subarray(start, data.indexOf('}') + 1);
    data.write(recordHash(5, data.toString('hex', 20, 52), sha256(payload)), 52 + 8, 'hex');
  });
  expect(await findingsOf(disk)).toEqual(['journal-chain-broken']);
});

test('records that were cut out, swapped, repeated or moved are found', async () => {
  const cases: readonly ((bytes: Buffer) => void)[] = [
    (bytes) => bytes.fill(0, 5 * 4096, 6 * 4096),
    (bytes) => {
      const [five, six] = [blockOf(bytes, 5), blockOf(bytes, 6)];
      six.copy(bytes, 5 * 4096);
      five.copy(bytes, 6 * 4096);
    },
    (bytes) => blockOf(bytes, 5).copy(bytes, 6 * 4096),
    (bytes) => bytes.copy(bytes, 5 * 4096, 6 * 4096, 13 * 4096),
  ];
  for (const [index, change] of cases.entries()) {
    const disk = copy();
    disk.tamper(path, (bytes) => {
      change(bytes);
      return bytes;
    });
    expect((await findingsOf(disk)).length, `case ${index}`).toBeGreaterThan(0);
  }
});

test('an old record sealed anew behind the end stands where it does not belong', async () => {
  const disk = copy();
  disk.tamper(path, (bytes) => {
    const sectors = openSectors(bytes, 5, 1);
    const data = Buffer.concat(sectors.map((sector) => (sector.state === 'sealed' ? sector.data : Buffer.alloc(0))));
    sealBlocks(data, 999).copy(bytes, (count + 1) * 4096);
    return bytes;
  });
  expect(await findingsOf(disk)).toEqual(['journal-order-broken']);
});

const keys = generateKeyPairSync('ed25519');
const publicKey = Buffer.from(keys.publicKey.export({ format: 'jwk' }).x ?? '', 'base64url').toString('base64');
const signed = (number: number, hash: string): SignedHead => ({
  number,
  hash,
  signature: signHead({ number, hash }, keys.privateKey),
  publicKey,
});

test('a signed head that the centre kept finds a cut tail, an old image and a chain written anew', async () => {
  const { chain, head } = valueOf(await verifyJournal(copy(), dir));
  const kept = signed(head.number, head.hash);
  expect(codeOf(verifyHead(chain, kept))).toBe('ok');
  expect(codeOf(verifyHead(chain.slice(0, -1), kept))).toBe('journal-head-cut');
  expect(codeOf(verifyHead([], kept))).toBe('journal-head-cut');
  const rewritten = chain.map((entry) => (entry.number === 3 ? { ...entry, hash: 'f'.repeat(64) } : entry));
  expect(codeOf(verifyHead(rewritten, signed(3, chain[2]!.hash)))).toBe('journal-rewritten');
  expect(codeOf(verifyHead(chain.slice(4), signed(2, chain[1]!.hash)))).toBe('journal-head-too-old');
  const gap = chain.filter(({ number }) => number !== 5);
  expect(codeOf(verifyHead(gap, signed(5, chain[4]!.hash)))).toBe('journal-records-missing');
});

test('a head whose signature, number, hash or key was changed is forged', async () => {
  const { chain, head } = valueOf(await verifyJournal(copy(), dir));
  const kept = signed(head.number, head.hash);
  const other = generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' }).x ?? '';
  for (const wrong of [
    { number: 3 },
    { hash: 'e'.repeat(64) },
    { signature: '' },
    { signature: Buffer.alloc(64).toString('base64') },
    { publicKey: Buffer.from(other, 'base64url').toString('base64') },
    { publicKey: 'not a key' },
  ]) {
    expect(codeOf(verifyHead(chain, { ...kept, ...wrong }))).toBe('journal-head-forged');
  }
});

test('the whole journal exports as one record a line, bodies inlined, and reads back proven', async () => {
  const { text, damaged } = valueOf(await exportJournal(copy(), { dir }));
  expect(damaged).toEqual([]);
  const { records, findings } = readExport(text);
  expect(findings).toEqual([]);
  expect(records).toHaveLength(count);
  expect(records.at(-1)?.payload).toEqual({ n: count, text: 'x'.repeat(30_000) });
  expect(records.map((record) => `${exportLine(record)}\n`).join('')).toBe(text);
  expect(readExport(valueOf(await exportJournal(copy(), { dir, from: 9 })).text).records).toHaveLength(4);
});

test('a file of another kind is given up after a thousand lines, and the last finding says so', async () => {
  const { text } = valueOf(await exportJournal(copy(), { dir }));
  const garbage = '{]\n'.repeat(999);
  expect(readExport(garbage + text)).toMatchObject({ records: { length: count }, findings: { length: 999 } });
  const { records, findings } = readExport(`${garbage}{]\n${text}`);
  expect(records).toEqual([]);
  expect(findings).toHaveLength(1_001);
  expect(findings.at(-1)?.params['detail']).toContain('nothing after them is read');
});

test('any edit, cut, insert, swap or new order of an export is found', async () => {
  const { text } = valueOf(await exportJournal(copy(), { dir }));
  const lines = text.trimEnd().split('\n');
  const change = fc.oneof(
    fc.record({ do: fc.constant('cut'), at: fc.integer({ min: 1, max: count - 2 }) }),
    fc.record({ do: fc.constant('swap'), at: fc.nat(count - 2) }),
    fc.record({ do: fc.constant('insert'), at: fc.nat(count - 1), from: fc.nat(count - 1) }),
    fc.record({
      do: fc.constant('edit'),
      at: fc.nat(count - 1),
      place: fc.nat(200),
      by: fc.integer({ min: 1, max: 9 }),
    }),
  );
  fc.assert(
    fc.property(change, (act) => {
      const changed = [...lines];
      if (act.do === 'cut') changed.splice(act.at, 1);
      else if (act.do === 'swap') changed.splice(act.at, 2, lines[act.at + 1]!, lines[act.at]!);
      else if ('from' in act) changed.splice(act.at, 0, lines[act.from]!);
      else if ('place' in act) {
        const line = Buffer.from(lines[act.at]!);
        const place = act.place % line.length;
        line.writeUInt8((line.readUInt8(place) + act.by) % 128, place);
        changed[act.at] = line.toString('latin1');
      }
      if (changed.join('\n') === lines.join('\n')) return;
      expect(readExport(changed.join('\n')).findings.length).toBeGreaterThan(0);
    }),
    { numRuns: 500 },
  );
});

test('a line that is no record has a code and a line number, whatever its bytes', () => {
  const record: JournalRecord = { number: 1, prev: '0'.repeat(64), hash: '0'.repeat(64), payload: null };
  const good = exportLine(record);
  for (const wrong of ['', '{', 'null', '[]', '{}', good.replace('1', '0'), good.replace('null', 'null,"x":1')]) {
    expect(readExportLine(wrong, 7)).toMatchObject({
      ok: false,
      failure: { code: 'journal-export-line', at: { line: 7 } },
    });
  }
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      expect(['ok', 'journal-export-line']).toContain(codeOf(readExportLine(text, 1)));
    }),
  );
});
