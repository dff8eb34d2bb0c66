import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { cutDoors, sizes, stopStopwatch } from './browser.ts';
import { pin } from './rig.ts';
import type { scenes } from './scenes.ts';

export const enterPin = async (page: Page, person = 0): Promise<void> => {
  await page.locator('.person').nth(person).click();
  for (const digit of pin) await page.locator('.digit', { hasText: digit }).first().click();
};
/** There one scrolls to the doors. */
const isShort = (page: Page): boolean => (page.viewportSize()?.height ?? 0) < 600;

const tab = (page: Page, index: number): Promise<void> => page.locator('.tab').nth(index).click();

let letCountdownGoOn: () => Promise<void> = () => Promise.resolve();

/** Each screen, what the box shows, and how one gets there; the walk goes from one to the next. */
export const walk: readonly (readonly [string, keyof typeof scenes, (page: Page) => Promise<unknown>])[] = [
  [
    'home',
    'calm',
    async (page) => {
      await page.locator('.headline.calm').waitFor();
      // Each tile says the level that a touch begins with, also where the plan may have any.
      const levels = await page.locator('.tile .badge').allInnerTexts();
      expect(levels.map((text) => text.slice(0, 2))).toEqual(['红色', '橙色', '红色', '橙色', '蓝色', '红色']);
      if (!isShort(page)) expect(await cutDoors(page)).toEqual([]);
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
