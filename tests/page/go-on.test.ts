import { describe, expect, test } from 'vitest';
import type { LiveView, StoppedView } from '../../src/console/view.ts';
import { axeFindings, openPage } from './browser.ts';
import { benchOfFile } from './bench.ts';
import { mayGoOn, scenes } from './scenes.ts';

const bench = benchOfFile();

/** A warning of the centre that was stopped just now. */
const stoppedNow = (more: Partial<StoppedView> = {}): LiveView => {
  const live = scenes.stoppedOrder(bench.site);
  return {
    ...live,
    ended: live.ended.map((one) => ({ ...one, endedAgoMs: 2_000 })),
    stop: { ageMs: 2_000, warnings: [mayGoOn('county-2026-1', '河坝滑坡红色预警', more)] },
  };
};

describe('a stopped warning of the centre, which nobody here can lift,', () => {
  test('has a door on the home screen that names it and leads to where it goes on, whoever stopped it', async () => {
    if (bench.browser === null) return;
    bench.rig.show(scenes.stoppedOrder(bench.site));
    const { page, context } = await openPage(bench.browser, bench.rig.url, 'phone');
    await page.locator('.headline.open').waitFor();
    await page.locator('.now', { hasText: '继续播发停下的“河坝滑坡红色预警”' }).click();
    await page.locator('.continue', { hasText: '河坝滑坡红色预警' }).waitFor();
    await page.locator('.tab').first().click();
    await page.locator('.now').waitFor();
    expect(await axeFindings(page)).toEqual([]);
    await context.close();
  }, 60_000);

  test('keeps that door for ten minutes', async () => {
    if (bench.browser === null) return;
    const live = scenes.stoppedOrder(bench.site);
    const aged = (ageMs: number): LiveView => ({ ...live, stop: { ageMs, warnings: live.stop?.warnings ?? [] } });
    bench.rig.show(aged(590_000));
    const { page, context } = await openPage(bench.browser, bench.rig.url, 'desk');
    await page.locator('.now').waitFor();
    bench.rig.show(aged(601_000));
    await page.locator('.now').waitFor({ state: 'detached' });
    await page.locator('.headline.open').waitFor();
    await context.close();
  }, 60_000);

  test.each([
    ['terminals', 1],
    ['records', 2],
  ] as const)(
    'is shown, with its button, to whoever stopped it on the %s screen',
    async (_name, place) => {
      if (bench.browser === null) return;
      bench.rig.show(scenes.air(bench.site));
      const { page, context } = await openPage(bench.browser, bench.rig.url, 'phone');
      await page.locator('.now').waitFor();
      await page.locator('.tab').nth(place).click();
      await page.locator('.stop').click();
      bench.rig.show(stoppedNow());
      await page.locator('.air .continue').waitFor();
      await context.close();
    },
    60_000,
  );
});

test('one door tells of both: what may go on, and that what was started here may be lifted', async () => {
  if (bench.browser === null) return;
  bench.rig.show(scenes.stopped(bench.site));
  const { page, context } = await openPage(bench.browser, bench.rig.url, 'phone');
  await page.locator('.now', { hasText: /继续播发停下的“地质灾害立即转移”.*更正 \/ 解除/s }).click();
  await page.locator('.continue').waitFor();
  await page.locator('.act-row .button', { hasText: '解除' }).waitFor();
  await context.close();
}, 60_000);

describe('new words of the centre for what was stopped', () => {
  test('stand beside the old ones, with their level, and on the button', async () => {
    if (bench.browser === null) return;
    bench.rig.show(
      stoppedNow({ headline: '河坝滑坡橙色预警', severity: 'orange', text: '改到山上集合。', isNews: true }),
    );
    const { page, context } = await openPage(bench.browser, bench.rig.url, 'phone');
    await page.locator('.now', { hasText: '河坝滑坡橙色预警' }).click();
    const band = page.locator('.news-band');
    await band.waitFor();
    expect(await band.innerText()).toMatch(/上级[^]*橙色 Ⅱ级[^]*河坝滑坡橙色预警[^]*改到山上集合/);
    await page.locator('.continue', { hasText: /橙色 Ⅱ级“河坝滑坡橙色预警”/ }).waitFor();
    expect(await page.locator('.air-head').innerText()).toContain('河坝滑坡红色预警');
    expect(await axeFindings(page)).toEqual([]);
    await context.close();
  }, 60_000);

  test('are told by what they say when their headline is the old one', async () => {
    if (bench.browser === null) return;
    bench.rig.show(stoppedNow({ text: '不去操场，改到山上集合。', isNews: true }));
    const { page, context } = await openPage(bench.browser, bench.rig.url, 'desk');
    await page.locator('.now').click();
    await page.locator('.news-band', { hasText: '不去操场，改到山上集合。' }).waitFor();
    await page.locator('.continue', { hasText: '新内容' }).waitFor();
    await context.close();
  }, 60_000);

  test('are told also where nothing stands on the screen of what is on air any more', async () => {
    if (bench.browser === null) return;
    const live = stoppedNow({ headline: '河坝滑坡橙色预警', severity: 'orange', isNews: true });
    bench.rig.show({ ...live, ended: [] });
    const { page, context } = await openPage(bench.browser, bench.rig.url, 'desk');
    await page.locator('.now').click();
    await page.locator('.news-band', { hasText: '河坝滑坡橙色预警' }).waitFor();
    await context.close();
  }, 60_000);

  test('are not spoken of where there are none', async () => {
    if (bench.browser === null) return;
    bench.rig.show(stoppedNow());
    const { page, context } = await openPage(bench.browser, bench.rig.url, 'desk');
    await page.locator('.now').click();
    await page.locator('.continue', { hasText: /继续播发\s*go on$/ }).waitFor();
    expect(await page.locator('.news-band').count()).toBe(0);
    await context.close();
  }, 60_000);
});
