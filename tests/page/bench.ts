import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import type { SiteView } from '../../src/console/view.ts';
import { needs } from '../support/needs.ts';
import { chromiumPath, fontPath, openBrowser } from './browser.ts';
import { calmView, exampleSite, startRig, type PageRig } from './rig.ts';

/** The example site behind a page that is served, and a browser to look at it; null where the machine has none. */
export interface PageBench {
  readonly site: SiteView;
  readonly rig: PageRig;
  readonly browser: Browser | null;
}

const openBench = async (): Promise<PageBench> => {
  const site = await exampleSite();
  const rig = await startRig(site);
  const isThere = needs('chromium', chromiumPath) && needs('fonts-noto-cjk', fontPath);
  return { site, rig, browser: isThere ? await openBrowser() : null };
};

/** For the tests of one file: opened before them, calm before each, closed behind them. Read only within a test. */
export const benchOfFile = (): PageBench => {
  let bench: PageBench | null = null;
  const open = (): PageBench => {
    if (bench === null) throw new Error('the bench is not open yet');
    return bench;
  };
  beforeAll(async () => {
    bench = await openBench();
  }, 60_000);
  afterAll(async () => {
    await bench?.browser?.close();
    await bench?.rig.close();
  }, 60_000);
  beforeEach(() => open().rig.show(calmView(open().site)));
  return {
    get site() {
      return open().site;
    },
    get rig() {
      return open().rig;
    },
    get browser() {
      return open().browser;
    },
  };
};
