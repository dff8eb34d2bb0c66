import { createHash } from 'node:crypto';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { servePage } from '../../emulator/centre/http.ts';
import type { Village } from '../../emulator/start/run-village.ts';
import { receiptsOf, stageIs, startVillage, workdayAt } from '../e2e/box.ts';
import { needs } from '../support/needs.ts';
import { axeFindings, chromiumPath, fontPath, openBrowser, openPage, stopStopwatch } from './browser.ts';

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

/** Two seconds of a steady note, 16-bit mono. */
const note = (): Buffer => {
  const [rate, samples] = [16_000, 32_000];
  const wav = Buffer.alloc(44 + 2 * samples);
  wav.write('RIFF');
  wav.writeUInt32LE(36 + 2 * samples, 4);
  wav.write('WAVEfmt ', 8);
  for (const [at, value] of [
    [16, 16],
    [24, rate],
    [28, 2 * rate],
    [40, 2 * samples],
  ] as const)
    wav.writeUInt32LE(value, at);
  for (const [at, value] of [
    [20, 1],
    [22, 1],
    [32, 2],
    [34, 16],
  ] as const)
    wav.writeUInt16LE(value, at);
  wav.write('data', 36);
  for (let at = 0; at < samples; at += 1)
    wav.writeInt16LE(Math.round(9_000 * Math.sin((2 * Math.PI * 700 * at) / rate)), 44 + 2 * at);
  return wav;
};

const enterPin = async (page: Page): Promise<void> => {
  await page.locator('.person').first().click();
  for (const digit of village.page.pin) await page.locator('.digit', { hasText: digit }).first().click();
};

/** Lets go too early: by a timer of the page, which runs before that of the button on however slow a machine. */
const holdTooShort = async (page: Page): Promise<void> => {
  const letGo = "() => setTimeout(() => hold.dispatchEvent(new PointerEvent('pointerup', { bubbles: true })), 700)";
  await page.evaluate(
    `{ const hold = document.querySelector('.hold'); hold.addEventListener('pointerdown', ${letGo}, { once: true }); }`,
  );
  await page.locator('.hold').hover();
  await page.mouse.down();
  await page.waitForTimeout(1_700);
  await page.mouse.up();
};

/** Holds as long as it takes: until something else stands there. */
const holdUntil = async (page: Page, next: '.countdown' | '.air-title'): Promise<void> => {
  await page.locator('.hold').hover();
  await page.mouse.down();
  await page.locator(next).waitFor();
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
  }, 180_000);

  test('tile, hold, countdown: sound; the page shows who sounded; stop in its corner; go on; stop again', async () => {
    if (browser === null) return;
    const receipts = receiptsOf(village);
    const { page, context, faults } = await openPage(browser, village.page.url, 'desk');
    await page.locator('.tile').first().click();
    await enterPin(page);
    await page.locator('.hold').waitFor();
    await holdTooShort(page);
    expect(await page.locator('.countdown').count()).toBe(0);
    const goOn = await stopStopwatch(page);
    await holdUntil(page, '.countdown');
    await page.locator('.withdraw').click();
    await page.locator('.countdown').waitFor({ state: 'detached' });
    await goOn();
    const heldAt = Date.now();
    await holdUntil(page, '.countdown');
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
    await holdUntil(page, '.air-title');
    const corrected = await receipts.first(
      ({ trace, status, body }) => !known.has(trace) && status === 'actual' && body.stage === 'started',
    );
    // From the stop to the correction on air (ux T4), the typing of a PIN left out.
    expect(Date.now() - wrongAt).toBeLessThan(15_000);
    await page.locator('.air.is-live').waitFor();
    await receipts.first((receipt) => receipt.trace === corrected.trace && receipt.body.stage === 'ended');
    expect(faults).toEqual([]);
    await context.close();
  }, 180_000);

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
  }, 180_000);

  test('a recording that is chosen on the page of the centre reaches the box and its receipts come back there', async () => {
    if (browser === null) return;
    const centrePage = await servePage(village.centre, 0);
    const page = await browser.newPage();
    await page.goto(centrePage.url);
    const panel = page.locator('.panel.actual form', { has: page.locator('input[name=audio]') });
    await panel.locator('summary').click();
    await panel.locator('input[name=headline]').fill('上游来水');
    await panel.locator('input[name=zones]').fill('xuexiao');
    const file = panel.locator('input[name=audio]');
    await file.setInputFiles({ name: 'junk.mp3', mimeType: 'audio/mpeg', buffer: Buffer.alloc(3_000, 7) });
    await panel.locator('button.red').click();
    await page.locator('#answer.trouble', { hasText: 'centre-audio-unknown' }).waitFor();
    const before = village.centre.orders().length;
    const buffer = note();
    await file.setInputFiles({ name: 'warning.wav', mimeType: 'audio/wav', buffer });
    await panel.locator('button.red').click();
    await page.locator('#answer', { hasText: '→ shiling' }).waitFor();
    expect(village.centre.orders()).toHaveLength(before + 1);
    const sha256 = createHash('sha256').update(buffer).digest('hex');
    await page
      .locator('.audio li', { hasText: sha256.slice(0, 12) })
      .filter({ hasText: '已存好' })
      .waitFor();
    const order = page.locator('article.order.actual', { hasText: '上游来水' });
    await order.locator('.receipt.sounded', { hasText: 'xuexiao-speaker-1' }).waitFor({ timeout: 60_000 });
    await page.locator('.stop-panel button').click();
    await order.locator('.receipt.ended').waitFor();
    expect((await order.locator('.tally').innerText()).replaceAll(/\s+/g, '')).toMatch(/应响due(\d+)=/);
    await page.close();
    await centrePage.close();
  }, 180_000);
});
