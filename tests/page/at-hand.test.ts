import type { Locator, Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { openPage } from './browser.ts';
import { benchOfFile } from './bench.ts';
import { calmView } from './rig.ts';
import { mayGoOn, onAir, scenes } from './scenes.ts';
import { enterPin } from './walk.ts';

const bench = benchOfFile();

/** In the window, and above the bar with the stop: reached without scrolling. */
const isAtHand = async (page: Page, one: Locator): Promise<boolean> => {
  const box = await one.boundingBox();
  const bar = await page.locator('.tabs').boundingBox();
  return box !== null && bar !== null && box.y >= 0 && box.y + box.height <= bar.y;
};

/** The page brings it there when all of it has come. */
const becomesAtHand = (page: Page, one: Locator): Promise<void> =>
  expect.poll(() => isAtHand(page, one), { timeout: 10_000 }).toBe(true);

describe('on a phone, without scrolling', () => {
  test('the whole keypad stands there', async () => {
    if (bench.browser === null) return;
    const { page, context } = await openPage(bench.browser, bench.rig.url, 'phone');
    await page.locator('.tile').first().click();
    for (const digit of await page.locator('.digit').all()) await becomesAtHand(page, digit);
    await context.close();
  }, 60_000);

  test('what became of a touch is told where one looks, however far the page was scrolled', async () => {
    if (bench.browser === null) return;
    const { page, context } = await openPage(bench.browser, bench.rig.url, 'phone');
    await page.locator('.tab').nth(1).click();
    await page.locator('.square').last().scrollIntoViewIfNeeded();
    expect(await page.evaluate('window.scrollY')).toBeGreaterThan(200);
    await page.locator('.stop').click();
    const notice = page.locator('.notice', { hasText: '已停止' });
    await notice.waitFor();
    await becomesAtHand(page, notice);
    await context.close();
  }, 60_000);

  test('a terminal that is touched shows what is known of it, and whom to call', async () => {
    if (bench.browser === null) return;
    const { page, context } = await openPage(bench.browser, bench.rig.url, 'phone');
    await page.locator('.tab').nth(1).click();
    await page.locator('.square').first().click();
    await page.getByText('输入密码后显示电话').waitFor();
    await becomesAtHand(page, page.locator('.detail'));
    await page.locator('.bar .button', { hasText: '输入密码' }).click();
    await enterPin(page);
    await page.locator('.tab').nth(1).click();
    await page.locator('.square').first().click();
    await page.locator('.phone').waitFor();
    await becomesAtHand(page, page.locator('.detail'));
    await page.evaluate(() => scrollTo(0, 0));
    await page.locator('.square').first().click();
    await becomesAtHand(page, page.locator('.detail'));
    await context.close();
  }, 60_000);

  test('what is on air, and what may be taken back, stands before what may be started', async () => {
    if (bench.browser === null) return;
    bench.rig.show(scenes.air(bench.site));
    const { page, context } = await openPage(bench.browser, bench.rig.url, 'phone');
    const door = page.locator('.now', { hasText: '地质灾害立即转移' });
    await door.waitFor();
    await becomesAtHand(page, door);
    bench.rig.show(scenes.stopped(bench.site));
    const back = page.locator('.now', { hasText: '更正 / 解除' });
    await back.waitFor();
    await becomesAtHand(page, back);
    await context.close();
  }, 60_000);
});

test('what a stop could not prove silent is named on the screen of what it ended', async () => {
  if (bench.browser === null) return;
  const live = scenes.stopped(bench.site);
  const words = { zh: '1 台静音未证实：河坝组警报器 2', en: 'silence not proven of 1: Heba siren 2' };
  const proof = { number: 90, wall: live.at.wall, trace: 'stop-1', broadcast: null, status: null } as const;
  bench.rig.show({ ...live, receipts: [{ ...proof, stage: 'unproven-silence', words }, ...live.receipts] });
  const { page, context } = await openPage(bench.browser, bench.rig.url, 'desk');
  await page.locator('.now').click();
  await page.locator('.timeline', { hasText: '静音未证实：河坝组警报器 2' }).waitFor();
  await context.close();
}, 60_000);

test('a stop is taken back on the screen of another warning only by a button that names what would start', async () => {
  if (bench.browser === null) return;
  const stop = { ageMs: 2_000, warnings: [mayGoOn('local-t-9', '山洪注意防范')] };
  bench.rig.show({ ...scenes.air(bench.site), stop });
  const { page, context } = await openPage(bench.browser, bench.rig.url, 'desk');
  await page.locator('.now').click();
  await page.locator('.continue', { hasText: '继续播发停下的“山洪注意防范”' }).waitFor();
  bench.rig.show(scenes.stopped(bench.site));
  await page.locator('.continue', { hasText: /继续播发\s*go on$/ }).waitFor();
  await context.close();
}, 60_000);

test('on a phone that button leaves room for the warning on air, however long and many the stopped ones are', async () => {
  if (bench.browser === null) return;
  const headline = '强降雨可能引发山洪和地质灾害，请沿沟沿坡的住户马上准备转移。'.repeat(6);
  const warnings = ['x', 'y', 'z'].map((alert) => mayGoOn(alert, headline));
  bench.rig.show({ ...scenes.air(bench.site), stop: { ageMs: 2_000, warnings } });
  const { page, context } = await openPage(bench.browser, bench.rig.url, 'phone');
  await page.locator('.now').click();
  const button = page.locator('.continue', { hasText: '另有 2 条' });
  await button.waitFor();
  expect((await button.boundingBox())?.height).toBeLessThan(200);
  await context.close();
}, 60_000);

test('right after something began nothing stopped can be started: a hasty second touch starts nothing', async () => {
  if (bench.browser === null) return;
  const stop = { ageMs: 2_000, warnings: [mayGoOn('local-t-9', '山洪注意防范')] };
  const air = scenes.air(bench.site);
  bench.rig.show({ ...air, stop, live: air.live.map((one) => ({ ...one, receivedAgoMs: 100 })) });
  const { page, context } = await openPage(bench.browser, bench.rig.url, 'desk');
  await page.locator('.now').click();
  await page.locator('.continue:disabled').waitFor();
  bench.rig.show({ ...air, stop });
  await page.locator('.continue:enabled').waitFor();
  await context.close();
}, 60_000);

test('a touch names the stop it takes back; on a locked page it asks for the PIN and comes back to its place', async () => {
  if (bench.browser === null) return;
  bench.rig.show(scenes.stopped(bench.site));
  const { page, context } = await openPage(bench.browser, bench.rig.url, 'desk');
  await page.locator('.now').click();
  await page.locator('.continue').click();
  await page.locator('.digit').first().waitFor();
  await enterPin(page);
  await page.locator('.continue').click();
  await expect
    .poll(() => bench.rig.asked.findLast((one) => one.do === 'continue'))
    .toMatchObject({ alert: 'local-t-1' });
  await context.close();
}, 60_000);

test('a stop that is pressed at home leads to what it ended, where it may be taken back', async () => {
  if (bench.browser === null) return;
  bench.rig.show(scenes.air(bench.site));
  const { page, context } = await openPage(bench.browser, bench.rig.url, 'phone');
  await page.locator('.now').waitFor();
  await page.locator('.stop').click();
  bench.rig.show(scenes.stopped(bench.site));
  const button = page.locator('.continue');
  await button.waitFor();
  await becomesAtHand(page, button);
  await context.close();
}, 60_000);

test('on a phone no row of buttons stands before what has not sounded', async () => {
  if (bench.browser === null) return;
  const air = scenes.air(bench.site);
  const [own] = air.live;
  if (own === undefined) throw new Error('nothing on air');
  const stop = { ageMs: 60_000, warnings: [mayGoOn('local-t-9', '山洪注意防范')] };
  bench.rig.show({ ...air, stop });
  const { page, context } = await openPage(bench.browser, bench.rig.url, 'phone');
  await page.locator('.now').click();
  const row = page.locator('.act-row');
  await row.waitFor();
  expect(await row.locator('> *').count()).toBeGreaterThan(2);
  const placed = (): Promise<string> => row.evaluate((element) => getComputedStyle(element).position);
  expect(await placed()).toBe('static');
  bench.rig.show({ ...scenes.stopped(bench.site) });
  await expect.poll(placed).toBe('sticky');
  await context.close();
}, 60_000);

test('no tile is called 解除: a warning is lifted where it is shown, never by starting another', async () => {
  if (bench.browser === null) return;
  const { page, context } = await openPage(bench.browser, bench.rig.url, 'desk');
  expect(await page.locator('.tile', { hasText: '解除' }).count()).toBe(0);
  await context.close();
}, 60_000);

test('while a warning sounds its all-clear says that it will end, and offers the words of the plan', async () => {
  if (bench.browser === null) return;
  bench.rig.show(scenes.air(bench.site));
  const { page, context } = await openPage(bench.browser, bench.rig.url, 'desk');
  await page.locator('.now').click();
  await page.locator('.act-row .button', { hasText: '解除' }).click();
  await enterPin(page);
  await page.locator('.hold').waitFor();
  expect(await page.locator('textarea').inputValue()).toBe(
    '“地质灾害立即转移”警报解除。请等村干部通知以后再回家，回家先看房屋和山坡。',
  );
  const said = await page.locator('main').innerText();
  expect(said).toContain('“地质灾害立即转移”会立即停下，别的照播');
  expect(said).not.toContain('现在还没有播出');
  await context.close();
}, 60_000);

test('whoever holds the red button of a correction asks the box for just that, once', async () => {
  if (bench.browser === null) return;
  bench.rig.show(scenes.air(bench.site));
  const { page, context } = await openPage(bench.browser, bench.rig.url, 'desk');
  await page.locator('.now').click();
  await page.locator('.act-row .button', { hasText: '更正' }).click();
  await enterPin(page);
  await page.locator('.hold').waitFor();
  await page.locator('textarea').fill('刚才是误播。');
  const before = bench.rig.asked.length;
  await page.locator('.hold').focus();
  await page.keyboard.down('Enter');
  await page.locator('.air-title').waitFor();
  await page.keyboard.up('Enter');
  const asked = bench.rig.asked.slice(before);
  const text = '刚才是误播。';
  expect(asked).toEqual([{ do: 'lift', what: 'correction', alert: 'local-t-1', text, person: 'li-ming' }]);
  await context.close();
}, 60_000);

test.each([
  ['correction', '更正播发中'],
  ['all-clear', '解除播发中'],
] as const)(
  'a %s on air is called what it is, not a warning',
  async (kind, words) => {
    if (bench.browser === null) return;
    bench.rig.show(calmView(bench.site, { live: [onAir(bench.site, { kind, headline: '刚才是误播' })] }));
    const { page, context } = await openPage(bench.browser, bench.rig.url, 'desk');
    await page.locator('.headline', { hasText: words }).waitFor();
    await page.locator('.now', { hasText: words }).click();
    await page.locator('.air-title', { hasText: words }).waitFor();
    await context.close();
  },
  60_000,
);

test('proof is named in words, and only a technician is shown the door to the raw state', async () => {
  if (bench.browser === null) return;
  const { page, context } = await openPage(bench.browser, bench.rig.url, 'desk');
  await page.locator('.bar .button', { hasText: '输入密码' }).click();
  await enterPin(page);
  await page.locator('.bar .button', { hasText: '李明' }).waitFor();
  await page.locator('.tab').nth(1).click();
  await page.locator('.square', { hasText: '河坝组警报器 2' }).click();
  expect(await page.locator('.detail dd').last().innerText()).toContain('电流');
  expect(await page.getByText('原始状态').count()).toBe(0);
  await page.locator('.bar .button', { hasText: '锁定' }).click();
  await page.locator('.bar .button', { hasText: '输入密码' }).click();
  await enterPin(page, 2);
  await page.locator('.bar .button', { hasText: '陈工' }).waitFor();
  await page.locator('.tab').nth(1).click();
  await page.getByText('原始状态').waitFor();
  await context.close();
}, 60_000);
