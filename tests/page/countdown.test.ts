import { afterEach, expect, test, vi } from 'vitest';
import { createActions, createStore, type Store } from '../../src/console/web/actions.ts';
import { emptyModel, type Draft, type Model } from '../../src/console/web/model.ts';
import { calmView, exampleSite } from './rig.ts';
import { onAir } from './scenes.ts';

const draft: Draft = { plan: 'move-now', zones: ['heba'], severity: 'red', text: '', sirenUnlocked: false };

/** A page on which somebody has held the button while an order from the centre came; what it asks is answered well. */
const pageWithOrder = async (more: Partial<Model> = {}) => {
  const site = await exampleSite();
  const live = calmView(site, { live: [onAir(site, { isLocal: false, awaitsAnswer: true })] });
  const person = { id: 'li-ming', name: '李明', role: 'leader' } as const;
  const store: Store = createStore(
    { ...emptyModel, site, live, person, draft, place: 'confirm', airAt: 3_000, ...more },
    () => undefined,
  );
  const asked: string[] = [];
  vi.stubGlobal('fetch', (path: string) => {
    asked.push(path);
    return Promise.resolve({ json: () => Promise.resolve({ ok: true, recorded: true }) });
  });
  return { store, asked, actions: createActions(store) };
};

const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
};

afterEach(() => void vi.unstubAllGlobals());

test('whoever says that an order was heard does not take back the warning that is about to go on air', async () => {
  const { store, asked, actions } = await pageWithOrder();
  actions.heard();
  await settled();
  expect(asked).toEqual(['/api/answer']);
  expect(store.get().airAt).toBe(3_000);
});

test('a countdown that ends while another answer is still awaited starts the warning', async () => {
  const { asked, actions } = await pageWithOrder({ busy: 'answer', airAt: null });
  actions.start(false);
  await settled();
  expect(asked).toEqual(['/api/start']);
});

test('one start is sent however often it is asked for while its answer is awaited', async () => {
  const { asked, actions } = await pageWithOrder({ airAt: null });
  actions.start(false);
  actions.heard();
  actions.start(false);
  expect(asked).toEqual(['/api/start', '/api/answer']);
  await settled();
});

test('when the answer of a start is there, another warning can be started', async () => {
  const { store, asked, actions } = await pageWithOrder({ airAt: null });
  actions.start(false);
  await settled();
  store.dispatch({ act: 'choose', plan: store.get().site?.plans[0]?.id ?? '', drill: false });
  actions.start(false);
  await settled();
  expect(asked).toEqual(['/api/start', '/api/start']);
});
