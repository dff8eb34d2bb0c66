import fc from 'fast-check';
import { Check } from 'typebox/value';
import { describe, expect, it } from 'vitest';
import { checkShape } from '../../src/config/check-shape.ts';
import { durationMs } from '../../src/config/duration.ts';
import { explainKey } from '../../src/config/explain-key.ts';
import { nearestWord } from '../../src/config/nearest-word.ts';
import { planSchema } from '../../src/config/schema/plan.ts';
import { siteSchema } from '../../src/config/schema/site.ts';
import { wavDurationMs } from '../../src/config/wav.ts';
import { readYaml } from '../../src/config/yaml-source.ts';
import { errorCodes } from '../../src/words/error-codes.ts';
import { example, load, loaded, type Files } from './village.ts';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const yamlPaths = Object.keys(example).filter((path) => path.endsWith('.yaml'));
const path = fc.constantFrom(...yamlPaths);

/** The one promise about bad input: a whole site, or named failures with a place in a file; never neither. */
const expectSettled = async (files: Files): Promise<void> => {
  const result = await load(files);
  if (result.ok) return;
  expect(result.failures.length).toBeGreaterThan(0);
  for (const { code, at } of result.failures) {
    expect(errorCodes).toHaveProperty(code);
    expect(code).not.toBe('config-internal');
    expect(at?.line).toBeGreaterThan(0);
    expect(at?.column).toBeGreaterThan(0);
  }
};

const replaced = (file: string, change: (text: string) => string): Files => ({
  ...example,
  [file]: change(String(example[file])),
});

describe('bad input is a value', { timeout: 90_000 }, () => {
  it('for any bytes in the place of a file', async () => {
    await fc.assert(
      fc.asyncProperty(path, fc.uint8Array({ maxLength: 300 }), (file, bytes) =>
        expectSettled({ ...example, [file]: bytes }),
      ),
      { numRuns: 25 },
    );
  });

  it('for pieces of YAML in any order', async () => {
    const piece = fc.constantFrom(
      'a',
      ':',
      ' ',
      '\n',
      '- ',
      '[',
      ']',
      '{',
      '}',
      ',',
      '"',
      "'",
      '|',
      '>',
      '#',
      '&a',
      '*a',
      '!t',
      '%',
      '---',
      '\t',
      '?',
      '<<',
      'zones',
      'id',
      '0',
      '~',
      '\u0000',
      '\uFEFF',
      '界',
    );
    await fc.assert(
      fc.asyncProperty(path, fc.array(piece, { maxLength: 120 }), (file, pieces) =>
        expectSettled({ ...example, [file]: pieces.join('') }),
      ),
      { numRuns: 40 },
    );
  });

  it('for the example with lines left out, doubled or swapped', async () => {
    const edit = fc.record({ at: fc.nat(400), how: fc.constantFrom('drop', 'double', 'swap') });
    await fc.assert(
      fc.asyncProperty(path, fc.array(edit, { minLength: 1, maxLength: 4 }), (file, edits) =>
        expectSettled(
          replaced(file, (text) => {
            const lines = text.split('\n');
            for (const { at, how } of edits) {
              const index = at % lines.length;
              const line = lines[index] ?? '';
              if (how === 'drop') lines.splice(index, 1);
              else if (how === 'double') lines.splice(index, 0, line);
              else lines.splice(index, 2, lines[index + 1] ?? '', line);
            }
            return lines.join('\n');
          }),
        ),
      ),
      { numRuns: 40 },
    );
  });

  it('for the example with words replaced by other words and values', async () => {
    const word = fc.constantFrom(
      '0',
      '-1',
      '1e99',
      '.nan',
      'null',
      'true',
      "''",
      '[]',
      '{}',
      '[[1]]',
      'x',
      '0330122',
      '99999999999999999999',
      '2026-01-01',
      'heba',
      '5 s',
      '__proto__',
      'constructor',
    );
    await fc.assert(
      fc.asyncProperty(path, fc.nat(2000), word, (file, at, to) =>
        expectSettled(
          replaced(file, (text) => {
            const words = [...text.matchAll(/(?<=: |- |\[|, )[^\s,[\]{}#]+/g)];
            const found = words[at % words.length];
            return found === undefined
              ? text
              : text.slice(0, found.index) + to + text.slice(found.index + found[0].length);
          }),
        ),
      ),
      { numRuns: 40 },
    );
  });

  it('for bytes flipped in the example', async () => {
    await fc.assert(
      fc.asyncProperty(
        path,
        fc.array(fc.tuple(fc.nat(20_000), fc.nat(255)), { minLength: 1, maxLength: 6 }),
        (file, flips) => {
          const bytes = bytesOf(String(example[file]));
          for (const [at, value] of flips) bytes[at % bytes.length] = value;
          return expectSettled({ ...example, [file]: bytes });
        },
      ),
      { numRuns: 60 },
    );
  });

  it('for any question to explain', async () => {
    const village = await loaded(example);
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ maxLength: 60 }), fc.constantFrom('zones[', 'zones[]', '...', 'plan', 'people', 'site')),
        (key) => {
          const result = explainKey(village, key);
          expect(result.ok || result.failure.code === 'config-key-unknown').toBe(true);
        },
      ),
      { numRuns: 150 },
    );
  });

  it('for any bytes as a WAV file', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), fc.boolean(), (tail, riff) => {
        const head = riff ? bytesOf('RIFF    WAVEfmt ') : new Uint8Array();
        const length = wavDurationMs(Uint8Array.from([...head, ...tail]));
        expect(length === null || length >= 0).toBe(true);
      }),
    );
  });
});

