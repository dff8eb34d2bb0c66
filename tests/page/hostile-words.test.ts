import { expect, test } from 'vitest';
import { openPage } from './browser.ts';
import { benchOfFile } from './bench.ts';
import { calmView, type PageRig } from './rig.ts';
import { onAir } from './scenes.ts';

const bench = benchOfFile();

/** Each of them would leave a mark on the page if it were taken for more than words. */
const words = [
  '<script>window.hurt=1</script>',
  '<img src=x onerror="window.hurt=1">',
  '"><svg onload=window.hurt=1>',
  '</title><iframe srcdoc="<script>parent.hurt=1</script>">',
  'javascript:window.hurt=1',
  '{{constructor.constructor("window.hurt=1")()}}',
  '<a href="//evil.example/" style="position:fixed;inset:0">转移</a>',
  '<style>*{display:none}</style><link rel=stylesheet href=//evil.example/x.css>',
];

/** The same words wherever a centre, a terminal or an error can put any. */
const everywhere = (word: string): Parameters<PageRig['show']>[0] =>
  calmView(bench.site, {
    live: [
      onAir(bench.site, {
        ...{ id: word, trace: word, alert: word, source: word, isLocal: false, headline: word, text: word, plan: word },
        results: onAir(bench.site).results.map((result) => ({ ...result, reason: word, unit: word })),
      }),
    ],
    ended: [
      onAir(bench.site, { id: 'e', headline: word, text: word, source: word, state: 'ended', endedAgoMs: 5_000 }),
    ],
    troubles: [{ code: word, words: { zh: word, en: word } }],
    terminals: calmView(bench.site).terminals.map((terminal) => ({ ...terminal, health: 'lost', reason: word })),
    ...{ boot: word, software: word },
  });

test('no text that a centre, a terminal or a failure can bring becomes more than text on any screen', async () => {
  if (bench.browser === null) return;
  bench.rig.show(calmView(bench.site));
  const { page, context, faults } = await openPage(bench.browser, bench.rig.url, 'desk');
  const scripts = await page.locator('script').count();
  const look = async (word: string, where: string): Promise<void> => {
    const marks = await page.locator('img[src="x"], iframe, svg[onload], a[href*="evil"], link[href*="evil"]').count();
    const hurt: unknown = await page.evaluate('window.hurt ?? 0');
    expect([word, where, marks, hurt]).toEqual([word, where, 0, 0]);
    expect(await page.locator('script').count()).toBe(scripts);
  };
  for (const word of words) {
    bench.rig.show(everywhere(word));
    await page.getByText(word, { exact: false }).first().waitFor();
    await look(word, 'an order from above');
    bench.rig.show({ ...everywhere(word), live: [] });
    await page.locator('.tile').first().waitFor();
    await look(word, 'the first screen');
  }
  expect(faults).toEqual([]);
  await context.close();
}, 120_000);
