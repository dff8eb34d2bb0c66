import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import axe from 'axe-core';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { expect } from 'vitest';

export const sizes = {
  desk: { width: 1280, height: 800 },
  phone: { width: 390, height: 844 },
  'touch panel of seven inches': { width: 800, height: 480 },
  'phone on its side': { width: 844, height: 390 },
  'small phone on its side': { width: 667, height: 375 },
  'very small phone on its side': { width: 568, height: 320 },
} as const;
export type Size = keyof typeof sizes;
/** Of these pictures are kept. */
export const pictured = ['desk', 'phone'] as const satisfies readonly Size[];
/** Little height: what stands at the foot of a large screen would cover what is read. */
export const short = [
  'touch panel of seven inches',
  'phone on its side',
  'small phone on its side',
  'very small phone on its side',
] as const satisfies readonly Size[];

export const chromiumPath = '/usr/bin/chromium';
export const fontPath = '/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc';

export const openBrowser = (): Promise<Browser> =>
  chromium.launch({ executablePath: chromiumPath, args: ['--no-sandbox', '--force-device-scale-factor=1'] });

/** A page of one size that fails the test on any request to elsewhere and on any error of its script. */
export const openPage = async (
  browser: Browser,
  url: string,
  size: Size,
  dark = false,
): Promise<{ readonly page: Page; readonly context: BrowserContext; readonly faults: readonly string[] }> => {
  const context = await browser.newContext({ viewport: sizes[size], colorScheme: dark ? 'dark' : 'light' });
  const page = await context.newPage();
  const faults: string[] = [];
  const { host } = new URL(url);
  page.on('request', (request) => {
    const asked = new URL(request.url());
    if (asked.host !== host && asked.protocol !== 'data:') faults.push(`request to ${request.url()}`);
  });
  page.on('websocket', (socket) => {
    if (new URL(socket.url()).host !== host) faults.push(`socket to ${socket.url()}`);
  });
  page.on('pageerror', (error) => faults.push(error.message));
  await page.goto(url);
  await page.locator('.tile').first().waitFor();
  return { page, context, faults };
};

/**
 * Stops the page's own stopwatch: a countdown then lasts as long as a slow machine needs to look at it or to touch it. What
 * is given lets the stopwatch go on from where it stood.
 */
export const stopStopwatch = async (page: Page): Promise<() => Promise<void>> => {
  await page.evaluate('{ const at = performance.now(); performance.now = () => at; }');
  const goOn = `{
    const real = () => Performance.prototype.now.call(performance);
    const lost = real() - performance.now();
    performance.now = () => real() - lost;
  }`;
  return async () => {
    await page.evaluate(goOn);
  };
};

/** What axe finds on the page as it is now, by the rules of WCAG 2.2 AA; one line a finding. */
export const axeFindings = async (page: Page): Promise<readonly string[]> => {
  // Not added to the page itself: its own rules forbid inline scripts.
  await page.evaluate(axe.source);
  const run = `axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] })
    .then(({ violations }) => violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => id + ' ' + target + ' ' + failureSummary)))`;
  const found: unknown = await page.evaluate(run);
  return Array.isArray(found) ? found.map(String) : ['axe gave no list'];
};

/** Every control is at least 64 px each way, the stop 96; smaller ones by name. */
export const smallTargets = async (page: Page): Promise<readonly string[]> => {
  const look = `[...document.querySelectorAll('button, a, textarea')]
    .map((one) => ({ name: one.className + ' ' + one.textContent.slice(0, 20), box: one.getBoundingClientRect(), stop: one.className === 'stop' }))
    .filter(({ box, stop }) => box.width > 0 && Math.min(box.width, box.height) < (stop ? 96 : 63.5))
    .map(({ name, box }) => name + ' ' + Math.round(box.width) + 'x' + Math.round(box.height))`;
  const found: unknown = await page.evaluate(look);
  return Array.isArray(found) ? found.map(String) : ['no list'];
};

/**
 * What a finger on the stop would touch if the stop were not there, wherever the page is scrolled to: nothing. Half of such a
 * thing would stand beside the stop, and a thumb that missed it would silence a warning.
 */
export const underStop = async (page: Page): Promise<readonly string[]> => {
  const look = `(() => {
    const stop = document.querySelector('.stop');
    const { left, top, right, bottom } = stop.getBoundingClientRect();
    const found = new Set();
    const feel = () => {
      for (let x = left - 3; x < right + 4; x += 6) for (let y = top - 3; y < bottom + 4; y += 6) {
        const touched = document.elementFromPoint(x, y)?.closest('button, a, textarea');
        if (touched) found.add(touched.className + ' ' + touched.textContent.slice(0, 20));
      }
    };
    stop.style.pointerEvents = 'none';
    for (const one of [document.scrollingElement, ...document.querySelectorAll('.order, .order *, .countdown')]) {
      const before = one.scrollTop;
      for (let at = 0; at <= one.scrollHeight - one.clientHeight; at += 30) {
        one.scrollTop = at;
        feel();
      }
      one.scrollTop = before;
    }
    stop.style.pointerEvents = '';
    return [...found];
  })()`;
  const found: unknown = await page.evaluate(look);
  return Array.isArray(found) ? found.map(String) : ['no list'];
};

