import type { LiveView, SiteView } from '../view.ts';
import { codeOnce } from './code-once.ts';
import type { Notice, Person } from './model.ts';

/** What the box said, or why it could not be asked. */
export type Said =
  | { readonly ok: true; readonly body: Readonly<Record<string, unknown>> }
  | { readonly ok: false; readonly code: string; readonly notice: Notice };

const lost: Said = {
  ok: false,
  code: 'page-lost',
  notice: {
    kind: 'bad',
    zh: '连不上本机，请再试；停止请用面板按钮',
    en: 'the box cannot be reached; try again, or stop by the button of the panel',
  },
};

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
const withinMs = 15_000;

let csrf = '';

/** Asks the box; POST when there is a body. It never throws. */
export const ask = async (path: string, body?: object): Promise<Said> => {
  try {
    const headers = { 'content-type': 'application/json', 'x-mingluo': 'page', 'x-csrf': csrf };
    const how = body === undefined ? {} : { method: 'POST', headers, body: JSON.stringify(body) };
    const reply = await fetch(path, { ...how, signal: AbortSignal.timeout(withinMs), credentials: 'same-origin' });
    const said: unknown = await reply.json();
    if (!isObject(said)) return lost;
    if (said['ok'] === true) return { ok: true, body: said };
    const words = codeOnce({ zh: textOf(said['zh']), en: textOf(said['en']) });
    const notice: Notice = { kind: 'bad', ...words };
    return { ok: false, code: textOf(said['code']), notice };
  } catch {
    return lost;
  }
};

const personIn = (said: Said): Person | null => {
  if (!said.ok) return null;
  csrf = textOf(said.body['csrf']);
  const { person } = said.body;
  // The box's own page process wrote this.
  return isObject(person) ? ({ ...person } as Person & Record<string, unknown>) : null;
};

/** Who is logged in; keeps the token that later requests carry. */
export const whoAmI = async (): Promise<Person | null> => personIn(await ask('/api/session'));

export const login = async (
  person: string,
  pin: string,
): Promise<{ readonly person: Person | null; readonly said: Said }> => {
  const said = await ask('/api/login', { person, pin });
  return { said, person: personIn(said) };
};

export const loadSite = async (): Promise<SiteView | null> => {
  const said = await ask('/api/site');
  // The box's own page process wrote this, from its own configuration.
  return said.ok && isObject(said.body['site']) ? (said.body['site'] as SiteView & Record<string, unknown>) : null;
};

export interface Watching {
  readonly live: (live: LiveView | null, ageMs: number) => void;
  readonly linked: (linked: boolean) => void;
}

const againMs = { first: 500, longest: 5_000 } as const;
/** A connection that is open and says nothing is no connection. */
const silentMs = 6_000;

/** Watches the box over a WebSocket for as long as the page lives; an older message never follows a newer one. */
export const watchBox = ({ live, linked }: Watching): void => {
  let waitMs: number = againMs.first;
  const begin = (): void => {
    const socket = new WebSocket(`${location.origin.replace(/^http/, 'ws')}/live`);
    let sequence = 0;
    let quiet = window.setTimeout(() => socket.close(), silentMs);
    socket.onmessage = ({ data }: MessageEvent<unknown>) => {
      clearTimeout(quiet);
      quiet = window.setTimeout(() => socket.close(), silentMs);
      const message: unknown = typeof data === 'string' ? JSON.parse(data) : null;
      if (!isObject(message) || typeof message['sequence'] !== 'number' || message['sequence'] <= sequence) return;
      sequence = message['sequence'];
      waitMs = againMs.first;
      linked(true);
      const state = message['live'];
      live(isObject(state) ? (state as LiveView & Record<string, unknown>) : null, Number(message['ageMs']));
    };
    socket.onclose = () => {
      clearTimeout(quiet);
      linked(false);
      window.setTimeout(begin, waitMs);
      waitMs = Math.min(againMs.longest, waitMs * 2);
    };
  };
  begin();
};
