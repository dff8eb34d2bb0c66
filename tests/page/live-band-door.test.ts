import { beforeAll, expect, test } from 'vitest';
import type { SiteView } from '../../src/console/view.ts';
import { createActions, createStore } from '../../src/console/web/actions.ts';
import { airing } from '../../src/console/web/derive.ts';
import { liveBand } from '../../src/console/web/frame.ts';
import { emptyModel, type Model } from '../../src/console/web/model.ts';
import { calmView, exampleSite } from './rig.ts';
import { onAir } from './scenes.ts';

let site: SiteView;
beforeAll(async () => void (site = await exampleSite()));

test('the band of what sounds beside a warning that is being lifted leads to what it names', () => {
  const [own, beside] = [onAir(site), onAir(site, { id: 'b-7', alert: 'a-7', headline: '河坝滑坡红色预警' })];
  const lift = { what: 'all-clear', alert: own.alert, text: '解除' } as const;
  const person = { id: 'li-ming', name: '李明', role: 'leader' } as const;
  const live = calmView(site, { live: [own, beside] });
  const model: Model = { ...emptyModel, site, person, live, place: 'lift', lift };
  const store = createStore(model, () => undefined);
  const band = liveBand({ model, dispatch: store.dispatch, actions: createActions(store) });
  const door = band?.props as { onClick: () => void } | undefined;
  door?.onClick();
  expect([store.get().place, airing(store.get())?.headline]).toEqual(['air', '河坝滑坡红色预警']);
});
