import { beforeAll, describe, expect, test } from 'vitest';
import type { LiveView, SiteView } from '../../src/console/view.ts';
import { emptyModel, reduce, type Act, type Model } from '../../src/console/web/model.ts';
import { pageWords } from '../../src/words/text/page.ts';
import { calmView, exampleSite } from './rig.ts';
import { scenes } from './scenes.ts';

let site: SiteView;
let calm: Model;
const all = (model: Model, ...acts: readonly Act[]): Model => acts.reduce(reduce, model);
const seen = (now: number, live: LiveView): Act => ({ act: 'live', live, ageMs: 0, now });

beforeAll(async () => {
  site = await exampleSite();
  calm = all(emptyModel, { act: 'site', site }, seen(1_000, calmView(site)));
});

describe('what was told of a touch', () => {
  const stopped = { act: 'notice', notice: { kind: 'good', ...pageWords.stopped } } as const;
  test('goes when a new warning sounds, if it was that something is stopped', () => {
    const after = all(calm, stopped, seen(2_000, scenes.air(site)));
    expect(after.notice).toBeNull();
    const same = all(calm, seen(2_000, scenes.air(site)), stopped, seen(3_000, scenes.air(site)));
    expect(same.notice).toEqual(stopped.notice);
    const refused = { kind: 'bad', zh: '未执行', en: 'refused' } as const;
    const unrecorded = { kind: 'good', ...pageWords.notRecorded } as const;
    for (const notice of [refused, unrecorded])
      expect(all(calm, { act: 'notice', notice }, seen(2_000, scenes.air(site))).notice).toEqual(notice);
  });
});
