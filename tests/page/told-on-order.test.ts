import { describe, expect, test } from 'vitest';
import { axeFindings, openPage, sizes, underStop, type Size } from './browser.ts';
import { benchOfFile } from './bench.ts';
import { calmView } from './rig.ts';
import { onAir, orderFromAbove } from './scenes.ts';

const bench = benchOfFile();

describe.each(Object.keys(sizes) as Size[])('on a %s, an answer to an order that does not reach the box', (size) => {
  test('is told on the order itself, whose answer can still be given beside the stop', async () => {
    if (bench.browser === null) return;
    const sentence = '强降雨可能引发山洪和地质灾害，请沿沟沿坡的住户马上准备转移。';
    const words = { headline: sentence.repeat(2), text: sentence.repeat(12) };
    const { page, context } = await openPage(bench.browser, bench.rig.url, size);
    bench.rig.show(calmView(bench.site, { live: [onAir(bench.site, { ...orderFromAbove(bench.site), ...words })] }));
    await page.route('**/api/answer', (route) => route.abort());
    await page.locator('.heard').click();
    const told = page.locator('.order .notice', { hasText: '连不上本机' });
    await told.waitFor();
    expect((await told.boundingBox())?.y).toBeGreaterThanOrEqual(0);
    const box = await page.locator('.heard').boundingBox();
    expect((box?.y ?? 0) + (box?.height ?? Infinity)).toBeLessThanOrEqual(sizes[size].height);
    expect((await page.locator('.order-words').boundingBox())?.height).toBeGreaterThan(40);
    expect([await underStop(page), await axeFindings(page)]).toEqual([[], []]);
    await page.unroute('**/api/answer');
    await page.locator('.heard').click();
    await expect.poll(() => bench.rig.asked.at(-1)?.do).toBe('answer');
    await context.close();
  }, 60_000);
});
