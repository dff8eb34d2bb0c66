import { expect, test } from 'vitest';
import { openPage } from './browser.ts';
import { benchOfFile } from './bench.ts';
import { calmView } from './rig.ts';

const bench = benchOfFile();

test('a page that stays open over the restart of its box offers what the box has now', async () => {
  if (bench.browser === null) return;
  const { site, rig } = bench;
  const { page, context } = await openPage(bench.browser, rig.url, 'phone');
  const [first, ...others] = site.plans;
  if (first === undefined) throw new Error('no plan');
  await page.locator('.tile', { hasText: first.name.zh }).waitFor();
  const renamed = { ...site, plans: [{ ...first, name: { zh: '水库泄洪转移', en: 'reservoir: move' } }, ...others] };
  // While the box starts, there is nothing of it to be shown.
  rig.showNothing();
  await page.locator('.headline.stale').waitFor();
  rig.startAnew(renamed, calmView(site, { boot: 'b00t-2' }));
  await page.locator('.tile', { hasText: '水库泄洪转移' }).waitFor({ timeout: 10_000 });
  expect(await page.locator('.tile', { hasText: first.name.zh }).count()).toBe(0);
  await context.close();
}, 60_000);
