import { pageWords } from '../../words/text/page.ts';
import { reduce, type Act, type Model, type Notice, type Place } from './model.ts';
import { ask, loadSite, login, whoAmI, type Said } from './wire.ts';

export type Dispatch = (act: Act) => void;

export interface Actions {
  readonly enter: (person: string, pin: string) => Promise<boolean>;
  readonly lock: () => void;
  readonly start: (isDrill: boolean) => void;
  readonly stop: () => void;
  readonly heard: () => void;
  readonly goOn: () => void;
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

/** What the buttons do. In practice nothing leaves the page. */
export const createActions = ({ get, dispatch }: Store): Actions => {
  const show = (said: Said): boolean => {
    if (!said.ok) dispatch({ act: 'notice', notice: said.notice });
    else if (said.body['recorded'] === false) dispatch({ act: 'notice', notice: good(pageWords.notRecorded) });
    return said.ok;
  };
  /** A session that is over asks for the PIN and comes back to the same place, with what was typed. */
  const relock = (said: Said, place: Place): boolean => {
    if (said.ok || (said.code !== 'page-locked' && said.code !== 'page-token-refused')) return false;
    dispatch({ act: 'person', person: null });
    dispatch({ act: 'go', place });
    return true;
  };
  const during = async (busy: NonNullable<Model['busy']>, work: () => Promise<Said>): Promise<Said> => {
    dispatch({ act: 'busy', busy });
    const said = await work();
    dispatch({ act: 'busy', busy: null });
    return said;
  };
  const practise = (change: { readonly startedAt?: number | null; readonly stoppedAt?: number | null }): boolean => {
    const { practice } = get();
    if (practice === null) return false;
    dispatch({ act: 'practice', practice: { ...practice, ...change } });
    dispatch({ act: 'go', place: 'air' });
    return true;
  };

  const start = async (isDrill: boolean): Promise<void> => {
    const { draft, now } = get();
    if (draft === null || get().busy !== null) return;
    if (practise({ startedAt: now, stoppedAt: null })) return;
    const { text, ...rest } = draft;
    const status = isDrill ? 'drill' : 'actual';
    const said = await during('start', () =>
      ask('/api/start', { ...rest, status, text: text.trim() === '' ? null : text.trim() }),
    );
    if (relock(said, isDrill ? 'drill' : 'confirm')) return;
    if (said.ok) dispatch({ act: 'go', place: 'air' });
    show(said);
  };
  const stop = async (): Promise<void> => {
    const { airAt, now, practice } = get();
    if (airAt !== null) dispatch({ act: 'withdraw', notice: good(pageWords.withdrawn) });
    if (practice !== null && practice.startedAt !== null && practice.stoppedAt === null) {
      practise({ stoppedAt: now });
      return;
    }
    if (practice !== null) dispatch({ act: 'practice', practice: null });
    // Outside the queue of other buttons: whatever else is under way, a stop leaves at once.
    dispatch({ act: 'busy', busy: 'stop' });
    const said = await ask('/api/stop', {});
    dispatch({ act: 'busy', busy: null });
    if (show(said) && get().notice === null) dispatch({ act: 'notice', notice: good(pageWords.stopped) });
  };
  const heard = async (): Promise<void> => {
    const said = await during('answer', () => ask('/api/answer', {}));
    if (show(said)) dispatch({ act: 'go', place: 'air' });
  };
  const goOn = async (): Promise<void> => {
    if (practise({ stoppedAt: null })) return;
    const said = await during('continue', () => ask('/api/continue', {}));
    if (!relock(said, 'air')) show(said);
  };
  return {
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
    start: (isDrill) => void start(isDrill),
    stop: () => void stop(),
    heard: () => void heard(),
    goOn: () => void goOn(),
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
