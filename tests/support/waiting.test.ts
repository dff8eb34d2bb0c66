import { describe, expect, test } from 'vitest';
import { found, until, within } from './waiting.ts';

/** Holds from so many looks on. */
const fromLook = (first: number): { readonly holds: () => boolean; readonly looks: () => number } => {
  let looks = 0;
  return { holds: () => (looks += 1) >= first, looks: () => looks };
};

describe('waiting for a condition', () => {
  test('looks at once, and no more once it holds', async () => {
    const { holds, looks } = fromLook(3);
    expect(await within(20_000, holds)).toBe(true);
    expect(looks()).toBe(3);
    expect(await within(0, fromLook(1).holds)).toBe(true);
  });

  test('tells one that did not come in time, by its name where that is a failure', async () => {
    expect(await within(10, () => false)).toBe(false);
    await expect(until('the siren', () => false, 10)).rejects.toThrow('never: the siren');
    await expect(found('the reply', () => undefined, 10)).rejects.toThrow('never: the reply');
  });

  test('gives what was found, though it is asked for no second time', async () => {
    let asked = 0;
    const reply = { n: 1 };
    expect(await found('the reply', () => ((asked += 1) === 2 ? reply : undefined))).toBe(reply);
    expect(asked).toBe(2);
  });
});
