import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Centre } from '../../emulator/centre/centre.ts';
import { servePage } from '../../emulator/centre/http.ts';
import { axeFindings, chromiumPath, fontPath, isTooWide, openBrowser, sizes, type Size } from '../page/browser.ts';
import { needs } from '../support/needs.ts';
import type { ScriptedBox } from './scripted-box.ts';
import { cleanUp, connectBox, later, startCentre } from './support.ts';

let browser: Browser | null = null;

beforeAll(async () => {
  if (!needs('chromium', chromiumPath) || !needs('fonts-noto-cjk', fontPath)) return;
  browser = await openBrowser();
}, 60_000);
afterEach(cleanUp, 30_000);
afterAll(() => browser?.close(), 30_000);

interface Rig {
  readonly centre: Centre;
  readonly box: ScriptedBox;
  readonly page: Page;
  readonly faults: readonly string[];
}

/** A centre with one box, and its page in a real browser; a fault is an error of the script or a request to elsewhere. */
const openCentre = async (chromium: Browser, size: Size): Promise<Rig> => {
  const centre = await startCentre();
  const box = await connectBox(centre);
  const served = await servePage(centre, 0);
  later(() => served.close());
  const context = await chromium.newContext({ viewport: sizes[size] });
  later(() => context.close());
  const page = await context.newPage();
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('request', (request) => {
    if (!request.url().startsWith(served.url) && !request.url().startsWith('data:')) faults.push(request.url());
  });
  await page.goto(served.url);
  await page.locator('.box.on').waitFor();
  return { centre, box, page, faults };
};

interface Heard {
  readonly class: string;
  readonly body: { readonly kind: string; readonly alertId?: string | null; readonly text?: string };
}

const button = (page: Page, name: string) => page.locator('nav button', { hasText: name });

/** Touches a button and gives what the box heard because of it. */
const touched = async ({ box, page }: Rig, name: string): Promise<Heard> => {
  const before = box.heard.length;
  await button(page, name).click();
  const { envelope } = await box.next('order', before);
  return JSON.parse(String(envelope)) as Heard;
};

const answerOf = (page: Page, text: string) => page.locator('#answer', { hasText: text }).waitFor();

const openAll = async (page: Page): Promise<void> => {
  for (const summary of await page.locator('nav summary').all()) await summary.click();
};

/** How far the stop is from the right and from the lower edge of the screen, in px. */
const cornerOf = async (page: Page, size: Size): Promise<{ readonly right: number; readonly below: number }> => {
  const at = await page.locator('.stop').boundingBox();
  if (at === null) throw new Error('the stop is not drawn');
  return {
    right: Math.round(sizes[size].width - at.x - at.width),
    below: Math.round(sizes[size].height - at.y - at.height),
  };
};

describe.each(['desk', 'phone'] as const)('the page of the practice centre on a %s', (size) => {
  test('its stop stays in the lower right corner, whatever is opened and however far it is scrolled', async () => {
    if (browser === null) return;
    const { page } = await openCentre(browser, size);
    const corner = await cornerOf(page, size);
    expect(Math.max(corner.right, corner.below)).toBeLessThan(40);
    expect(Math.min(corner.right, corner.below)).toBeGreaterThan(0);
    await openAll(page);
    expect(await cornerOf(page, size)).toEqual(corner);
    await page.evaluate('scrollTo(0, document.documentElement.scrollHeight)');
    expect(await page.evaluate('scrollY')).toBeGreaterThan(0);
    expect(await cornerOf(page, size)).toEqual(corner);
    await page.locator('.stop').click({ trial: true });
  }, 60_000);

  test('its stop covers nothing for good: every button, field and line can be brought out from behind it', async () => {
    if (browser === null) return;
    const { page } = await openCentre(browser, size);
    await openAll(page);
    expect(await isTooWide(page)).toBe(false);
    const controls = page.locator('nav button, nav summary, nav input, nav select');
    expect(await controls.count()).toBeGreaterThan(15);
    // A trial looks whether the touch would hit this very control.
    for (const control of await controls.all()) await control.click({ trial: true, timeout: 20_000 });
    await page.evaluate('scrollTo(0, document.documentElement.scrollHeight)');
    const lowest = `document.querySelector('footer').getBoundingClientRect().bottom
      <= document.querySelector('.stop-panel').getBoundingClientRect().top`;
    expect(await page.evaluate(lowest)).toBe(true);
  }, 120_000);

  test('holds to the rules for accessible pages, closed and opened', async () => {
    if (browser === null) return;
    const { page, faults } = await openCentre(browser, size);
    expect(await axeFindings(page)).toEqual([]);
    await openAll(page);
    expect(await axeFindings(page)).toEqual([]);
    expect(faults).toEqual([]);
  }, 60_000);
});

