import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Village } from '../../emulator/start/run-village.ts';
import { receiptsOf, stageIs, startVillage, workdayAt } from '../e2e/box.ts';
import { needs } from '../support/needs.ts';
import { axeFindings, chromiumPath, fontPath, openBrowser, openPage } from './browser.ts';

let village: Village;
let browser: Browser | null = null;

beforeAll(async () => {
  if (!needs('chromium', chromiumPath) || !needs('fonts-noto-cjk', fontPath)) return;
  village = await startVillage(workdayAt(9, 0));
  browser = await openBrowser();
  await receiptsOf(village).first(({ at }) => at.trust === 'trusted');
  await village.box.pageIsUp;
}, 90_000);
afterAll(async () => {
  await browser?.close();
  if (browser !== null) await village.close();
}, 30_000);

const enterPin = async (page: Page): Promise<void> => {
  await page.locator('.person').first().click();
  for (const digit of village.page.pin) await page.locator('.digit', { hasText: digit }).first().click();
};

const holdFor = async (page: Page, ms: number): Promise<void> => {
  await page.locator('.hold').hover();
  await page.mouse.down();
  await page.waitForTimeout(ms);
  await page.mouse.up();
};

describe('the page of the emulated village', () => {
  test('a drill starts with a tap behind its own door, and every due terminal is proven', async () => {
    if (browser === null) return;
    const { page, context, faults } = await openPage(browser, village.page.url, 'desk');
    await page.locator('.headline.calm').waitFor();
    await page.locator('.drill-door').click();
    await enterPin(page);
    await page.locator('.choice', { hasText: '地质灾害立即转移' }).click();
    await page.locator('.drill-start').click();
    await page.locator('.air.drill-frame').waitFor();
    const ended = await receiptsOf(village).first(
      (receipt) => receipt.status === 'drill' && receipt.body.stage === 'ended',
    );
    expect(ended.body).toMatchObject({ how: 'completed', due: 2, sounded: 2 });
    await page.locator('.air-title', { hasText: '已播完' }).waitFor();
    expect((await page.locator('.counts').innerText()).replaceAll(/\s+/g, '')).toMatch(/^2应响due=2✔已响/);
    expect(faults).toEqual([]);
    await context.close();
  }, 90_000);

  test('tile, hold, countdown: sound; the page shows who sounded; stop in its corner; go on; stop again', async () => {
    if (browser === null) return;
    const receipts = receiptsOf(village);
    const { page, context, faults } = await openPage(browser, village.page.url, 'desk');
    await page.locator('.tile').first().click();
    await enterPin(page);
    await page.locator('.hold').waitFor();
    await holdFor(page, 700);
    expect(await page.locator('.countdown').count()).toBe(0);
    await holdFor(page, 1_700);
    await page.locator('.withdraw').click();
    expect(await page.locator('.countdown').count()).toBe(0);
    const heldAt = Date.now();
    await holdFor(page, 1_700);
    const sounded = await receipts.first(
      (receipt) => receipt.status === 'actual' && stageIs('terminal', { verdict: 'sounded' })(receipt),
    );
    expect(Date.now() - heldAt).toBeLessThan(15_000);
    await page.locator('.air.is-live .mark.good').first().waitFor();
    expect(await axeFindings(page)).toEqual([]);
    const stoppedAt = Date.now();
    await page.locator('.stop').click();
    await receipts.first((receipt) => receipt.trace === sounded.trace && stageIs('ended', { how: 'stopped' })(receipt));
    expect(Date.now() - stoppedAt).toBeLessThan(5_000);
    await page.locator('.continue.soon').click();
    const again = await receipts.first(
      (receipt) => receipt.trace !== sounded.trace && receipt.status === 'actual' && receipt.body.stage === 'started',
    );
    await page.locator('.air.is-live').waitFor();
    await page.locator('.stop').click();
    await receipts.first((receipt) => receipt.trace === again.trace && stageIs('ended', { how: 'stopped' })(receipt));
    const known = new Set(receipts.all().map(({ trace }) => trace));
    const wrongAt = Date.now();
    await page.locator('.act-row .button', { hasText: '更正' }).click();
    await page.locator('.hold').waitFor();
    await holdFor(page, 1_700);
    const corrected = await receipts.first(
      ({ trace, status, body }) => !known.has(trace) && status === 'actual' && body.stage === 'started',
    );
    // From the stop to the correction on air (ux T4), the typing of a PIN left out.
    expect(Date.now() - wrongAt).toBeLessThan(15_000);
    await page.locator('.air.is-live').waitFor();
    await receipts.first((receipt) => receipt.trace === corrected.trace && receipt.body.stage === 'ended');
    expect(faults).toEqual([]);
    await context.close();
  }, 90_000);

  test('an order from the centre covers the screen until somebody has heard it, without a PIN', async () => {
    if (browser === null) return;
    const { page, context } = await openPage(browser, village.page.url, 'phone');
    const sent = await village.centre.issue({
      ...{ status: 'actual', class: 'emergency', event: '11D02', severity: 'orange', stage: '6h', plan: null },
      ...{ zones: ['heba'], headline: '河坝滑坡橙色预警', text: '请做好转移准备。', sirenUnlocked: false },
    });
    if (!sent.ok) throw new Error(sent.failure.code);
    await page.locator('.order', { hasText: '河坝滑坡橙色预警' }).waitFor();
    expect(await axeFindings(page)).toEqual([]);
    await page.locator('.heard').click();
    const answered = await receiptsOf(village).first(
      (receipt) => receipt.trace === sent.value.id && receipt.body.stage === 'answered',
    );
    expect(answered.body).toMatchObject({ person: 'page-screen', source: 'console' });
    await page.locator('.order').waitFor({ state: 'detached' });
    await page.locator('.stop').click();
    await receiptsOf(village).first(
      (receipt) => receipt.trace === sent.value.id && stageIs('ended', { how: 'stopped' })(receipt),
    );
    await context.close();
  }, 90_000);
});
