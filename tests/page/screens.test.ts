import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SiteView } from '../../src/console/view.ts';
import {
  axeFindings,
  cutDoors,
  isTooWide,
  openPage,
  sameAsKept,
  sizes,
  smallTargets,
  squeezedNames,
  stopStopwatch,
  type Size,
} from './browser.ts';
import { closeBench, openBench } from './bench.ts';
import { pin, type PageRig } from './rig.ts';
import { scenes } from './scenes.ts';

let site: SiteView;
let rig: PageRig;
let browser: Browser | null = null;

beforeAll(async () => {
  ({ site, rig, browser } = await openBench());
}, 60_000);
afterAll(() => closeBench({ site, rig, browser }), 60_000);

const enterPin = async (page: Page): Promise<void> => {
  await page.locator('.person').first().click();
  for (const digit of pin) await page.locator('.digit', { hasText: digit }).first().click();
};
const tab = (page: Page, index: number): Promise<void> => page.locator('.tab').nth(index).click();

let letCountdownGoOn: () => Promise<void> = () => Promise.resolve();

/** Each screen, what the box shows, and how one gets there; the walk goes from one to the next. */
const walk: readonly (readonly [string, keyof typeof scenes, (page: Page) => Promise<unknown>])[] = [
  [
    'home',
    'calm',
    async (page) => {
      await page.locator('.headline.calm').waitFor();
      // Each tile says the level that a touch begins with, also where the plan may have any.
      const levels = await page.locator('.tile .badge').allInnerTexts();
      expect(levels.map((text) => text.slice(0, 2))).toEqual(['红色', '橙色', '红色', '橙色', '蓝色', '红色']);
      expect(await cutDoors(page)).toEqual([]);
    },
  ],
  ['home-night', 'night', (page) => page.locator('.headline.island').waitFor()],
  ['pin', 'calm', (page) => page.locator('.tile').first().click()],
  [
    'confirm',
    'night',
    async (page) => {
      await enterPin(page);
      await page.locator('.doubtful').waitFor();
      // Villages by name, loudspeakers, people: what the person confirms stands where it is seen first.
      expect(await page.locator('.reach').innerText()).toMatch(/河坝组、上坝村\s+2 个分区 · 喇叭 3 台[^]*245 人/);
    },
  ],
  [
    'countdown',
    'calm',
    async (page) => {
      letCountdownGoOn = await stopStopwatch(page);
      await page.locator('.hold').focus();
      await page.keyboard.down('Enter');
      await page.locator('.countdown').waitFor();
      await page.keyboard.up('Enter');
    },
  ],
  [
    'withdrawn',
    'calm',
    async (page) => {
      await page.locator('.withdraw').click();
      await letCountdownGoOn();
    },
  ],
  [
    'air',
    'air',
    async (page) => {
      await tab(page, 0);
      await page.locator('.headline.actual').waitFor();
      await page.locator('.now').click();
    },
  ],
  ['stopped', 'stopped', (page) => page.locator('.continue').waitFor()],
  [
    'lift',
    'stopped',
    async (page) => {
      await page.locator('.act-row .button', { hasText: '更正' }).click();
      expect(await page.locator('textarea').inputValue()).toContain('误播');
    },
  ],
  [
    'terminals',
    'night',
    async (page) => {
      await tab(page, 1);
      await page.locator('.square.off').click();
      await page.locator('.phone').waitFor();
    },
  ],
  [
    'records',
    'stopped',
    async (page) => {
      await tab(page, 2);
      await page.locator('.broadcasts li').waitFor();
    },
  ],
  [
    'drill',
    'calm',
    async (page) => {
      await tab(page, 0);
      await page.locator('.drill-door').click();
      await page.locator('.choice').first().click();
      await page.locator('.drill-start').waitFor();
    },
  ],
  [
    'drill-air',
    'drill',
    async (page) => {
      await page.locator('.drill-start').click();
      await page.locator('.air.drill-frame').waitFor();
    },
  ],
  [
    'practice',
    'calm',
    async (page) => {
      await tab(page, 0);
      await page.locator('.doors .wide').first().click();
      await page.locator('.coach').waitFor();
      // On a phone what is explained takes the place; there one scrolls to them.
      if (page.viewportSize()?.width === sizes.desk.width) expect(await cutDoors(page)).toEqual([]);
    },
  ],
  ['order', 'order', (page) => page.locator('.order').waitFor()],
];

describe.each(Object.keys(sizes) as Size[])('the screens at the size of a %s', (size) => {
  test('look as kept; axe finds nothing; every control is large enough; nothing asks anybody else', async () => {
    if (browser === null) return;
    rig.show(scenes.calm(site));
    const { page, context, faults } = await openPage(browser, rig.url, size);
    for (const [name, scene, go] of walk) {
      rig.show(scenes[scene](site));
      await go(page);
      await page.waitForTimeout(150);
      expect([name, await axeFindings(page)]).toEqual([name, []]);
      expect([name, await smallTargets(page)]).toEqual([name, []]);
      expect([name, await isTooWide(page)]).toEqual([name, false]);
      expect([name, await squeezedNames(page)]).toEqual([name, []]);
      await sameAsKept(browser, page, `${size}-${name}`);
    }
    expect(await page.title()).toBe('鸣锣 · mingluo');
    expect(faults).toEqual([]);
    await context.close();
  }, 240_000);

  test('at night they are dark, and axe finds nothing there either', async () => {
    if (browser === null) return;
    rig.show(scenes.night(site));
    const { page, context } = await openPage(browser, rig.url, size, true);
    await page.locator('.headline.island').waitFor();
    expect(await axeFindings(page)).toEqual([]);
    await sameAsKept(browser, page, `${size}-home-dark`);
    rig.show(scenes.air(site));
    await page.locator('.headline.actual').waitFor();
    await page.locator('.now').click();
    await page.locator('.air.is-live').waitFor();
    expect(await axeFindings(page)).toEqual([]);
    await context.close();
  }, 60_000);
});

test('a drill for a second village starts only when its name is written', async () => {
  if (browser === null) return;
  rig.show(scenes.calm(site));
  const { page, context } = await openPage(browser, rig.url, 'desk');
  await page.locator('.drill-door').click();
  await enterPin(page);
  await page.locator('.choice', { hasText: '地质灾害立即转移' }).click();
  expect(await page.locator('.drill-start').isEnabled()).toBe(true);
  await page.locator('.choice', { hasText: '上坝村' }).click();
  expect(await page.locator('.drill-start').isEnabled()).toBe(false);
  expect(await axeFindings(page)).toEqual([]);
  await page.locator('textarea').fill('上坝村');
  expect(await page.locator('.drill-start').isEnabled()).toBe(true);
  // The box asks for the names too: it is told what was typed.
  await page.locator('.drill-start').click();
  await page.locator('.drill-start').waitFor({ state: 'detached' });
  expect(rig.asked.at(-1)).toMatchObject({ do: 'trigger', status: 'drill', zones: ['heba', 'shangba'] });
  await context.close();
}, 60_000);