/** Of what matches, what cannot be brought into full view by scrolling: something always stands before a part of it. */
export const neverSeenWhole = async (page: Page, selector: string): Promise<readonly string[]> => {
  const look = `(() => {
    const isWhole = (one) => {
      const { left, top, right, bottom } = one.getBoundingClientRect();
      if (top < 0 || left < 0 || bottom > innerHeight || right > innerWidth) return false;
      return [left + 6, (left + right) / 2, right - 6].every((x) => [top + 6, (top + bottom) / 2, bottom - 6].every((y) => {
        const hit = document.elementFromPoint(x, y);
        return hit !== null && (one.contains(hit) || hit.contains(one));
      }));
    };
    const all = [...document.querySelectorAll('${selector}')];
    const before = scrollY;
    const hidden = all.filter((one) => !['center', 'start', 'end'].some((block) => {
      one.scrollIntoView({ block });
      return isWhole(one);
    }));
    scrollTo(0, before);
    return all.length === 0 ? ['nothing matches'] : hidden.map((one) => one.className + ' ' + one.textContent.slice(0, 20));
  })()`;
  const found: unknown = await page.evaluate(look);
  return Array.isArray(found) ? found.map(String) : ['no list'];
};

/** Nothing sticks out to the side: a phone never scrolls sideways. */
export const isTooWide = (page: Page): Promise<boolean> =>
  page.evaluate('document.documentElement.scrollWidth > document.documentElement.clientWidth + 1');

/** Names that were given too little room: letters under letters. The picture shows only what is not scrolled away. */
export const squeezedNames = async (page: Page): Promise<readonly string[]> => {
  const look = `[...document.querySelectorAll('.row-name, .on-hatch')]
    .map((one) => ({ name: one.textContent, box: one.getBoundingClientRect() }))
    .filter(({ box }) => box.width > 0 && box.height > 1.2 * box.width)
    .map(({ name, box }) => name + ' ' + Math.round(box.width) + 'x' + Math.round(box.height))`;
  const found: unknown = await page.evaluate(look);
  return Array.isArray(found) ? found.map(String) : ['no list'];
};

const shotsDir = 'tests/page/shots';
/** The doors at the foot of the home screen that the bar below cuts, by their words; nothing was scrolled. */
export const cutDoors = async (page: Page): Promise<readonly string[]> => {
  const run = `(() => {
    const bar = document.querySelector('.tabs').getBoundingClientRect().top;
    return [...document.querySelectorAll('.doors .button')].flatMap((door) =>
      door.getBoundingClientRect().bottom <= bar ? [] : [door.innerText]);
  })()`;
  const cut: unknown = await page.evaluate(run);
  return Array.isArray(cut) ? cut.map(String) : ['?'];
};

/** Fonts differ a little between machines; a screen that was rearranged differs far more. */
const shareMax = 0.06;

/** Pictures that the documents show. */
const documented: Readonly<Record<string, string>> = {
  'desk-home': 'docs/images/page-home.png',
  'desk-air': 'docs/images/page-air.png',
};

const compare = `(pair) => Promise.all(pair.map((data) => new Promise((resolve, reject) => {
  const image = new Image();
  image.onload = () => {
    const canvas = document.createElement('canvas');
    canvas.width = image.width; canvas.height = image.height;
    const context = canvas.getContext('2d');
    context.drawImage(image, 0, 0);
    resolve(context.getImageData(0, 0, image.width, image.height));
  };
  image.onerror = reject;
  image.src = 'data:image/png;base64,' + data;
}))).then(([a, b]) => {
  if (a.width !== b.width || a.height !== b.height) return 1;
  let different = 0;
  for (let at = 0; at < a.data.length; at += 4)
    if (Math.abs(a.data[at] - b.data[at]) + Math.abs(a.data[at + 1] - b.data[at + 1]) + Math.abs(a.data[at + 2] - b.data[at + 2]) > 96) different += 1;
  return different / (a.data.length / 4);
})`;

/**
 * Compares the screen with the picture that is kept, what varies with time left out; with MINGLUO_SHOTS=write it is kept
 * anew. Every picture of a run is also written to the folder named by MINGLUO_SHOTS_TO, as an artefact.
 */
export const sameAsKept = async (browser: Browser, page: Page, name: string): Promise<void> => {
  const varying = (visibility: string): Promise<unknown> =>
    page.evaluate(`document.querySelectorAll('.varies').forEach((one) => { one.style.visibility = '${visibility}' })`);
  const whole = await page.screenshot({ animations: 'disabled', caret: 'hide' });
  await varying('hidden');
  const shot = await page.screenshot({ animations: 'disabled', caret: 'hide' });
  await varying('');
  const file = `${shotsDir}/${name}.png`;
  const shown = documented[name];
  if (shown !== undefined && process.env['MINGLUO_SHOTS'] === 'write') writeFileSync(shown, whole);
  const artefacts = process.env['MINGLUO_SHOTS_TO'];
  if (artefacts !== undefined) {
    mkdirSync(artefacts, { recursive: true });
    writeFileSync(`${artefacts}/${name}.png`, shot);
  }
  if (process.env['MINGLUO_SHOTS'] === 'write') {
    mkdirSync(shotsDir, { recursive: true });
    writeFileSync(file, shot);
    return;
  }
  expect(existsSync(file), `${file} is missing; write it with MINGLUO_SHOTS=write`).toBe(true);
  const context = await browser.newContext();
  const judge = await context.newPage();
  const pair = JSON.stringify([shot.toString('base64'), readFileSync(file).toString('base64')]);
  const share: unknown = await judge.evaluate(`(${compare})(${pair})`);
  await context.close();
  const isSame = typeof share === 'number' && share <= shareMax;
  // Whoever looks for the reason may never see the screen like this again.
  const seen: unknown = isSame ? '' : await page.evaluate('`scrolled ${scrollY}: ${document.body.innerText}`');
  expect(isSame, `${name}: ${String(share)} of the picture differs, ${String(seen)}`).toBe(true);
};
