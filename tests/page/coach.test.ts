import { expect, test } from 'vitest';
import { pageWords } from '../../src/words/text/page.ts';
import { benchOfFile } from './bench.ts';
import { openPage } from './browser.ts';
import { calmView } from './rig.ts';
import { onAir } from './scenes.ts';

const bench = benchOfFile();

test('a newcomer is sent to the stop while only the made-up alarm sounds, and is told that it is real once something real sounds', async () => {
  if (bench.browser === null) return;
  bench.rig.show(calmView(bench.site));
  const { page, context } = await openPage(bench.browser, bench.rig.url, 'desk');
  const coach = page.locator('.coach');
  await page.locator('.doors .wide').first().click();
  await coach.waitFor();
  await page.locator('.tile').first().click();
  await page.locator('.hold').hover();
  await page.mouse.down();
  await page.locator('.countdown').waitFor();
  await page.mouse.up();
  await page.locator('.air.is-live').waitFor();
  expect(await coach.innerText()).toContain(pageWords.practiceAir.zh);
  bench.rig.show(calmView(bench.site, { live: [onAir(bench.site, { class: 'routine' })] }));
  await coach.filter({ hasText: pageWords.practiceReal.zh }).waitFor();
  await context.close();
}, 60_000);
