import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, posix } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { coveredFiles } from './covered-files.ts';
import { targets } from './targets.ts';

const folder = mkdtempSync(join(tmpdir(), 'mingluo-covered-'));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const write = (files: Readonly<Record<string, string>>): void => {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
};

test('a target stands for what it loads: values, re-exports and entries of processes, but no type and no words', () => {
  write({
    'src/a/a.ts': [
      "import type { T } from './type.ts';",
      "import {\n  b,\n  type C,\n} from './b.ts';",
      "import './bare.ts';",
      "import { words } from '../words/words.ts';",
      "export { d } from '../d.ts';",
      "const entry = new URL('./a.entry.ts', import.meta.url);",
    ].join('\n'),
    'src/a/b.ts': "import { a } from './a.ts';\nimport { readFileSync } from 'node:fs';\n",
    ...{ 'src/a/bare.ts': '', 'src/a/a.entry.ts': '', 'src/a/type.ts': '', 'src/d.ts': '', 'src/words/words.ts': '' },
    'src/other.ts': "import { a } from './a/a.ts';\n",
  });
  expect(coveredFiles(folder, ['src/a/a.ts', 'devices'])).toEqual([
    ...['devices', 'src/a/a.entry.ts', 'src/a/a.ts', 'src/a/b.ts', 'src/a/bare.ts', 'src/d.ts'],
  ]);
});

const everything = new Set(targets.flatMap(({ covers }) => coveredFiles('.', covers)));
/** Documents that are changed and definitions that everything is read with: what is made of them is under test elsewhere. */
const corpus: readonly string[] = [
  ...['devices/folder.ts', 'src/store/memory-disk.ts', 'src/store/verify.ts', 'src/uplink/examples.ts'],
];

test('whatever code of the box a target calls belongs to what some target stands for', () => {
  const called = readdirSync('tests/fuzz/targets').flatMap((name) => {
    const text = readFileSync(`tests/fuzz/targets/${name}`, 'utf8');
    const found = text.matchAll(/^import (?!type\b)[^;]*? from '(\.[^']+\.ts)'/gm);
    return Array.from(found, ([, specifier = '']) => posix.join('tests/fuzz/targets', specifier));
  });
  const ofTheBox = called.filter((path) => /^(?:src|devices)\//.test(path) && !path.startsWith('src/words/'));
  expect(ofTheBox.length).toBeGreaterThan(30);
  expect([...new Set(ofTheBox)].filter((path) => !everything.has(path) && !corpus.includes(path))).toEqual([]);
});

test('everything that a target stands for is there', () => {
  expect([...everything].filter((path) => !existsSync(path))).toEqual([]);
});
