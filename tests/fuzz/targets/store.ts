import { openMemory } from '../../../src/box/memory.ts';
import { parseOverrides } from '../../../src/box/overrides-file.ts';
import { parseSenders } from '../../../src/box/senders-file.ts';
import { createLockout } from '../../../src/console/lockout.ts';
import { parsePin } from '../../../src/console/pin-file.ts';
import { canonicalJson, type Json } from '../../../src/core/canonical-json.ts';
import { emptyVillage } from '../../../src/core/village.ts';
import { joinChain } from '../../../src/store/chain.ts';
import { slotOf } from '../../../src/store/checkpoint-file.ts';
import { writeDurably } from '../../../src/store/disk.ts';
import { exportLine, readExport } from '../../../src/store/export.ts';
import { openJournal } from '../../../src/store/journal.ts';
import { MemoryDisk } from '../../../src/store/memory-disk.ts';
import { sha256 } from '../../../src/store/record.ts';
import { scanSegment } from '../../../src/store/scan.ts';
import { blockBytes, openSectors, sealBlocks } from '../../../src/store/sector.ts';
import { exportJournal, verifyJournal } from '../../../src/store/verify.ts';
import { publicKeys, senderKey } from '../../intake/fixture.ts';
import type { Dice } from '../../simulate/dice.ts';
import { hurtfulBytes } from '../mutate-bytes.ts';
import { mutatedJson, mutatedText, mutatedValue } from '../mutate-text.ts';
import { million, shown, type Aim, type Shot, type Target, type Verdict } from '../target.ts';
import { judged, wrongFailure } from '../verdicts.ts';

const stateDir = '/state';
const journalDir = `${stateDir}/journal`;
const checkpointDir = `${stateDir}/checkpoint`;
const segmentBytes = 16 * blockBytes;
/** Nothing rings by itself while an input is looked at. */
const still = { clock: { after: () => () => undefined } };

const segment = `${journalDir}/segment-000000000001.journal`;

const at = { mono: 1_000, wall: 1_783_688_400_000, trust: 'trusted' } as const;
const receipt = {
  ...{ number: 1, at, trace: 'a'.repeat(32), alert: null, broadcast: null, status: 'actual' },
  body: { stage: 'received' },
};
const entries: readonly unknown[] = [
  { at, event: { kind: 'booted', version: '0.1.0', boot: 'b', clean: true }, receipts: [] },
  { at, event: { kind: 'clock', source: 'ntp' }, receipts: [] },
  { at, event: { kind: 'noted', code: 'x', detail: 'y' }, receipts: [receipt], state: '0'.repeat(64) },
  { at, event: { kind: 'acknowledged', receipt: 1 }, receipts: [] },
  { at, event: { kind: 'stop', source: 'cli', person: 'li-ming', id: 'b'.repeat(32) }, receipts: [] },
];

/** Entries as the journal writes them, on a disk of their own. */
const recorded = async (payloads: readonly unknown[]): Promise<MemoryDisk> => {
  const disk = new MemoryDisk();
  const opened = await openJournal({ disk, dir: journalDir, segmentBytes, ...still });
  if (!opened.ok) throw new Error(opened.failure.code);
  for (const payload of payloads) await opened.value.journal.append(payload);
  await opened.value.journal.close();
  return disk;
};

/** The blocks of a segment that hold something; the rest is room. */
const usedBytes = 7 * blockBytes;

const hashesIn = (scan: ReturnType<typeof scanSegment>): readonly string[] =>
  scan.frames.flatMap(({ records }) => records.filter(({ intact }) => intact).map(({ hash }) => hash));

