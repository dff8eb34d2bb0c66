import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { Parser } from 'yaml';
import { explain } from '../../src/words/error-codes.ts';
import { settingsErrors } from '../../src/words/errors/config-settings.ts';
import { configErrors } from '../../src/words/errors/config.ts';
import { edited, example, failuresOf, load, type Files } from './village.ts';

const codesAt = async (files: Files) =>
  (await failuresOf(files)).map(({ code, at }) => `${code} ${at?.file ?? ''}:${at?.line ?? 0}:${at?.column ?? 0}`);

const people = String(example['people.yaml']);

describe('files that are no YAML a person should write', () => {
  it.each([
    ['an empty file', '', 'config-file-empty people.yaml:1:1'],
    ['only comments', '# 无\n', 'config-file-empty people.yaml:1:1'],
    [
      'a file saved as GBK',
      new Uint8Array([0x61, 0x3a, 0x20, 0xc0, 0xee, 0xc3, 0xf7]),
      'config-file-encoding people.yaml:1:1',
    ],
    ['a file of a megabyte', new Uint8Array(1_000_000), 'config-file-big people.yaml:1:1'],
    ['a wrong indentation', 'staff:\n  - id: a\n name: b\n', 'config-yaml-indent people.yaml:3:1'],
    ['a directive nobody knows', '%YAML 9\n---\nstaff: []\n', 'config-yaml-syntax people.yaml:1:7'],
    ['deep nesting', `a: ${'['.repeat(40)}${']'.repeat(40)}`, 'config-yaml-deep people.yaml:1:28'],
    [
      'nesting for which no stack has room',
      `a:\n  ${'? '.repeat(10_000)}x\nb: 1\n`,
      'config-yaml-deep people.yaml:2:51',
    ],
    ['very many values', `a: [${`[${'1, '.repeat(3_500)}1], `.repeat(13)}1]`, 'config-yaml-values people.yaml:1:1'],
    ['a list without end', `a: 1\nb: [${'1, '.repeat(4_000)}1]`, 'config-yaml-long people.yaml:2:4'],
  ])('%s', async (_name, text, expected) => {
    expect(await codesAt({ ...example, 'people.yaml': text })).toEqual([expected]);
  });

  it('a very long key is not said back at length', async () => {
    const files = edited('people.yaml', 'staff:\n', `${'k'.repeat(900)}: x\nstaff:\n`);
    const [failure, ...others] = await failuresOf(files);
    expect([failure?.code, others]).toEqual(['config-key-unknown', []]);
    const { zh, en } = explain(failure!);
    expect(en).toMatch(/k{300}…/);
    expect(zh.length + en.length).toBeLessThan(1_600);
  });

  it('a key that is a number', async () => {
    const files = edited('people.yaml', 'staff:\n', '7: x\nstaff:\n');
    expect(await codesAt(files)).toEqual(['config-yaml-key people.yaml:6:1']);
  });

  it('a prototype key is an unknown key like any other', async () => {
    const files = edited('people.yaml', 'staff:\n', '__proto__: { role: leader }\nstaff:\n');
    expect(await codesAt(files)).toEqual(['config-key-unknown people.yaml:6:1']);
  });

  it.each([
    ['a line without a colon', 'z }\n', 20, 'config-yaml-unclosed'],
    ['a comma behind a comma', '  [,,, , ,\n', 20, 'config-yaml-syntax'],
    ['one nesting in the other', ' [[[ 1\n', 1, 'config-yaml-deep'],
  ])('%s, again and again: it is read no further than its mistakes are told', async (_, line, told, code) => {
    const parsed = vi.spyOn(Parser.prototype, 'next');
    onTestFinished(() => parsed.mockRestore());
    await load(example);
    const ofExample = parsed.mock.calls.length;
    parsed.mockClear();
    const failures = await failuresOf({ ...example, 'people.yaml': `a:\n${line.repeat(9_000)}` });
    expect(failures.map((one) => one.code)).toEqual(Array.from({ length: told }, () => code));
    expect(parsed.mock.calls.length).toBeLessThan(ofExample + 300);
  });

  it.each([
    ['keys of a map', 'a:\n', '  s: 10\n', 2],
    ['entries of a list', 'a:\n', '  - 10\n', 2],
    ['entries in brackets', 'a:\n  [', '10, ', 2],
    ['entries in braces', 'a:\n  {', 's: 1, ', 2],
  ])('more %s than any site needs: they are read no further than the bound', async (_, head, entry, line) => {
    const parsed = vi.spyOn(Parser.prototype, 'next');
    onTestFinished(() => parsed.mockRestore());
    const work = async (entries: number): Promise<number> => {
      parsed.mockClear();
      const codes = await codesAt({ ...example, 'people.yaml': head + entry.repeat(entries) });
      expect(codes).toEqual([`config-yaml-long people.yaml:${line}:3`]);
      return parsed.mock.calls.length;
    };
    expect(await work(9_000)).toBe(await work(4_100));
  });

  it('a byte-order mark and Windows line ends are no mistake', async () => {
    expect(await codesAt({ ...example, 'people.yaml': `\uFEFF${people.replaceAll('\n', '\r\n')}` })).toEqual([]);
  });

  it('too many files in a folder: those that are left unread are not told as missing', async () => {
    const many = Object.fromEntries(Array.from({ length: 201 }, (_, index) => [`plans/x${index}.yaml`, 'id: [']));
    const { warnings, ...loaded } = await load({ ...example, ...many });
    const failures = loaded.ok ? [] : loaded.failures;
    expect(failures.find(({ code }) => code === 'config-files-many')).toMatchObject({ at: { file: 'plans' } });
    expect(warnings.filter(({ code }) => code === 'config-file-missing')).toEqual([]);
  });
});

