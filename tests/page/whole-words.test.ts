import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { openPage, sizes, type Size } from './browser.ts';
import { benchOfFile } from './bench.ts';
import { calmView } from './rig.ts';
import { onAir, scenes } from './scenes.ts';
import { enterPin } from './walk.ts';

const bench = benchOfFile();
const widths = [sizes.desk.width, sizes.phone.width, 360, 320];

/** On how many lines this word stands, which is the last of the Chinese in what matches. */
const linesOf = (page: Page, selector: string, word: string): Promise<unknown> =>
  page.evaluate(`(() => {
    const letters = document.querySelector('${selector} [lang="zh-CN"]').firstChild;
    const from = letters.data.indexOf('${word}');
    if (from < 0) return letters.data;
    const range = document.createRange();
    range.setStart(letters, from);
    range.setEnd(letters, from + '${word}'.length);
    return range.getClientRects().length;
  })()`);

/** On how many lines this word stands, by the width of the screen. */
const linesByWidth = async (page: Page, selector: string, word: string): Promise<Record<number, unknown>> => {
  const lines: Record<number, unknown> = {};
  for (const width of widths) {
    await page.setViewportSize({ width, height: sizes.phone.height });
    lines[width] = await linesOf(page, selector, word);
  }
  return lines;
};

const oneEach = Object.fromEntries(widths.map((width) => [width, 1]));

/** A test that looks at the page on a screen of this size, where the machine has a browser. */
const looking = (size: Size, look: (page: Page) => Promise<void>) => async (): Promise<void> => {
  if (bench.browser === null) return;
  const { page, context } = await openPage(bench.browser, bench.rig.url, size);
  await look(page);
  await context.close();
};

test(
  'the big word of the home screen stands on one line, however long it is and however narrow the screen',
  looking('phone', async (page) => {
    const lifting = calmView(bench.site, { live: [onAir(bench.site, { kind: 'all-clear', awaitsAnswer: false })] });
    const words = [
      ['解除播发中', lifting],
      ['预警未解除', scenes.stopped(bench.site)],
      ['断网自治', scenes.night(bench.site)],
    ] as const;
    for (const [word, live] of words) {
      bench.rig.show(live);
      await page.locator('.headline', { hasText: word }).waitFor();
      expect([word, await linesByWidth(page, '.headline', word)]).toEqual([word, oneEach]);
    }
  }),
  60_000,
);

test(
  'the words of the red button break between them and never within one',
  looking('phone', async (page) => {
    await page.locator('.tile').first().click();
    await enterPin(page);
    await page.locator('.hold').waitFor();
    expect(await linesByWidth(page, '.hold', '正式播发')).toEqual(oneEach);
  }),
  60_000,
);

test(
  'practice begins at the top of the screen, where it is explained, also when its door was scrolled to',
  looking('phone on its side', async (page) => {
    await page.locator('.doors .wide').first().scrollIntoViewIfNeeded();
    expect(await page.evaluate('scrollY')).toBeGreaterThan(0);
    await page.locator('.doors .wide').first().click();
    await page.locator('.coach').waitFor();
    expect(await page.evaluate('scrollY')).toBe(0);
  }),
  60_000,
);
