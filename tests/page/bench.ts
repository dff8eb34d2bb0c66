import type { Browser } from 'playwright-core';
import type { SiteView } from '../../src/console/view.ts';
import { needs } from '../support/needs.ts';
import { chromiumPath, fontPath, openBrowser } from './browser.ts';
import { exampleSite, startRig, type PageRig } from './rig.ts';

/** The example site behind a page that is served, and a browser to look at it; null where the machine has none. */
export interface PageBench {
  readonly site: SiteView;
  readonly rig: PageRig;
  readonly browser: Browser | null;
}

export const openBench = async (): Promise<PageBench> => {
  const site = await exampleSite();
  const rig = await startRig(site);
  const isThere = needs('chromium', chromiumPath) && needs('fonts-noto-cjk', fontPath);
  return { site, rig, browser: isThere ? await openBrowser() : null };
};

export const closeBench = async ({ rig, browser }: PageBench): Promise<void> => {
  await browser?.close();
  await rig.close();
};
