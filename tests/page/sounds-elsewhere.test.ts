import { describe, expect, test } from 'vitest';
import type { LiveView } from '../../src/console/view.ts';
import { axeFindings, openPage } from './browser.ts';
import { benchOfFile } from './bench.ts';
import { calmView } from './rig.ts';
import { onAir, scenes } from './scenes.ts';
import { enterPin } from './walk.ts';

const bench = benchOfFile();

describe('a warning that the page did not start', () => {
  const sensor = (): LiveView =>
    calmView(bench.site, { live: [onAir(bench.site, { source: 'sensor', headline: '上坝雨量超警' })] });

  test('is told on every screen but its own and home, and one touch leads to it', async () => {
    if (bench.browser === null) return;
    const { page, context } = await openPage(bench.browser, bench.rig.url, 'phone');
    const band = page.locator('.live-band', { hasText: '上坝雨量超警' });
    for (const place of ['.tab >> nth=1', '.tab >> nth=2', '.tile >> nth=0', '.drill-door']) {
      await page.locator('.tab').first().click();
      bench.rig.show(calmView(bench.site));
      await page.locator('.headline.calm').waitFor();
      await page.locator(place).click();
      bench.rig.show(sensor());
      await band.waitFor();
      expect([place, await axeFindings(page)]).toEqual([place, []]);
      await band.click();
      await page.locator('.air.is-live').waitFor();
      expect(await page.locator('.live-band').count()).toBe(0);
    }
    await page.locator('.tab').first().click();
    await page.locator('.headline.actual').waitFor();
    expect(await page.locator('.live-band').count()).toBe(0);
    await context.close();
  }, 90_000);

  test('is told to whoever practises while it sounds, and the touch leaves practice', async () => {
    if (bench.browser === null) return;
    bench.rig.show(sensor());
    const { page, context } = await openPage(bench.browser, bench.rig.url, 'desk');
    await page.locator('.doors .wide').first().click();
    await page.locator('.coach').waitFor();
    await page.locator('.live-band', { hasText: '上坝雨量超警' }).click();
    await page.locator('.air.is-live', { hasText: '上坝雨量超警' }).waitFor();
    expect(await page.locator('.coach').count()).toBe(0);
    await context.close();
  }, 60_000);

  test('is no drill: what only practises has no such band', async () => {
    if (bench.browser === null) return;
    bench.rig.show(scenes.drill(bench.site));
    const { page, context } = await openPage(bench.browser, bench.rig.url, 'desk');
    await page.locator('.tab').nth(1).click();
    await page.locator('.squares').waitFor();
    expect(await page.locator('.live-band').count()).toBe(0);
    await context.close();
  }, 60_000);

  test('lets no hand slip from the red button: it is held though the band comes and moves it', async () => {
    if (bench.browser === null) return;
    const { page, context } = await openPage(bench.browser, bench.rig.url, 'desk');
    await page.locator('.tile').first().click();
    await enterPin(page);
    const hold = page.locator('.hold');
    await hold.hover();
    const box = await hold.boundingBox();
    await page.mouse.move((box?.x ?? 0) + 20, (box?.y ?? 0) + 4);
    await page.mouse.down();
    bench.rig.show(sensor());
    await page.locator('.live-band').waitFor();
    await page.locator('.countdown').waitFor({ timeout: 5_000 });
    await page.mouse.up();
    await page.locator('.withdraw').click();
    await context.close();
  }, 60_000);

  test('is not told once more where it is being lifted', async () => {
    if (bench.browser === null) return;
    bench.rig.show(scenes.air(bench.site));
    const { page, context } = await openPage(bench.browser, bench.rig.url, 'desk');
    await page.locator('.now').click();
    await page.locator('.act-row .button', { hasText: '更正' }).click();
    await page.locator('.live-band').waitFor();
    await enterPin(page);
    await page.locator('.hold').waitFor();
    expect(await page.locator('.live-band').count()).toBe(0);
    await context.close();
  }, 60_000);
});