const segmentAim = async (): Promise<Aim> => {
  const disk = await recorded(entries);
  const bytes = (disk.peek(segment) ?? Buffer.alloc(0)).subarray(0, usedBytes);
  const genuine = new Set(hashesIn(scanSegment(bytes, 0)));
  if (genuine.size !== entries.length) throw new Error('the segment of this target cannot be read');
  return {
    shot: (dice) => {
      const sealed = dice.chance(0.4);
      const spoilt = sealed ? resealed(bytes, dice) : hurtfulBytes([bytes], dice);
      const take = (): Verdict => {
        const scan = scanSegment(spoilt, 0);
        const { records } = joinChain([{ name: 'segment', scan }]);
        const strange = hashesIn(scan).filter((hash) => !genuine.has(hash));
        // What is sealed again with the right hash of a record is that record, for whoever has only this disk.
        if (!sealed && strange.length > 0) return 'a record that nobody wrote stands in the journal';
        return records.length > entries.length + strange.length ? 'one record stands there twice' : null;
      };
      return { take, show: () => shown(spoilt) };
    },
  };
};

/** The data of one block changed, and its sectors sealed anew: what lies behind the checksums is reached. */
const resealed = (bytes: Buffer, dice: Dice): Buffer => {
  const block = dice.whole(0, 6);
  const from = block * blockBytes;
  const sectors = openSectors(bytes, block, 1);
  const data = Buffer.concat(sectors.map((one) => (one.state === 'sealed' ? one.data : Buffer.alloc(500))));
  const flush = sectors.reduce((most, one) => (one.state === 'sealed' ? Math.max(most, one.flush) : most), 1);
  const changed = sealBlocks(hurtfulBytes([data.subarray(0, dice.oneOf([60, 300, data.length]))], dice), flush);
  const rest = bytes.subarray(from + blockBytes);
  return Buffer.concat([bytes.subarray(0, from), changed.subarray(0, 4 * blockBytes), rest]);
};

export const journalSegment: Target = {
  name: 'journal-segment',
  what: { zh: '日志段文件', en: 'segment files of the journal, rotten and sealed anew' },
  ...{ covers: ['src/store/chain.ts', 'src/store/scan.ts', 'src/store/sector.ts'], goal: million },
  prepare: segmentAim,
};

const checkpoint = {
  ...{ record: 2, hash: '', owedFrom: 1, durable: emptyVillage.durable },
};

/** A state folder whose entries, checkpoint or bytes are not what a box ever wrote. */
const folderShot = (good: MemoryDisk, head: string, dice: Dice): Shot => {
  const changed = dice.whole(0, 2);
  const payloads = entries.map((entry) =>
    changed === 0 && dice.chance(0.3) ? (mutatedValue(entries, dice) ?? null) : entry,
  );
  const kept = { generation: 1, schemaVersion: 1, data: { ...checkpoint, hash: head } };
  const generation = changed === 1 ? mutatedValue([kept], dice) : kept;
  const text = JSON.stringify(generation ?? null);
  const body = Buffer.from(text, 'utf8');
  const sealed = Buffer.concat([body, Buffer.from(`\n#${sha256(body)}\n`)]);
  const bytes = changed === 2 ? hurtfulBytes([sealed], dice) : sealed;
  const take = async (): Promise<Verdict> => {
    const disk = changed === 0 ? await recorded(payloads) : good.afterPowerCut(0);
    if (changed > 0) {
      await disk.makeDir(checkpointDir);
      await writeDurably(disk, { dir: checkpointDir, name: slotOf(1), bytes });
    }
    const opened = await openMemory(disk, { stateDir, toCentre: true, journal: { segmentBytes, ...still } });
    if (!opened.ok) return wrongFailure(opened.failure);
    const { nextReceipt, acknowledged } = opened.value.recovered.village.durable;
    if (!Number.isSafeInteger(nextReceipt) || nextReceipt < 1) return `the next receipt is ${nextReceipt}`;
    if (!Number.isSafeInteger(acknowledged) || acknowledged >= nextReceipt) return `acknowledged ${acknowledged}`;
    await opened.value.journal.close();
    return null;
  };
  return { take, show: () => (changed === 0 ? JSON.stringify(payloads) : bytes.toString()) };
};

