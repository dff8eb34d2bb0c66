import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import type { LiveView, SiteView } from '../../src/console/view.ts';
import { createActions, createStore } from '../../src/console/web/actions.ts';
import { emptyModel, staleAfterMs, type Model } from '../../src/console/web/model.ts';
import { coachWord } from '../../src/console/web/practice.ts';
import { pageWords } from '../../src/words/text/page.ts';
import { calmView, exampleSite } from './rig.ts';
import { onAir, scenes } from './scenes.ts';

let site: SiteView;

beforeAll(async () => {
  site = await exampleSite();
});
afterEach(() => void vi.unstubAllGlobals());

/** Somebody looks at the made-up alarm that he has begun, and the box shows this. */
const practising = (live: LiveView, more: Partial<Model> = {}): Model => ({
  ...{ ...emptyModel, site, live, now: 10_000, gotAt: 9_000, linked: true, place: 'air' },
  ...{ practice: { startedAt: 8_000, stoppedAt: null }, knownActual: live.live.map(({ id }) => id) },
  ...more,
});

/** The page after one touch of the stop, and what it asked of the box. */
const afterStop = async (model: Model): Promise<{ readonly now: Model; readonly asked: readonly string[] }> => {
  const store = createStore(model, () => undefined);
  const asked: string[] = [];
  vi.stubGlobal('fetch', (path: string) => {
    asked.push(path);
    return Promise.resolve({ json: () => Promise.resolve({ ok: true, recorded: true }) });
  });
  createActions(store).stop();
  await vi.waitFor(() => expect(store.get().busy).toBeNull());
  return { now: store.get(), asked };
};

const real: readonly (readonly [string, () => Model])[] = [
  ['a real warning is on air', () => practising(scenes.air(site))],
  ['a real warning waits its turn', () => practising(calmView(site, { live: [onAir(site, { state: 'queued' })] }))],
  ['a drill of the village is on air', () => practising(scenes.drill(site))],
  ['routine is on air', () => practising(calmView(site, { live: [onAir(site, { class: 'routine' })] }))],
  ['the state is old', () => practising(calmView(site), { now: 9_000 + staleAfterMs + 1 })],
  ['the page has lost the box', () => practising(calmView(site), { linked: false })],
  ['nothing is known of the box', () => practising(calmView(site), { live: null })],
  [
    'a loudspeaker may sound',
    () => {
      const { terminals, ...calm } = calmView(site);
      return practising({ ...calm, terminals: terminals.map((one) => ({ ...one, sounding: 'unknown' })) });
    },
  ],
];

describe.each(real)('while somebody practises and %s,', (_, begun) => {
  test('one touch of the stop reaches the box and ends the made-up alarm too', async () => {
    const { now, asked } = await afterStop(begun());
    expect(asked).toEqual(['/api/stop']);
    expect(now).toMatchObject({ practice: null, notice: { zh: pageWords.stopped.zh } });
  });

  test('nobody is told to try the stop: it is said that it would be real', () => {
    expect(coachWord(begun())).toBe('practiceReal');
  });
});

test('who stops what sounds for real from practice is shown what he stopped', async () => {
  expect((await afterStop(practising(scenes.air(site)))).now.place).toBe('air');
});

test('while nothing sounds for real, the stop ends the made-up alarm alone', async () => {
  const model = practising(calmView(site));
  expect(coachWord(model)).toBe('practiceAir');
  const { now, asked } = await afterStop(model);
  expect(asked).toEqual([]);
  expect(now.practice).toEqual({ startedAt: 8_000, stoppedAt: 10_000 });
  expect(coachWord(now)).toBe('practiceStopped');
});