describe('mistakes that take more than one edit', () => {
  it('a zone that nobody can hear', async () => {
    const zone =
      "  - id: xinqu\n    name: { zh: 新区, en: New Town }\n    areaCodes: ['500112199003']\n    households: 3\n    people: 9\n";
    const files = edited('site.yaml', 'zones:\n', `zones:\n${zone}`);
    expect(await codesAt(files)).toEqual(['config-zone-silent site.yaml:16:9']);
  });

  it('a plan of which nothing can be heard in one of its zones', async () => {
    let files = edited('plans/80-any-emergency.yaml', '  - { play: speech }\n', '');
    files = edited('site.yaml', 'zone: xuexiao\n    kind: siren', 'zone: laojie\n    kind: siren', files);
    // The network loudspeaker of the school plays tones that say what they sound like.
    files = edited('site.yaml', ', device: 1, sound: { pattern: gong }', ', device: 1', files);
    expect(await failuresOf(files)).toMatchObject([
      {
        code: 'config-plan-inaudible',
        params: { plan: 'any-emergency', zone: 'xuexiao' },
        at: { file: 'plans/80-any-emergency.yaml' },
      },
    ]);
  });

  it('a dead-man hold that two renewals do not fit into', async () => {
    const siren = readFileSync(join(import.meta.dirname, '../../devices/sirens/mingluo-siren.yaml'), 'utf8');
    const hasty = siren.replace('model: mingluo-siren', 'model: hasty-siren').replace('holdMs: 15000', 'holdMs: 8000');
    const files = edited(
      'site.yaml',
      '{ unit: 6, model: mingluo-siren, groupBit: 5 }',
      '{ unit: 6, model: hasty-siren, groupBit: 5 }',
    );
    expect(await failuresOf({ ...files, 'devices/hasty.yaml': hasty })).toMatchObject([
      { code: 'config-renew-slow', params: { renew: '5 s', hold: '8 s' }, at: { file: 'site.yaml' } },
    ]);
  });

  it('a dead-man hold longer than a siren may sound', async () => {
    const siren = readFileSync(join(import.meta.dirname, '../../devices/sirens/mingluo-siren.yaml'), 'utf8');
    const stubborn = siren
      .replace('model: mingluo-siren', 'model: stubborn-siren')
      .replace('holdMs: 15000', 'holdMs: 200000')
      .replaceAll('range: [0, 300], unit: s', 'range: [0, 3000], unit: s');
    const files = edited(
      'site.yaml',
      '{ unit: 6, model: mingluo-siren, groupBit: 5 }',
      '{ unit: 6, model: stubborn-siren, groupBit: 5 }',
    );
    expect(await failuresOf({ ...files, 'devices/stubborn.yaml': stubborn })).toMatchObject([
      { code: 'config-lease-long', params: { found: '200 s', most: '180 s' }, at: { file: 'site.yaml' } },
    ]);
  });

  it('a model of the site’s own that is broken is told in its file, and nothing else is blamed', async () => {
    const files = edited('site.yaml', 'model: tipping-bucket-rain', 'model: village-gauge');
    const failures = await failuresOf({
      ...files,
      'devices/village-gauge.yaml': 'model: village-gauge\nkind: gauge\n',
    });
    expect(new Set(failures.map(({ at }) => at?.file))).toEqual(new Set(['devices/village-gauge.yaml']));
    expect(failures.map(({ code }) => code)).toContain('device-key-missing');
  });

  it('a model of the site’s own must not take the name of a shipped one', async () => {
    const relay = readFileSync(join(import.meta.dirname, '../../devices/relays/waveshare-relay-8.yaml'), 'utf8');
    const failures = await failuresOf({ ...example, 'devices/relay.yaml': relay });
    expect(failures).toMatchObject([
      { code: 'device-model-twice', at: { file: 'devices/relay.yaml', line: 2, column: 8 } },
    ]);
  });
});

describe('the table of error codes', () => {
  it('holds the codes that the room uses, and no other', () => {
    const folder = join(import.meta.dirname, '../../src/config');
    const text = readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => readFileSync(join(folder, name), 'utf8'))
      .join('\n');
    const used = new Set(text.match(/'config-[a-z-]+'/g)?.map((code) => code.slice(1, -1)));
    expect([...used].sort()).toEqual(Object.keys({ ...configErrors, ...settingsErrors }).sort());
  });
});
