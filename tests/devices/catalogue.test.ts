import { createHash } from 'node:crypto';
import { appendFileSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { checkedCatalogue, checkedFile, readCatalogue } from '../../devices/catalogue.ts';
import { readDeviceFolder } from '../../devices/folder.ts';
import { loadCatalogue } from '../../devices/load.ts';

const must = <T>(loaded: { readonly ok: true; readonly value: T } | { readonly ok: false }): T => {
  if (!loaded.ok) throw new Error('not loaded');
  return loaded.value;
};

/** The shipped device files in a folder of their own, with what the build writes beside them. */
const built = (): { readonly folder: string; readonly record: string; readonly close: () => void } => {
  const folder = mkdtempSync(join(tmpdir(), 'mingluo-devices-'));
  cpSync('devices', folder, { recursive: true, filter: (from) => !from.endsWith('.ts') });
  const record = join(folder, checkedFile);
  writeFileSync(record, must(checkedCatalogue(folder)));
  return { folder, record, close: () => rmSync(folder, { recursive: true }) };
};

/** The record with one word changed: whoever reads it has taken the record for the truth. */
const forged = (record: string): readonly [string, string] => {
  const [hash = '', json = ''] = readFileSync(record, 'utf8').split('\n');
  return [hash, json.replace('www.waveshare.com', 'elsewhere')];
};

const hashOf = (folder: string, json: string): string => {
  const hash = createHash('sha256');
  for (const { file, text } of readDeviceFolder(folder)) hash.update(JSON.stringify([file, text]));
  return hash.update(json).digest('hex');
};

const sourceOf = (folder: string): string | undefined =>
  must(readCatalogue(folder)).registers.get('waveshare-relay-8')?.source;

test('what the build has read and checked is what the device files say', () => {
  const { folder, close } = built();
  expect(must(readCatalogue(folder))).toEqual(must(loadCatalogue(readDeviceFolder(folder))));
  close();
});

test('the record is taken in place of the files, and never one that does not fit its own hash', () => {
  const { folder, record, close } = built();
  const [hash, json] = forged(record);
  writeFileSync(record, `${hash}\n${json}`);
  expect(sourceOf(folder)).toContain('www.waveshare.com');
  writeFileSync(record, `${hashOf(folder, json)}\n${json}`);
  expect(sourceOf(folder)).toContain('elsewhere');
  close();
});

test('a device file that was changed after the build counts as it now stands', () => {
  const { folder, close } = built();
  const file = join(folder, 'relays/waveshare-relay-8.yaml');
  writeFileSync(file, readFileSync(file, 'utf8').replace('www.waveshare.com', 'changed'));
  expect(sourceOf(folder)).toContain('changed');
  appendFileSync(file, 'no-such-key: 1\n');
  expect(readCatalogue(folder).ok).toBe(false);
  close();
});

test('a record that is cut short, empty or of nothing is as good as none', () => {
  const { folder, record, close } = built();
  const honest = readFileSync(record, 'utf8');
  for (const text of ['', '\n', '{}', honest.slice(0, 200), honest.slice(0, -1), `${'0'.repeat(64)}\n[]`]) {
    writeFileSync(record, text);
    expect(sourceOf(folder)).toContain('www.waveshare.com');
  }
  close();
});
