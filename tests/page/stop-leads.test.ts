import { afterEach, expect, test, vi } from 'vitest';
import { createActions, createStore } from '../../src/console/web/actions.ts';
import { emptyModel, type Place } from '../../src/console/web/model.ts';
import { calmView, exampleSite } from './rig.ts';
import { onAir } from './scenes.ts';

afterEach(() => void vi.unstubAllGlobals());

/** Where a page is after the stop was touched in a place, and what it asked. */
const afterStop = async (place: Place, isOnAir = true): Promise<{ readonly at: Place; readonly asked: string[] }> => {
  const site = await exampleSite();
  const live = calmView(site, isOnAir ? { live: [onAir(site)] } : {});
  const store = createStore({ ...emptyModel, site, live, place }, () => undefined);
  const asked: string[] = [];
  vi.stubGlobal('fetch', (path: string) => {
    asked.push(path);
    return Promise.resolve({ json: () => Promise.resolve({ ok: true, recorded: true }) });
  });
  createActions(store).stop();
  return { at: store.get().place, asked };
};

test.each(['home', 'events', 'terminals', 'records', 'raw'] as const)(
  'a stop touched on the %s screen leads to what it stopped: nothing chosen is lost there',
  async (place) => expect(await afterStop(place)).toEqual({ at: 'air', asked: ['/api/stop'] }),
);

test.each(['confirm', 'lift', 'drill', 'pin'] as const)(
  'a stop touched on the %s screen leaves what was chosen or typed there',
  async (place) => expect(await afterStop(place)).toEqual({ at: place, asked: ['/api/stop'] }),
);

test('a stop while nothing is on air leads nowhere', async () => {
  expect(await afterStop('records', false)).toEqual({ at: 'records', asked: ['/api/stop'] });
});
