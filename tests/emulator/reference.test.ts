import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { faultTable } from '../../emulator/faults.ts';
import { emulatorProblems } from '../../emulator/problems.ts';
import { parseVariant } from '../../emulator/variants.ts';
import { wiring } from './village.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/reference/emulator.md'), 'utf8');

/** First column of the table under a heading, without backticks. */
const firstColumn = (heading: string): readonly string[] => {
  const chapter = page.split(/^## /m).find((part) => part.startsWith(heading)) ?? '';
  return [...chapter.matchAll(/^\| `([^`]+)`/gm)].map(([, name = '']) => name);
};

describe('the reference page of the emulator', () => {
  it('names every fault, with its range, and no other', () => {
    expect([...firstColumn('Faults')].sort()).toEqual(Object.keys(faultTable).sort());
    for (const [name, { value }] of Object.entries(faultTable)) {
      const row = page.split('\n').find((text) => text.startsWith(`| \`${name}\``)) ?? '';
      expect(row).toContain(value === null ? '| |' : `${value.from}–${value.to} (${value.standard}`);
    }
  });

  it('names every refusal and warning, and no other', () => {
    const codes = firstColumn('HTTP').filter((name) => name.startsWith('emulator-'));
    expect([...codes].sort()).toEqual(Object.keys(emulatorProblems).sort());
  });

  it('names only variants that exist', () => {
    const variants = firstColumn('Variants');
    expect(variants).toHaveLength(7);
    for (const variant of variants) expect(parseVariant(wiring, `all=${variant}`).ok).toBe(true);
  });
});
