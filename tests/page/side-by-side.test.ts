import { describe, expect, test } from 'vitest';
import type { BroadcastView } from '../../src/console/view.ts';
import { benchOfFile } from './bench.ts';
import { axeFindings, isTooWide, openPage, smallTargets } from './browser.ts';
import { calmView } from './rig.ts';
import { onAir } from './scenes.ts';
import { enterPin } from './walk.ts';

const bench = benchOfFile();

/** Two warnings of the centre, each in a zone of its own; the third waits behind the first. */
const three = (): readonly BroadcastView[] => {
  const inZone = (id: string, zone: string, headline: string, more: Partial<BroadcastView> = {}): BroadcastView =>
    onAir(bench.site, {
      ...{ id, trace: id, alert: `county-${id}`, source: 'county-1', isLocal: false, headline, text: `${headline}。` },
      zones: [{ zone, state: 'playing', passes: 0 }],
      awaitsAnswer: false,
      ...more,
    });
  return [
    inZone('b-11', 'heba', '河坝滑坡红色预警'),
    inZone('b-12', 'laojie', '老街积水橙色预警', { severity: 'orange' }),
    inZone('b-13', 'heba', '大风黄色预警', { severity: 'yellow', state: 'queued' }),
  ];
};

describe('warnings that sound side by side', () => {
  test('have a door each on the home screen, and the screen behind it is about the one that was touched', async () => {
    if (bench.browser === null) return;
    bench.rig.show(calmView(bench.site, { live: three() }));
    const { page, context } = await openPage(bench.browser, bench.rig.url, 'phone');
    await page.locator('.now').first().waitFor();
    expect(await page.locator('.now').count()).toBe(2);
    await page.locator('.now', { hasText: '老街积水橙色预警' }).click();
    await page.locator('.air-name', { hasText: '老街积水橙色预警' }).waitFor();
    await context.close();
  }, 60_000);

  test('are told as also on air, apart from what waits, and are shown when they are touched', async () => {
    if (bench.browser === null) return;
    bench.rig.show(calmView(bench.site, { live: three() }));
    const { page, context } = await openPage(bench.browser, bench.rig.url, 'phone');
    await page.locator('.now').first().click();
    await page.locator('.air-name', { hasText: '河坝滑坡红色预警' }).waitFor();
    expect(await page.locator('.also li').allInnerTexts()).toEqual([expect.stringContaining('老街积水橙色预警')]);
    expect(await page.locator('.queue li').allInnerTexts()).toEqual([expect.stringContaining('大风黄色预警')]);
    expect([await axeFindings(page), await smallTargets(page), await isTooWide(page)]).toEqual([[], [], false]);
    await page.locator('.also .other').click();
    await page.locator('.air-name', { hasText: '老街积水橙色预警' }).waitFor();
    expect(await page.locator('.also li').allInnerTexts()).toEqual([expect.stringContaining('河坝滑坡红色预警')]);
    await context.close();
  }, 60_000);

  test('are told from a drill that sounds beside them: it does not stand there in the colour that it practises', async () => {
    if (bench.browser === null) return;
    const [first, second] = three();
    if (first === undefined || second === undefined) throw new Error('not two');
    bench.rig.show(calmView(bench.site, { live: [first, { ...second, status: 'drill' }] }));
    const { page, context } = await openPage(bench.browser, bench.rig.url, 'phone');
    await page.locator('.now').first().click();
    await page.locator('.air-name', { hasText: '河坝滑坡红色预警' }).waitFor();
    expect(await page.locator('.also .badge').allInnerTexts()).toEqual([expect.stringContaining('演 练')]);
    await context.close();
  }, 60_000);

  test('are listed by their plan and headline, each said once; words that lift one bear no plan', async () => {
    if (bench.browser === null) return;
    const [first, second, third] = three();
    if (first === undefined || second === undefined || third === undefined) throw new Error('not three');
    const lift: BroadcastView = { ...second, kind: 'all-clear', plan: 'all-clear' };
    const named = bench.site.plans.find(({ id }) => id === third.plan)?.name.zh ?? '';
    bench.rig.show(calmView(bench.site, { live: [first, lift, { ...third, headline: named }] }));
    const { page, context } = await openPage(bench.browser, bench.rig.url, 'phone');
    await page.locator('.now').first().click();
    await page.locator('.air-name', { hasText: '河坝滑坡红色预警' }).waitFor();
    expect(await page.locator('.also li').innerText()).toMatch(/^解除\s*all clear\s*老街积水橙色预警\s*▸$/);
    expect((await page.locator('.queue li').innerText()).split(named)).toHaveLength(2);
    await context.close();
  }, 60_000);

  test('stand on the lift screen of another: that one ends, this one is told to go on', async () => {
    if (bench.browser === null) return;
    const own = onAir(bench.site);
    const [beside] = three();
    bench.rig.show(calmView(bench.site, { live: [own, ...(beside === undefined ? [] : [beside])] }));
    const { page, context } = await openPage(bench.browser, bench.rig.url, 'desk');
    await page.locator('.now', { hasText: own.headline }).click();
    await page.locator('.act-row .button', { hasText: '解除' }).click();
    await enterPin(page);
    await page.locator('.hold').waitFor();
    expect(await page.locator('.live-band').innerText()).toContain('河坝滑坡红色预警');
    const name = bench.site.plans.find(({ id }) => id === own.plan)?.name.zh;
    expect(await page.locator('main').innerText()).toContain(`“${name}”会立即停下，别的照播`);
    await context.close();
  }, 60_000);

  test('stand all on the cover that asks for one answer to all of them', async () => {
    if (bench.browser === null) return;
    const live = three().map((one) => ({ ...one, awaitsAnswer: true }));
    bench.rig.show(calmView(bench.site, { live: live.slice(0, 2) }));
    const { page, context } = await openPage(bench.browser, bench.rig.url, 'desk');
    const words = await page.locator('.order').innerText();
    expect(words).toContain('上级 2 条指令到达');
    for (const { headline, text } of live.slice(0, 2)) {
      expect(words).toContain(`${headline}\n`);
      expect(words).toContain(text);
    }
    expect(await axeFindings(page)).toEqual([]);
    await context.close();
  }, 60_000);
});
