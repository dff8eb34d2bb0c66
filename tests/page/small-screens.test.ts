import { mkdirSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import {
  axeFindings,
  isTooWide,
  neverSeenWhole,
  openPage,
  short,
  sizes,
  smallTargets,
  underStop,
  type Size,
} from './browser.ts';
import { benchOfFile } from './bench.ts';
import { calmView } from './rig.ts';
import { onAir, orderFromAbove, scenes } from './scenes.ts';
import { walk } from './walk.ts';

const bench = benchOfFile();

/** What must be read or touched there, and is not hidden by anything that stays in its place. */
const mustBeSeen: Readonly<Record<string, string>> = {
  confirm: '.choice, .own-words textarea, .reach-sum, .items li, .hold',
  air: '.air-title, .air-name, .figure',
  stopped: '.air-title, .air-name, .figure, .continue',
  terminals: '.square, .phone',
  drill: '.choice, .drill-start',
};

/** With MINGLUO_SHOTS_TO a picture of each screen is left there, to be looked at. */
const leavePicture = async (page: Page, name: string): Promise<void> => {
  const folder = process.env['MINGLUO_SHOTS_TO'];
  if (folder === undefined) return;
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: `${folder}/${name}.png`, animations: 'disabled' });
};

const shape = (size: Size): string => `${sizes[size].width}x${sizes[size].height}`;

describe.each(short)('on a %s', (size) => {
  test('nothing lies under the stop on any screen, and all that matters can be scrolled to in full view', async () => {
    if (bench.browser === null) return;
    const { page, context, faults } = await openPage(bench.browser, bench.rig.url, size);
    for (const [name, scene, go] of walk) {
      bench.rig.show(scenes[scene](bench.site));
      await go(page);
      await page.waitForTimeout(150);
      await leavePicture(page, `${shape(size)}-${name}`);
      expect.soft([name, await underStop(page)]).toEqual([name, []]);
      expect.soft([name, await smallTargets(page)]).toEqual([name, []]);
      expect.soft([name, await isTooWide(page)]).toEqual([name, false]);
      expect.soft([name, await axeFindings(page)]).toEqual([name, []]);
      const seen = mustBeSeen[name];
      if (seen !== undefined) expect.soft([name, await neverSeenWhole(page, seen)]).toEqual([name, []]);
    }
    expect(faults).toEqual([]);
    await context.close();
  }, 240_000);

  test('a fresh stop is taken back without scrolling', async () => {
    if (bench.browser === null) return;
    bench.rig.show(scenes.air(bench.site));
    const { page, context } = await openPage(bench.browser, bench.rig.url, size);
    await page.locator('.now').waitFor();
    await page.locator('.stop').click();
    bench.rig.show(scenes.stopped(bench.site));
    await page.locator('.continue').waitFor();
    const { height } = sizes[size];
    const button = await page.locator('.continue').boundingBox();
    expect((button?.y ?? height) + (button?.height ?? 0)).toBeLessThanOrEqual(height);
    await context.close();
  }, 60_000);
});

describe.each(['touch panel of seven inches', 'phone on its side'] as const)('on a %s', (size) => {
  test('the whole keypad stands there', async () => {
    if (bench.browser === null) return;
    const { page, context } = await openPage(bench.browser, bench.rig.url, size);
    await page.locator('.tile').first().click();
    for (const digit of await page.locator('.digit').all()) {
      const box = await digit.boundingBox();
      expect((box?.y ?? Infinity) + (box?.height ?? 0)).toBeLessThanOrEqual(sizes[size].height);
    }
    await context.close();
  }, 60_000);
});

test('the two languages of the answer to an order each stand on one line, however narrow the screen is', async () => {
  if (bench.browser === null) return;
  bench.rig.show(scenes.order(bench.site));
  const { page, context } = await openPage(bench.browser, bench.rig.url, 'phone');
  await page.locator('.heard').waitFor();
  const lines = `[...document.querySelectorAll('.heard [lang]')].map((one) => {
    const words = document.createRange();
    words.selectNodeContents(one);
    return words.getClientRects().length;
  })`;
  const widths = [...new Set([...Object.values(sizes).map(({ width }) => width), 360, 320])];
  for (const width of widths) {
    await page.setViewportSize({ width, height: sizes.phone.height });
    expect([width, await page.evaluate(lines)]).toEqual([width, [1, 1]]);
  }
  await context.close();
}, 60_000);

describe.each(Object.keys(sizes) as Size[])('an order of many words on a %s', (size) => {
  test('is answered without scrolling, by a button that lies beside the stop, however long it is', async () => {
    if (bench.browser === null) return;
    const sentence = '强降雨可能引发山洪和地质灾害，请沿沟沿坡的住户马上准备转移。';
    const order = onAir(bench.site, {
      ...orderFromAbove(bench.site),
      headline: sentence.repeat(2),
      text: sentence.repeat(12),
    });
    const { page, context } = await openPage(bench.browser, bench.rig.url, size);
    bench.rig.show(calmView(bench.site, { live: [order] }));
    await page.locator('.heard').waitFor();
    await leavePicture(page, `${shape(size)}-long-order`);
    expect(await underStop(page)).toEqual([]);
    expect(await axeFindings(page)).toEqual([]);
    expect(await page.locator('.live-band').isVisible()).toBe(false);
    const box = await page.locator('.heard').boundingBox();
    expect(box?.y).toBeGreaterThanOrEqual(0);
    expect((box?.y ?? 0) + (box?.height ?? Infinity)).toBeLessThanOrEqual(sizes[size].height);
    await page.locator('.heard').click();
    await expect.poll(() => bench.rig.asked.at(-1)?.do).toBe('answer');
    await context.close();
  }, 60_000);
});