describe('bombs are bounded', () => {
  const deep = 40_000;
  it.each([
    ['brackets', '['.repeat(deep)],
    ['maps', '{a: '.repeat(deep / 4)],
    ['dashes', '- '.repeat(deep / 2)],
    ['closing brackets', ']'.repeat(deep)],
    ['many values', `[${'1,'.repeat(60_000)}1]`],
    ['many keys', Array.from({ length: 20_000 }, (_, index) => `k${index}: 1`).join('\n')],
    ['many documents', '---\na: 1\n'.repeat(5000)],
    ['anchors', `a: &a [x]\n${'b: [*a, *a, *a]\n'.repeat(2000)}`],
    ['a file too large', `# ${'x'.repeat(300_000)}`],
  ])('%s are refused in time', (_name, text) => {
    const started = process.cpuUsage();
    const { source, failures } = readYaml('site.yaml', bytesOf(text));
    const report = source === null ? [] : checkShape(siteSchema, source).failures;
    expect(failures.length + report.length).toBeGreaterThan(0);
    expect(process.cpuUsage(started).user / 1000).toBeLessThan(5000);
  });
});

describe('the check and the schema agree', () => {
  it('what the check lets pass unpatched is valid by TypeBox, and what it refuses is not', () => {
    const text = String(example['plans/10-geohazard-now.yaml']);
    const word = fc.constantFrom(
      '0',
      '1',
      '5',
      'red',
      'now',
      'speech',
      '[]',
      '[red]',
      'true',
      '5 s',
      "'5 s'",
      'null',
      'a b',
      '11D',
    );
    fc.assert(
      fc.property(fc.nat(200), word, (at, to) => {
        const words = [...text.matchAll(/(?<=: |- |\[|, )[^\s,[\]{}#]+/g)];
        const found = words[at % words.length]!;
        const changed = text.slice(0, found.index) + to + text.slice(found.index + found[0].length);
        const { source } = readYaml('plan.yaml', bytesOf(changed));
        if (source === null) return;
        const { failures, value } = checkShape(planSchema, source);
        const byLength = failures.some(({ code }) => code === 'config-out-of-range' || code === 'config-text-length');
        expect(Check(planSchema, value)).toBe(true);
        if (!byLength) expect(failures.length === 0).toBe(Check(planSchema, source.value));
      }),
      { numRuns: 150 },
    );
  });
});

describe('small words', () => {
  it('the nearest word is one of the valid ones, and a valid word is its own nearest', () => {
    fc.assert(
      fc.property(fc.string(), fc.uniqueArray(fc.stringMatching(/^[a-z]{1,12}$/), { minLength: 1 }), (word, valid) => {
        expect(valid).toContain(nearestWord(word, valid));
        for (const one of valid) expect(nearestWord(one, valid)).toBe(one);
      }),
      { numRuns: 60 },
    );
    expect(nearestWord('x', [])).toBe('—');
  });

  it('lengths of time are read with their unit or not at all', () => {
    expect(['200 ms', '5 s', '1.5 min', '2h'].map(durationMs)).toEqual([200, 5000, 90_000, 7_200_000]);
    expect(['5', '5 sec', '-1 s', '', '1e3 s', ' 5 s', '5  s'].map(durationMs)).toEqual(Array(7).fill(null));
  });
});