export const stateFolder: Target = {
  name: 'state-folder',
  what: { zh: '状态目录：检查点与日志内容', en: 'state folders: checkpoint and entries that no box wrote' },
  ...{ covers: ['src/box/memory.ts'], goal: million },
  prepare: async () => {
    const good = await recorded(entries);
    const verified = await verifyJournal(good, journalDir);
    if (!verified.ok) throw new Error(verified.failure.code);
    const head = verified.value.chain[1]?.hash ?? '';
    return { shot: (dice) => folderShot(good, head, dice) };
  },
};

export const journalExport: Target = {
  name: 'journal-export',
  what: { zh: '导出的日志', en: 'exports of the journal: no change is overlooked' },
  ...{ covers: ['src/store/export.ts'], goal: million },
  prepare: async () => {
    const exported = await exportJournal(await recorded(entries), { dir: journalDir });
    if (!exported.ok) throw new Error(exported.failure.code);
    const { text } = exported.value;
    const lines = text.trimEnd().split('\n');
    const genuine = new Set(lines.map((line) => canonicalJson(JSON.parse(line) as Json)));
    return {
      shot: (dice) => {
        const spoilt = dice.chance(0.5)
          ? mutatedText([text], dice)
          : lines.map((line) => (dice.chance(0.4) ? mutatedJson([JSON.parse(line)], dice) : line)).join('\n');
        const take = (): Verdict => {
          const { records, findings } = readExport(spoilt);
          const wrong = findings.map(wrongFailure).find((verdict) => verdict !== null) ?? null;
          if (wrong !== null || findings.length > 0) return wrong;
          const strange = records.find((record) => !genuine.has(exportLine(record)));
          return strange === undefined ? null : `a changed record holds: ${exportLine(strange).slice(0, 200)}`;
        };
        return { take, show: () => shown(spoilt) };
      },
    };
  },
};

const senders: readonly unknown[] = [[senderKey({ scope: '' }), senderKey({ id: 'b', publicKey: publicKeys.other })]];
const overrides: readonly unknown[] = [
  {
    lines: { 'siren-line': { kind: 'tcp', host: '127.0.0.1', port: 502 }, b: { kind: 'serial', path: '/dev/x' } },
    outputs: { mast: { host: '127.0.0.1', port: 9_000, keyFile: 'k' } },
    ...{ uplinkUrl: 'ws://127.0.0.1:1/', pinFile: null, keys: { box: 'a' }, pins: { 'li-ming': 'p' } },
  },
];
const pins = [`scrypt$15$8$1$${'A'.repeat(22)}==$${'B'.repeat(43)}=\n`];
const tries: readonly unknown[] = [{ entries: [['screen li-ming', 5, 60_000, 1_000]], wrong: [['screen', 5_000]] }];

const lockoutShot = (text: string): Shot => ({
  take: () => {
    const saved: string[] = [];
    const lockout = createLockout({ now: () => 1_000, load: () => text, save: (kept) => saved.push(kept) });
    const one = { book: 'screen', account: 'li-ming', address: '127.0.0.1' } as const;
    const waitMs = lockout.waitMs(one);
    if (!(waitMs >= 0 && waitMs <= 3_600_000)) return `a wait of ${waitMs} ms`;
    lockout.wrong(one);
    return (saved.at(-1)?.length ?? 0) > 100_000 ? 'it keeps more and more' : null;
  },
  show: () => shown(text),
});

/** Small files beside the journal, and which of them this input is. */
export const smallFiles: Target = {
  name: 'small-files',
  what: { zh: '密钥、覆盖、PIN 等小文件', en: 'files of keys, overrides, PINs and wrong tries' },
  covers: ['src/box/overrides-file.ts', 'src/box/senders-file.ts', 'src/console/lockout.ts', 'src/console/pin-file.ts'],
  goal: million,
  prepare: () => ({
    shot: (dice) => {
      const which = dice.whole(0, 3);
      if (which === 0) return lockoutShot(mutatedJson(tries, dice));
      const text = which === 1 ? mutatedText(pins, dice) : mutatedJson(which === 2 ? senders : overrides, dice);
      const read = [parsePin, parsePin, parseSenders, parseOverrides][which] ?? parsePin;
      return { take: () => judged<unknown>(read('file.json', text)), show: () => shown(text) };
    },
  }),
};
