import { describe, expect, test } from 'vitest';
import {
  axeFindings,
  isTooWide,
  openPage,
  pictured,
  sameAsKept,
  smallTargets,
  squeezedNames,
  underStop,
} from './browser.ts';
import { benchOfFile } from './bench.ts';
import { scenes } from './scenes.ts';
import { enterPin, walk } from './walk.ts';

const bench = benchOfFile();

describe.each(pictured)('the screens at the size of a %s', (size) => {
  test('look as kept; axe finds nothing; every control is large enough; nothing asks anybody else', async () => {
    if (bench.browser === null) return;
    bench.rig.show(scenes.calm(bench.site));
    const { page, context, faults } = await openPage(bench.browser, bench.rig.url, size);
    for (const [name, scene, go] of walk) {
      bench.rig.show(scenes[scene](bench.site));
      await go(page);
      await page.waitForTimeout(150);
      expect([name, await axeFindings(page)]).toEqual([name, []]);
      expect([name, await smallTargets(page)]).toEqual([name, []]);
      expect([name, await underStop(page)]).toEqual([name, []]);
      expect([name, await isTooWide(page)]).toEqual([name, false]);
      expect([name, await squeezedNames(page)]).toEqual([name, []]);
      await sameAsKept(bench.browser, page, `${size}-${name}`);
    }
    expect(await page.title()).toBe('鸣锣 · mingluo');
    expect(faults).toEqual([]);
    await context.close();
  }, 240_000);

  test('at night they are dark, and axe finds nothing there either', async () => {
    if (bench.browser === null) return;
    bench.rig.show(scenes.night(bench.site));
    const { page, context } = await openPage(bench.browser, bench.rig.url, size, true);
    await page.locator('.headline.island').waitFor();
    expect(await axeFindings(page)).toEqual([]);
    await sameAsKept(bench.browser, page, `${size}-home-dark`);
    bench.rig.show(scenes.air(bench.site));
    await page.locator('.headline.actual').waitFor();
    await page.locator('.now').click();
    await page.locator('.air.is-live').waitFor();
    expect(await axeFindings(page)).toEqual([]);
    await context.close();
  }, 60_000);
});

test('a drill for a second village starts only when its name is written', async () => {
  if (bench.browser === null) return;
  bench.rig.show(scenes.calm(bench.site));
  const { page, context } = await openPage(bench.browser, bench.rig.url, 'desk');
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
  expect(bench.rig.asked.at(-1)).toMatchObject({ do: 'trigger', status: 'drill', zones: ['heba', 'shangba'] });
  await context.close();
}, 60_000);
