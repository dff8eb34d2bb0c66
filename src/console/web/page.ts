import { render, type VNode } from 'preact';
import { airScreen } from './air-screen.ts';
import { createActions, createStore, loadOnce, type Actions, type Store } from './actions.ts';
import { drillCorners, drillScreen } from './drill-screen.ts';
import { h, part } from './h.ts';
import { headlineOf } from './derive.ts';
import { header, liveBand, noticeBand, orderScreen, staleBand, stopButton, tabBar } from './frame.ts';
import { RawScreen, recordsScreen, terminalsScreen } from './look-screens.ts';
import { emptyModel, type Model } from './model.ts';
import { button, say, type Ui } from './parts.ts';
import { PinScreen } from './pin-screen.ts';
import { coachWord, practised } from './practice.ts';
import { liftScreen } from './lift-screen.ts';
import { confirmScreen, countdownScreen, eventsScreen, homeScreen } from './start-screens.ts';
import { ask, watchBox } from './wire.ts';

const tickMs = 250;
/** A touch keeps the session alive; told at most this often. */
const touchMs = 60_000;

const screen = (ui: Ui): VNode => {
  switch (ui.model.place) {
    case 'home':
      return homeScreen(ui);
    case 'events':
      return eventsScreen(ui);
    case 'confirm':
      return confirmScreen(ui);
    case 'lift':
      return liftScreen(ui);
    case 'air':
      return airScreen(ui);
    case 'drill':
      return drillScreen(ui);
    case 'terminals':
      return terminalsScreen(ui);
    case 'records':
      return recordsScreen(ui);
    case 'raw':
      return part(RawScreen, ui);
    case 'pin':
      return part(PinScreen, { ui });
  }
};

/** Tells a newcomer what he sees; leaves at once when he wants. */
const coach = ({ model, dispatch }: Ui): VNode | null =>
  model.practice === null
    ? null
    : h(
        'aside',
        { class: 'coach', 'aria-label': '练习 practice' },
        h('b', null, say('practice')),
        h('p', { role: 'status' }, say(coachWord(model))),
        button({ kind: 'small', onPress: () => dispatch({ act: 'practice', practice: null }) }, say('practiceLeave')),
      );

const app = (model: Model, store: Store, actions: Actions): VNode => {
  const ui: Ui = { model: practised(model), dispatch: store.dispatch, actions };
  // What is about to go on air is never hidden while it can still be withdrawn: an order waits these three seconds.
  const covered = countdownScreen(ui) ?? orderScreen({ ...ui, model });
  const kind = headlineOf(ui.model).kind;
  const inDrill = model.drillUntil !== null || (kind === 'drill' && model.place === 'air');
  return h(
    'div',
    { class: 'all' },
    h(
      'div',
      {
        class: `page is-${kind} ${inDrill ? 'in-drill' : ''} ${kind === 'stale' ? 'is-old' : ''}`,
        inert: covered !== null,
      },
      header(ui),
      staleBand(ui),
      noticeBand(ui),
      liveBand({ ...ui, model }),
      coach({ ...ui, model }),
      screen(ui),
      tabBar(ui),
      ...(inDrill ? drillCorners() : []),
    ),
    covered,
    stopButton({ ...ui, model }),
  );
};

const begin = (root: HTMLElement): void => {
  let { place, practice } = emptyModel;
  let boot: string | null = null;
  const draw = (): void => {
    const model = store.get();
    render(app(model, store, actions), root);
    // Another place begins at its top, and so does practice: what is explained stands there.
    if (model.place !== place || (model.practice === null) !== (practice === null)) window.scrollTo(0, 0);
    ({ place, practice } = model);
  };
  const store = createStore(emptyModel, () => draw());
  const actions = createActions(store);
  const { dispatch } = store;
  watchBox({
    live: (live, ageMs) => {
      const known = boot;
      boot = live?.boot ?? known;
      dispatch({ act: 'live', live, ageMs, now: performance.now() });
      // A box that was started again may have another site: its zones and plans are the ones that count.
      if (known !== null && boot !== known) void loadOnce(dispatch);
    },
    linked: (linked) => dispatch({ act: 'linked', linked }),
  });
  window.setInterval(() => {
    dispatch({ act: 'tick', now: performance.now() });
    const { airAt, now } = store.get();
    if (airAt === null || now < airAt) return;
    dispatch({ act: 'aired' });
    actions.start(false);
  }, tickMs);
  let touchedAt = 0;
  document.addEventListener('pointerdown', () => {
    if (store.get().person === null || performance.now() - touchedAt < touchMs) return;
    touchedAt = performance.now();
    void ask('/api/touch', {});
  });
  void loadOnce(dispatch);
  draw();
};

const root = document.getElementById('page');
if (root !== null) begin(root);
