import type { VNode } from 'preact';
import { endedWords, pageWords } from '../../words/text/page.ts';
import { h } from './h.ts';
import { ageOfState, ageText, clockText, isStale, sourceOf, terminalsByTrouble, wallNow } from './derive.ts';
import { airDoor, badge, both, button, filled, say, type Ui } from './parts.ts';
import type { BroadcastView } from '../view.ts';
import { isActual, ordersWaiting, type Place } from './model.ts';

const pill = (kind: string, ...children: readonly (VNode | string)[]): VNode =>
  h('span', { class: `pill ${kind}` }, ...children);

const uplinkPill = ({ model }: Ui): VNode | null => {
  const uplink = model.live?.uplink;
  if (uplink === undefined) return null;
  const word = uplink.state === 'connected' ? 'uplinkOn' : uplink.state === 'lost' ? 'uplinkOff' : 'uplinkNone';
  const since = uplink.sinceMs === null ? null : ageText(uplink.sinceMs + (ageOfState(model) ?? 0));
  const shape = uplink.state === 'connected' ? '⇅ ' : uplink.state === 'lost' ? '✕ ' : '– ';
  return pill(
    uplink.state === 'lost' ? 'fault' : '',
    shape,
    say(word),
    since === null ? '' : ' · ',
    since === null ? '' : say('uplinkFor', { age: since }),
  );
};

const terminalsPill = ({ model, dispatch }: Ui): VNode | null => {
  const all = terminalsByTrouble(model);
  if (model.live === null || all.length === 0) return null;
  const bad = all.filter(({ look }) => look.tone === 'fault' || look.tone === 'off' || look.tone === 'unknown');
  const count = `${bad.length > 0 ? '▲ ' : '● '}${all.length - bad.length}/${all.length} `;
  const kind = `pill-button ${bad.length > 0 ? 'fault' : ''}`;
  return button({ kind, onPress: () => dispatch({ act: 'go', place: 'terminals' }) }, count, say('terminalsWell'));
};

const clock = ({ model }: Ui): VNode | null => {
  const wall = wallNow(model);
  if (wall === null || model.live === null) return null;
  const guessed = model.live.at.trust === 'guessed' ? say('clockGuessed') : '';
  return pill('clock', h('time', { class: 'varies' }, clockText(wall)), guessed);
};

const personPill = ({ model, dispatch, actions }: Ui): VNode =>
  model.person === null
    ? button({ kind: 'pill-button', onPress: () => dispatch({ act: 'go', place: 'pin' }) }, say('unlock'))
    : button({ kind: 'pill-button', onPress: actions.lock }, `${model.person.name} `, say('lock'));

/** Name, time, links and who is working here: on every screen. */
export const header = (ui: Ui): VNode =>
  h(
    'header',
    { class: 'bar' },
    h('h1', null, both(ui.model.site?.name ?? { zh: '鸣锣', en: 'mingluo' })),
    clock(ui),
    uplinkPill(ui),
    terminalsPill(ui),
    personPill(ui),
  );

/** An old state says so, and how old it is; it never looks like a new one. */
export const staleBand = ({ model }: Ui): VNode | null => {
  if (!isStale(model)) return null;
  const age = ageOfState(model);
  const word = model.linked && model.live === null ? 'boxAway' : 'noLink';
  const old = age === null || model.live === null ? null : both(filled('staleFor', { age: ageText(age) }));
  return h('div', { class: 'band stale-band', role: 'status' }, say(word), ' ', old);
};

export const noticeBand = ({ model, dispatch }: Ui): VNode | null => {
  const { notice } = model;
  if (notice === null) return null;
  const close = (): void => dispatch({ act: 'notice', notice: null });
  return h(
    'div',
    { class: `band notice ${notice.kind}`, role: notice.kind === 'bad' ? 'alert' : 'status' },
    h('span', { 'aria-hidden': true }, notice.kind === 'bad' ? '▲ ' : '✔ '),
    both(notice),
    button({ kind: 'close', onPress: close, label: '关闭 close' }, '✕'),
  );
};

/**
 * What sounds for real is told wherever the screen does not show it, whoever started it: a sensor, the panel, a colleague. In
 * practice every screen shows something made up.
 */
export const liveBand = ({ model, dispatch }: Ui): VNode | null => {
  const { live, lift, place, practice } = model;
  const isShown = ({ alert }: BroadcastView): boolean =>
    practice === null && (place === 'home' || place === 'air' || (place === 'lift' && lift?.alert === alert));
  const sounding = live?.live.find((one) => isActual(one) && !isShown(one));
  if (sounding === undefined) return null;
  const toAir = (): void => {
    if (practice !== null) dispatch({ act: 'practice', practice: null });
    // What it names, also where something else that sounds stands first.
    dispatch({ act: 'air', broadcast: sounding.id });
  };
  return airDoor('live-band', sounding, toAir);
};

