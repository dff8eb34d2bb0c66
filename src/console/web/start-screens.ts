import type { VNode } from 'preact';
import { h, part } from './h.ts';
import type { Severity } from '../../core/alert.ts';
import { pageWords } from '../../words/text/page.ts';
import type { ItemView, PlanView } from '../view.ts';
import { clockText, headlineOf, isNight, itemsOf, planOf, reachOf, wallNow } from './derive.ts';
import { continueWords, stopToTakeBack } from './go-on.ts';
import { liftable } from './lift-screen.ts';
import { countdownMs, firstLevel, type Draft } from './model.ts';
import { airDoor, badge, both, button, HoldButton, mark, say, section, wordsField, type Ui } from './parts.ts';

/** Tiles on the home screen; further plans stand behind the last one. */
const tilesMax = 7;
/** Doors to what is on air: more would push the plans from the screen. */
const doorsMax = 3;

const tile = ({ dispatch }: Ui, plan: PlanView): VNode =>
  button(
    { kind: 'tile', onPress: () => dispatch({ act: 'choose', plan: plan.id, drill: false }) },
    h('span', { class: 'tile-name' }, both(plan.name)),
    // The level that a touch would begin with: nobody finds out on the next screen that it is red.
    plan.class === 'routine' ? null : badge(firstLevel(plan)),
  );

/** What is on air, or may be taken back, stands before all that may be started: a phone shows it without scrolling. */
const nowDoors = ({ model, dispatch }: Ui): readonly (VNode | null)[] => {
  const kind = 'wide now';
  const live = model.live?.live ?? [];
  const playing = live.filter(({ state }) => state === 'playing');
  // Zones sound side by side: each of what sounds has its door, and the screen behind names what is left.
  const doors = (playing.length === 0 ? live.slice(0, 1) : playing).slice(0, doorsMax);
  if (doors.length > 0)
    return doors.map((one) => airDoor(kind, one, () => dispatch({ act: 'air', broadcast: one.id })));
  return [takeBackDoor({ model, dispatch })];
};

const takeBackDoor = ({ model, dispatch }: Pick<Ui, 'model' | 'dispatch'>): VNode | null => {
  const kind = 'wide now';
  const toAir = (): void => dispatch({ act: 'go', place: 'air' });
  const stop = stopToTakeBack(model);
  const lift = liftable(model) === null ? null : say('liftDoor');
  if (stop === null) return lift === null ? null : button({ kind, onPress: toAir }, lift, ' ▸');
  return button({ kind, onPress: toAir }, continueWords(stop, null), lift === null ? null : ' · ', lift, ' ▸');
};

export const homeScreen = (ui: Ui): VNode => {
  const { model, dispatch } = ui;
  const plans = (model.site?.plans ?? []).filter((plan) => plan.class === 'emergency');
  const { words, kind } = headlineOf(model);
  const troubles = model.live?.troubles ?? [];
  const shown = plans.length > tilesMax + 1 ? plans.slice(0, tilesMax) : plans;
  return h(
    'main',
    { class: 'home' },
    h(
      'p',
      { class: `headline ${kind} ${words.zh.length > 4 ? 'long' : ''}`, role: 'status' },
      h('span', { lang: 'zh-CN' }, words.zh),
      h('span', { class: 'en', lang: 'en' }, words.en),
    ),
    troubles.length === 0
      ? null
      : h(
          'ul',
          { class: 'troubles', 'aria-label': pageWords.troubles.zh },
          ...troubles.map((one) => h('li', null, '▲ ', both(one.words))),
        ),
    ...nowDoors(ui),
    h(
      'div',
      { class: 'tiles' },
      ...shown.map((plan) => tile(ui, plan)),
      shown.length < plans.length
        ? button({ kind: 'tile', onPress: () => dispatch({ act: 'go', place: 'events' }) }, say('otherEvents'))
        : null,
    ),
    h(
      'div',
      { class: 'doors' },
      button(
        { kind: 'wide', onPress: () => dispatch({ act: 'practice', practice: { startedAt: null, stoppedAt: null } }) },
        say('tour'),
      ),
      button(
        { kind: 'wide drill-door', onPress: () => dispatch({ act: 'go', place: 'drill' }) },
        h('span', { class: 'on-hatch' }, say('drillDoor')),
      ),
    ),
  );
};

/** All plans, routine ones too. */
export const eventsScreen = (ui: Ui): VNode =>
  h(
    'main',
    null,
    h('h2', null, say('startWarning')),
    h('div', { class: 'tiles' }, ...(ui.model.site?.plans ?? []).map((plan) => tile(ui, plan))),
  );

/** Every plan has its levels in this order, whichever it begins with: the red one stands where it always stands. */
const byLevel: readonly Severity[] = ['red', 'orange', 'yellow', 'blue', 'unknown'];

const severityChoice = ({ dispatch }: Ui, plan: PlanView, draft: Draft): VNode =>
  h(
    'div',
    { class: 'choices', role: 'group', 'aria-label': '级别 level' },
    ...byLevel
      .filter((one) => plan.severities.includes(one))
      .map((severity) =>
        button(
          {
            kind: 'choice',
            pressed: draft.severity === severity,
            onPress: () => dispatch({ act: 'edit', change: { severity } }),
          },
          h('span', { 'aria-hidden': true }, draft.severity === severity ? '● ' : '○ '),
          badge(severity),
        ),
      ),
  );

