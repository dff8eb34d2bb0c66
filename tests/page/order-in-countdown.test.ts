import { expect, test } from 'vitest';
import { openPage, stopStopwatch } from './browser.ts';
import { benchOfFile } from './bench.ts';
import { calmView } from './rig.ts';
import { scenes } from './scenes.ts';
import { enterPin } from './walk.ts';

const bench = benchOfFile();

test('a warning about to go on air can be withdrawn though an order comes: the order covers the page behind it', async () => {
  if (bench.browser === null) return;
  bench.rig.show(calmView(bench.site));
  const { page, context } = await openPage(bench.browser, bench.rig.url, 'phone');
  await page.locator('.tile').first().click();
  await enterPin(page);
  await page.locator('.hold').waitFor();
  await stopStopwatch(page);
  await page.locator('.hold').focus();
  await page.keyboard.down('Enter');
  await page.locator('.countdown').waitFor();
  await page.keyboard.up('Enter');
  bench.rig.show(scenes.order(bench.site));
  // The page knows of it: it stands on the screen below.
  await page.locator('.live-band').waitFor();
  expect(await page.locator('.order').count()).toBe(0);
  await page.locator('.withdraw').click();
  await page.locator('.order').waitFor();
  expect(await page.locator('.countdown').count()).toBe(0);
  expect(bench.rig.asked.filter((one) => one.do === 'trigger')).toEqual([]);
  await context.close();
}, 60_000);