const tabs: readonly {
  readonly place: Place;
  readonly shape: string;
  readonly word: 'home' | 'terminals' | 'records';
}[] = [
  { place: 'home', shape: '⌂', word: 'home' },
  { place: 'terminals', shape: '☰', word: 'terminals' },
  { place: 'records', shape: '▤', word: 'records' },
];

/** The places, at the lower left; the stop has the lower right for itself. */
export const tabBar = ({ model, dispatch }: Ui): VNode =>
  h(
    'nav',
    { class: 'tabs', 'aria-label': '页面 pages' },
    ...tabs.map(({ place, shape, word }) =>
      button(
        { kind: 'tab', pressed: model.place === place, onPress: () => dispatch({ act: 'go', place }) },
        h('span', { 'aria-hidden': true }, `${shape} `),
        say(word),
      ),
    ),
  );

/** Always in the same corner, on every screen, without a PIN and without a question. */
export const stopButton = ({ model, actions }: Ui): VNode =>
  h(
    'button',
    { type: 'button', class: 'stop', onClick: actions.stop },
    h('span', { 'aria-hidden': true }, '■ '),
    say(model.busy === 'stop' ? 'stopping' : 'stop'),
  );

/** What one of them says. */
const orderWords = ({ model }: Ui, order: BroadcastView): readonly VNode[] => {
  const ago = ageText(order.receivedAgoMs + (ageOfState(model) ?? 0));
  const zones = order.zones
    .map(({ zone }) => model.site?.zones.find(({ id }) => id === zone)?.name.zh ?? zone)
    .join('、');
  return [
    h('p', { class: 'order-headline' }, order.headline),
    h(
      'p',
      { class: 'order-line' },
      badge(order.severity),
      ' ',
      say('source', { source: sourceOf(model, order) }),
      ' · ',
      h('span', { class: 'varies' }, say('ago', { age: ago })),
      order.ended === null ? null : [' · ', both(endedWords['completed'] ?? pageWords.ended)],
    ),
    h('p', { class: 'order-line' }, zones),
    h('p', { class: 'order-text' }, order.text),
  ];
};

/** Of one and of several, by orders and where a sensor is among those who began it; of several that are not all on air nothing is said of when. */
const titles = {
  order: {
    one: { onAir: 'orderCame', waits: 'orderQueued', played: 'orderPlayed' },
    several: { onAir: 'ordersCame', waits: 'ordersWait', played: 'ordersWait' },
  },
  sensor: {
    one: { onAir: 'sensorCame', waits: 'sensorQueued', played: 'sensorPlayed' },
    several: { onAir: 'warningsCame', waits: 'warningsWait', played: 'warningsWait' },
  },
} as const;

const orderTitle = (orders: readonly BroadcastView[]): VNode => {
  const { one, several } = titles[orders.some(({ isBySensor }) => isBySensor) ? 'sensor' : 'order'];
  const { onAir, waits, played } = orders.length === 1 ? one : several;
  if (orders.every(({ state }) => state === 'playing')) return say(onAir, { count: orders.length });
  return say(orders.every(({ ended }) => ended !== null) ? played : waits, { count: orders.length });
};

/**
 * An order from above, or what a sensor began, covers everything until somebody has heard it; the stop stays where it is. One answer is given to all
 * that wait for one, so all of them are there to be read.
 */
export const orderScreen = (ui: Ui): VNode | null => {
  const orders = ordersWaiting(ui.model.live);
  const [first] = orders;
  if (first === undefined) return null;
  const { model, actions } = ui;
  return h(
    'div',
    {
      class: `order frame-${first.severity}`,
      role: 'alertdialog',
      'aria-modal': true,
      'aria-labelledby': 'order-title',
    },
    // What the cover lies on is not seen: that the state is old, or what became of a touch, stands on it.
    staleBand(ui),
    noticeBand(ui),
    // However long an order is, its words scroll and the answer stands: never under the stop.
    h(
      'div',
      { class: `order-words ${orders.length > 1 ? 'many' : ''}`, tabIndex: 0 },
      h('h2', { id: 'order-title' }, orderTitle(orders)),
      ...orders.flatMap((order) => orderWords(ui, order)),
    ),
    button(
      { kind: 'heard', disabled: model.busy === 'answer', onPress: actions.heard },
      h('span', { 'aria-hidden': true }, '✔ '),
      say('heard'),
    ),
  );
};