export const zoneChoice = ({ model, dispatch }: Ui, draft: Draft): VNode => {
  const toggle = (zone: string): void => {
    const zones = draft.zones.includes(zone) ? draft.zones.filter((one) => one !== zone) : [...draft.zones, zone];
    dispatch({ act: 'edit', change: { zones } });
  };
  return h(
    'div',
    { class: 'choices', role: 'group', 'aria-label': '范围 where' },
    ...(model.site?.zones ?? []).map(({ id, name }) =>
      button(
        { kind: 'choice', pressed: draft.zones.includes(id), onPress: () => toggle(id) },
        h('span', { 'aria-hidden': true }, draft.zones.includes(id) ? '☑ ' : '☐ '),
        both(name),
      ),
    ),
  );
};

const itemLine = (item: ItemView, plan: PlanView, draft: Draft): VNode => {
  if (item.play === 'tone') return h('li', null, '♪ ', say('sirenItem', { name: item.name }));
  if (item.play === 'clip') return h('li', null, '♪ ', say('clipItem', { name: item.name }));
  const own = draft.text.trim() === '' ? plan.name.zh : draft.text.trim();
  return h('li', { class: 'spoken', lang: 'zh-CN' }, `“${item.text ?? own}”`);
};

export const itemsList = (plan: PlanView, draft: Draft, isDrill: boolean): VNode => {
  const repeats = isDrill ? plan.drillRepeats : plan.repeats;
  return section(
    pageWords.willSay,
    'items',
    h('ol', null, ...itemsOf(plan, draft, isDrill).map((item) => itemLine(item, plan, draft))),
    h('p', { class: 'note' }, repeats === 0 ? say('untilEnded') : say('timesSaid', { count: repeats })),
  );
};

const ownWords = ({ dispatch }: Ui, plan: PlanView, draft: Draft): VNode | null => {
  if (!plan.items.some((item) => item.play === 'speech' && item.text === null)) return null;
  return wordsField(['ownWords'], {
    ...{ value: draft.text, rows: 2, placeholder: `${pageWords.ownWordsHint.zh} · ${pageWords.ownWordsHint.en}` },
    onEdit: (text) => dispatch({ act: 'edit', change: { text } }),
  });
};

const reachPanel = ({ model }: Ui, plan: PlanView, draft: Draft, isDrill: boolean): VNode => {
  const reach = reachOf(model, draft, itemsOf(plan, draft, isDrill));
  const wall = wallNow(model);
  const night = wall !== null && model.site !== null && isNight(model.site, wall);
  const { zones, speakers, sirens, households, people, doubtful } = reach;
  const named = (model.site?.zones ?? []).filter(({ id }) => draft.zones.includes(id)).map(({ name }) => name.zh);
  return section(
    pageWords.scope,
    'reach',
    h('p', { class: 'reach-zones', lang: 'zh-CN' }, named.join('、')),
    h('p', { class: 'reach-sum' }, say('willSound', { zones, speakers, sirens })),
    h('p', { class: 'reach-sum' }, say('willReach', { households, people })),
    night ? h('p', { class: 'night' }, '☾ ', say('night', { time: clockText(wall) })) : null,
    doubtful.length === 0
      ? h('p', { class: 'note' }, '● ', say('allReachable'))
      : h(
          'div',
          { class: 'doubtful' },
          h('p', null, '▲ ', say('unreachable', { count: doubtful.length })),
          h('ul', null, ...doubtful.map(({ terminal, look }) => h('li', null, both(terminal.name), ' ', mark(look)))),
        ),
  );
};

export const checkPanels = (ui: Ui, plan: PlanView, draft: Draft, isDrill: boolean): readonly VNode[] => [
  reachPanel(ui, plan, draft, isDrill),
  itemsList(plan, draft, isDrill),
];

/** Everything before the air, on one screen; nothing has happened yet. */
export const confirmScreen = (ui: Ui): VNode => {
  const { model, dispatch } = ui;
  const { draft } = model;
  const plan = planOf(model.site, draft?.plan);
  if (draft === null || plan === undefined) return homeScreen(ui);
  return h(
    'main',
    { class: `confirm frame-${draft.severity}` },
    h('h2', null, both(plan.name), ' ', h('small', null, say('check'))),
    h(
      'div',
      { class: 'columns' },
      h('div', null, severityChoice(ui, plan, draft), zoneChoice(ui, draft), ownWords(ui, plan, draft)),
      h('div', null, ...checkPanels(ui, plan, draft, false)),
    ),
    h(
      'div',
      { class: 'act-row' },
      button({ kind: 'wide', onPress: () => dispatch({ act: 'go', place: 'home' }) }, '◂ ', say('back')),
      draft.zones.length === 0
        ? h('p', { class: 'note' }, say('pickZone'))
        : part(HoldButton, { disabled: model.busy !== null, onHeld: () => dispatch({ act: 'countdown' }) }),
    ),
  );
};

/** Three seconds in which one touch takes it back. */
export const countdownScreen = ({ model, dispatch }: Ui): VNode | null => {
  if (model.airAt === null) return null;
  const left = Math.min(countdownMs / 1000, Math.max(1, Math.ceil((model.airAt - model.now) / 1000)));
  const plan = planOf(model.site, model.draft?.plan);
  return h(
    'div',
    {
      class: `countdown frame-${model.draft?.severity ?? 'red'}`,
      role: 'alertdialog',
      'aria-modal': true,
      'aria-label': pageWords.countdown.zh,
    },
    h('p', { class: 'count varies', role: 'timer' }, String(left)),
    h(
      'p',
      { class: 'count-words' },
      say('countdown'),
      plan === undefined ? '' : ' · ',
      plan === undefined ? '' : both(plan.name),
    ),
    button(
      {
        kind: 'withdraw',
        onPress: () => dispatch({ act: 'withdraw', notice: { kind: 'good', ...pageWords.withdrawn } }),
      },
      say('withdraw'),
    ),
  );
};
