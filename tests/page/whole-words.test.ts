import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { openPage, sizes } from './browser.ts';
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

test('the big word of the home screen stands on one line, however long it is and however narrow the screen', async () => {
  if (bench.browser === null) return;
  const { page, context } = await openPage(bench.browser, bench.rig.url, 'phone');
  const lifting = calmView(bench.site, { live: [onAir(bench.site, { kind: 'all-clear', awaitsAnswer: false })] });
  const words = [
    ['解除播发中', lifting],
    ['预警未解除', scenes.stopped(bench.site)],
    ['断网自治', scenes.night(bench.site)],
  ] as const;
  for (const [word, live] of words) {
    bench.rig.show(live);
    await page.locator('.headline', { hasText: word }).waitFor();
    for (const width of widths) {
      await page.setViewportSize({ width, height: sizes.phone.height });
      expect([word, width, await linesOf(page, '.headline', word)]).toEqual([word, width, 1]);
    }
  }
  await context.close();
}, 60_000);

test('the words of the red button break between them and never within one', async () => {
  if (bench.browser === null) return;
  const { page, context } = await openPage(bench.browser, bench.rig.url, 'phone');
  await page.locator('.tile').first().click();
  await enterPin(page);
  await page.locator('.hold').waitFor();
  for (const width of widths) {
    await page.setViewportSize({ width, height: sizes.phone.height });
    expect([width, await linesOf(page, '.hold', '正式播发')]).toEqual([width, 1]);
  }
  await context.close();
}, 60_000);

test('practice begins at the top of the screen, where it is explained, also when its door was scrolled to', async () => {
  if (bench.browser === null) return;
  const { page, context } = await openPage(bench.browser, bench.rig.url, 'phone on its side');
  await page.locator('.doors .wide').first().scrollIntoViewIfNeeded();
  expect(await page.evaluate('scrollY')).toBeGreaterThan(0);
  await page.locator('.doors .wide').first().click();
  await page.locator('.coach').waitFor();
  expect(await page.evaluate('scrollY')).toBe(0);
  await context.close();
}, 60_000);