describe('a touch on the page of the practice centre', () => {
  test('on stop stops everything, with one touch and without a question', async () => {
    if (browser === null) return;
    const rig = await openCentre(browser, 'phone');
    const heard = await touched(rig, '停止');
    expect(heard).toMatchObject({ class: 'stop', body: { kind: 'stop', alertId: null } });
    await answerOf(rig.page, `→ ${rig.box.id}`);
    await rig.page.locator('article.order', { hasText: '停止' }).waitFor();
    expect(rig.faults).toEqual([]);
  }, 60_000);

  test('on 更正 says the sentence that stands ready, about the newest alert', async () => {
    if (browser === null) return;
    const rig = await openCentre(browser, 'desk');
    await touched(rig, '推送红色');
    const alert = rig.centre.orders().at(-1);
    await answerOf(rig.page, '推送红色');
    const heard = await touched(rig, '更正');
    expect(heard.body).toMatchObject({ kind: 'correction', alertId: alert?.alertId });
    expect(heard.body.text).toBe('更正：刚才播发的预警是误播，现在没有危险，请大家不要惊慌。');
    await answerOf(rig.page, '更正 · correct the newest alert');
    await rig.page.locator('article.order', { hasText: 'correction' }).waitFor();
    expect(rig.faults).toEqual([]);
  }, 60_000);

  test('on 更正 says the words that were written instead', async () => {
    if (browser === null) return;
    const rig = await openCentre(browser, 'phone');
    await touched(rig, '推送红色');
    await rig.page.locator('summary', { hasText: '更正的话' }).click();
    await rig.page.locator('form[action$=correction] input[name=text]').fill('更正：是演练误发，"请"回家 <b>。');
    expect((await touched(rig, '更正')).body.text).toBe('更正：是演练误发，"请"回家 <b>。');
  }, 60_000);

  test('on 更正 without an alert, or without words, sends nothing and says why in both languages', async () => {
    if (browser === null) return;
    const { box, centre, page } = await openCentre(browser, 'phone');
    await button(page, '更正').click();
    await answerOf(page, 'centre-alert-unknown');
    const told = await page.locator('#answer.trouble').innerText();
    expect(told).toMatch(/^✖ .*[一-龥].* · .*[a-z]/);
    await button(page, '推送红色').click();
    await answerOf(page, '推送红色');
    await page.locator('summary', { hasText: '更正的话' }).click();
    await page.locator('form[action$=correction] input[name=text]').fill('');
    await button(page, '更正').click();
    await answerOf(page, 'centre-input-field');
    expect(centre.orders().map(({ kind }) => kind)).toEqual(['issue']);
    expect(box.heard.filter(({ type }) => type === 'order')).toHaveLength(1);
  }, 60_000);

  test('that no centre answers any more is told, and the words stay', async () => {
    if (browser === null) return;
    const { page } = await openCentre(browser, 'phone');
    await page.locator('summary', { hasText: '更正的话' }).click();
    await page.locator('form[action$=correction] input[name=text]').fill('更正：误播');
    await page.context().setOffline(true);
    await button(page, '更正').click();
    await page.locator('#answer.trouble', { hasText: '中心无应答' }).waitFor();
    expect(await page.locator('form[action$=correction] input[name=text]').inputValue()).toBe('更正：误播');
  }, 60_000);
});
