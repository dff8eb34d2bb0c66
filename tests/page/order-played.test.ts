import { expect, test } from 'vitest';
import { benchOfFile } from './bench.ts';
import { axeFindings, openPage } from './browser.ts';
import { calmView } from './rig.ts';
import { onAir, orderFromAbove } from './scenes.ts';

const bench = benchOfFile();

test('whoever comes after an order was played finds it on the screen, told as played, and answers it with one touch', async () => {
  if (bench.browser === null) return;
  const order = orderFromAbove(bench.site);
  const played = { ...order, ended: 'completed', endedAgoMs: 60_000, state: 'ended', receivedAgoMs: 300_000 } as const;
  bench.rig.show(calmView(bench.site, { ended: [played] }));
  const { page, context } = await openPage(bench.browser, bench.rig.url, 'phone');
  const words = await page.locator('.order').innerText();
  expect(words).toContain('上级指令已播完，还没有人应答');
  expect(words).toContain(order.text);
  expect(words).not.toContain('正在播发');
  expect(await axeFindings(page)).toEqual([]);
  const before = bench.rig.asked.length;
  await page.locator('.heard').click();
  await expect.poll(() => bench.rig.asked.slice(before).map((one) => one.do)).toEqual(['answer']);
  bench.rig.show(calmView(bench.site, { ended: [{ ...played, awaitsAnswer: false }] }));
  await page.locator('.order').waitFor({ state: 'detached' });
  await context.close();
}, 60_000);

test.each([
  ['an order', {}, '上级指令到达，正等待播发，还没有人应答'],
  ['a warning by a sensor', { isBySensor: true }, '传感器触发的预警正等待播发，还没有人应答'],
])(
  '%s that waits behind another is not told as on air, alone or beside one that is',
  async (_, more, title) => {
    if (bench.browser === null) return;
    const waiting = { ...orderFromAbove(bench.site), ...more, id: 'b-8', state: 'queued' } as const;
    bench.rig.show(calmView(bench.site, { live: [waiting] }));
    const { page, context } = await openPage(bench.browser, bench.rig.url, 'phone');
    expect(await page.locator('#order-title').innerText()).toContain(title);
    bench.rig.show(calmView(bench.site, { live: [orderFromAbove(bench.site), waiting] }));
    await expect.poll(() => page.locator('#order-title').innerText()).toContain('2 条');
    expect(await page.locator('#order-title').innerText()).not.toContain('正在播发');
    await context.close();
  },
  60_000,
);

test.each([
  [1, '传感器触发了预警，正在播发'],
  [2, '2 条预警正在播发，还没有人应答'],
])(
  'of %i waiting warnings of which a sensor began one, none is told as an order alone',
  async (count, title) => {
    if (bench.browser === null) return;
    const bySensor = onAir(bench.site, { id: 'b-7', alert: 'local-sensor', source: 'sensor:rain', isBySensor: true });
    bench.rig.show(calmView(bench.site, { live: [bySensor, orderFromAbove(bench.site)].slice(0, count) }));
    const { page, context } = await openPage(bench.browser, bench.rig.url, 'phone');
    const words = await page.locator('.order').innerText();
    expect(words).toContain(title);
    expect(words).toContain('传感器 rain');
    expect(words.includes('上级指令')).toBe(false);
    await context.close();
  },
  60_000,
);
