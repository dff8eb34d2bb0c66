import { pageWords } from '../../words/text/page.ts';
import { reduce, type Act, type Model, type Notice, type Place, type Practice } from './model.ts';
import { mayBeReal } from './practice.ts';
import { ask, loadSite, login, whoAmI, type Said } from './wire.ts';

export type Dispatch = (act: Act) => void;

export interface Actions {
  readonly enter: (person: string, pin: string) => Promise<boolean>;
  readonly lock: () => void;
  readonly start: (isDrill: boolean) => void;
  readonly stop: () => void;
  readonly heard: () => void;
  readonly goOn: (alert: string) => void;
  readonly lift: () => void;
  readonly showRaw: () => void;
  readonly call: () => Promise<Readonly<Record<string, unknown>> | null>;
}

export interface Store {
  readonly get: () => Model;
  readonly dispatch: Dispatch;
}

export const createStore = (first: Model, onChange: () => void): Store => {
  let model = first;
  return {
    get: () => model,
    dispatch: (act) => {
      model = reduce(model, act);
      onChange();
    },
  };
};

const good = (words: { readonly zh: string; readonly en: string }): Notice => ({ kind: 'good', ...words });

/** How a button tells what came of it. */
const teller = ({ dispatch }: Store) => {
  const show = (said: Said): boolean => {
    if (!said.ok) dispatch({ act: 'notice', notice: said.notice });
    else if (said.body['recorded'] === false) dispatch({ act: 'notice', notice: good(pageWords.notRecorded) });
    return said.ok;
  };
  /** A session that is over asks for the PIN and comes back to the same place, with what was typed. */
  const relock = (said: Said, place: Place): boolean => {
    if (said.ok || (said.code !== 'page-locked' && said.code !== 'page-token-refused')) return false;
    dispatch({ act: 'person', person: null });
    dispatch({ act: 'unlock', to: place });
    return true;
  };
  const during = async (busy: NonNullable<Model['busy']>, work: () => Promise<Said>): Promise<Said> => {
    dispatch({ act: 'busy', busy });
    const said = await work();
    dispatch({ act: 'busy', busy: null });
    return said;
  };
  return { show, relock, during };
};

/** In practice a button changes the made-up alarm only; false when this is no practice. */
const practise = ({ get, dispatch }: Store, change: Partial<Practice>): boolean => {
  const { practice } = get();
  if (practice === null) return false;
  dispatch({ act: 'practice', practice: { ...practice, ...change } });
  dispatch({ act: 'go', place: 'air' });
  return true;
};

/** Where a person only looks, or has chosen nothing yet: a stop takes him from there and costs him nothing. */
const onlyLooks: readonly Place[] = ['home', 'events', 'terminals', 'records', 'raw'];

const stopAction = (store: Store) => async (): Promise<void> => {
  const { get, dispatch } = store;
  const { show, during } = teller(store);
  const before = get();
  const { airAt, now, practice, live } = before;
  const isLive = (live?.live.length ?? 0) > 0;
  if (airAt !== null) dispatch({ act: 'withdraw', notice: good(pageWords.withdrawn) });
  const isPractising = practice !== null && practice.startedAt !== null && practice.stoppedAt === null;
  if (isPractising && !mayBeReal(before) && practise(store, { stoppedAt: now })) return;
  if (practice !== null) dispatch({ act: 'practice', practice: null });
  // Beside the other buttons: whatever else is under way, a stop leaves at once, before anything is drawn.
  const sent = ask('/api/stop', {});
  // What was told of an earlier touch is over: nobody may read of this stop that it did not reach the box.
  if (airAt === null) dispatch({ act: 'notice', notice: null });
  // What was stopped, and how to take it back, stands there.
  if (onlyLooks.includes(get().place) && isLive) dispatch({ act: 'go', place: 'air' });
  const said = await during('stop', () => sent);
  if (!show(said)) return;
  const { notice } = get();
  // What was withdrawn was not on air; what else there was is stopped.
  if (notice === null || (isLive && notice.zh === pageWords.withdrawn.zh))
    dispatch({ act: 'notice', notice: good(pageWords.stopped) });
};

/** What makes and ends sound. In practice nothing leaves the page. */
const soundActions = (store: Store): Pick<Actions, 'start' | 'stop' | 'heard' | 'goOn' | 'lift'> => {
  const { get, dispatch } = store;
  const { show, relock, during } = teller(store);
  const stop = stopAction(store);
  // A flag of its own: a warning whose countdown is over waits for no other answer, and is sent once.
  let isStarting = false;
  const start = async (isDrill: boolean): Promise<void> => {
    const { draft, now, widening } = get();
    if (draft === null || isStarting) return;
    if (practise(store, { startedAt: now, stoppedAt: null })) return;
    const { text, ...rest } = draft;
    const words = text.trim() === '' ? null : text.trim();
    const body = { ...rest, text: words, ...(isDrill ? { status: 'drill', typed: widening } : { status: 'actual' }) };
    isStarting = true;
    const said = await during('start', () => ask('/api/start', body));
    isStarting = false;
    if (relock(said, isDrill ? 'drill' : 'confirm')) return;
    if (said.ok) dispatch({ act: 'go', place: 'air' });
    show(said);
  };
  const heard = async (): Promise<void> => {
    const isHeard = show(await during('answer', () => ask('/api/answer', {})));
    // Going elsewhere takes a countdown back: who has heard an order still means his own warning.
    if (isHeard && get().airAt === null) dispatch({ act: 'go', place: 'air' });
  };
  const goOn = async (alert: string): Promise<void> => {
    if (practise(store, { stoppedAt: null })) return;
    const said = await during('continue', () => ask('/api/continue', { alert }));
    if (relock(said, 'air')) return;
    if (said.ok) dispatch({ act: 'notice', notice: null });
    show(said);
  };
  const lift = async (): Promise<void> => {
    const words = get().lift;
    if (words === null || get().busy !== null) return;
    const said = await during('lift', () => ask('/api/lift', { ...words, text: words.text.trim() }));
    if (relock(said, 'lift')) return;
    if (said.ok) dispatch({ act: 'go', place: 'air' });
    show(said);
  };
  return {
    start: (isDrill) => void start(isDrill),
    stop: () => void stop(),
    heard: () => void heard(),
    goOn: (alert) => void goOn(alert),
    lift: () => void lift(),
  };
};

/** What the buttons do. */
export const createActions = (store: Store): Actions => {
  const { dispatch } = store;
  const { show, relock } = teller(store);
  return {
    ...soundActions(store),
    enter: async (id, pin) => {
      dispatch({ act: 'busy', busy: 'login' });
      const { said, person } = await login(id, pin);
      dispatch({ act: 'busy', busy: null });
      if (show(said)) dispatch({ act: 'person', person });
      return said.ok;
    },
    lock: () => {
      void ask('/api/logout', {});
      dispatch({ act: 'person', person: null });
    },
    showRaw: () =>
      void ask('/api/raw').then((said) => {
        if (said.ok) dispatch({ act: 'raw', raw: JSON.stringify(said.body, null, 2) });
        else if (!relock(said, 'raw')) show(said);
      }),
    call: async () => {
      const said = await ask('/api/contacts');
      return said.ok ? said.body : null;
    },
  };
};

/** Loads the site until it is there, and who is logged in. */
export const loadOnce = async (dispatch: Dispatch): Promise<void> => {
  const [site, person] = await Promise.all([loadSite(), whoAmI()]);
  if (person !== null) dispatch({ act: 'person', person });
  if (site === null) window.setTimeout(() => void loadOnce(dispatch), 1_000);
  else dispatch({ act: 'site', site });
};
