import type { VNode } from 'preact';
import { h } from './h.ts';
import { planOf } from './derive.ts';
import { isAsTyped, namesToType } from '../widening.ts';
import { both, button, say, wordsField, type Ui } from './parts.ts';
import { checkPanels, zoneChoice } from './start-screens.ts';

const two = (value: number): string => String(value).padStart(2, '0');

const leaveText = ({ model }: Ui): VNode => {
  const left = Math.max(0, Math.ceil(((model.drillUntil ?? model.now) - model.now) / 1000));
  return h('span', { class: 'varies' }, say('drillLeft', { time: `${two(Math.floor(left / 60))}:${two(left % 60)}` }));
};

const planChoice = ({ model, dispatch }: Ui): VNode =>
  h(
    'div',
    { class: 'choices', role: 'group', 'aria-label': '演练脚本 drill of' },
    ...(model.site?.plans ?? [])
      .filter((plan) => plan.class === 'emergency')
      .map((plan) =>
        button(
          {
            kind: 'choice',
            pressed: model.draft?.plan === plan.id,
            onPress: () => dispatch({ act: 'choose', plan: plan.id, drill: true }),
          },
          h('span', { 'aria-hidden': true }, model.draft?.plan === plan.id ? '● ' : '○ '),
          both(plan.name),
        ),
      ),
  );

const sirenChoice = ({ model, dispatch }: Ui): VNode | null => {
  const plan = planOf(model.site, model.draft?.plan);
  if (plan === undefined || model.draft === null) return null;
  const { sirenUnlocked } = model.draft;
  if (plan.sirenUnlockMs === 0) return h('p', { class: 'note' }, say('drillSirenNever'));
  const words = sirenUnlocked ? say('drillSirenOn', { seconds: plan.sirenUnlockMs / 1000 }) : say('drillSiren');
  return button(
    {
      kind: 'choice',
      pressed: sirenUnlocked,
      onPress: () => dispatch({ act: 'edit', change: { sirenUnlocked: !sirenUnlocked } }),
    },
    h('span', { 'aria-hidden': true }, sirenUnlocked ? '☑ ' : '☐ '),
    words,
  );
};

/** More villages than one are woken only by somebody who writes their names (a tap may go astray). */
const widening = ({ model, dispatch }: Ui): VNode | null => {
  const names = model.site === null || model.draft === null ? [] : namesToType(model.site, model.draft);
  if (names.length === 0) return null;
  return wordsField(['drillWiden', { names: names.join('、') }], {
    ...{ value: model.widening, rows: 1 },
    onEdit: (typed) => dispatch({ act: 'widen', typed }),
  });
};

/** Drills: another place, another look, another gesture; it leaves by itself. */
export const drillScreen = (ui: Ui): VNode => {
  const { model, dispatch, actions } = ui;
  const plan = planOf(model.site, model.draft?.plan);
  const { site, draft } = model;
  const isTyped = site !== null && draft !== null && isAsTyped(site, draft, model.widening);
  const ready = isTyped && plan !== undefined && draft.zones.length > 0;
  return h(
    'main',
    { class: 'drill drill-frame' },
    h('h2', { class: 'drill-title' }, h('span', { class: 'on-hatch' }, say('drill')), ' ', leaveText(ui)),
    h('p', { class: 'note' }, say('drillNote')),
    h(
      'div',
      { class: 'columns' },
      h('div', null, h('h3', null, say('drillPlan')), planChoice(ui)),
      h(
        'div',
        null,
        ...(model.draft === null || plan === undefined
          ? []
          : [zoneChoice(ui, model.draft), widening(ui), sirenChoice(ui), ...checkPanels(ui, plan, model.draft, true)]),
      ),
    ),
    h(
      'div',
      { class: 'act-row' },
      button({ kind: 'wide', onPress: () => dispatch({ act: 'go', place: 'home' }) }, '◂ ', say('drillLeave')),
      button(
        { kind: 'drill-start', disabled: !ready || model.busy !== null, onPress: () => actions.start(true) },
        h('span', { class: 'on-hatch' }, say('drillStart')),
      ),
    ),
  );
};

/** The word in four corners, wherever a drill is: nobody can take it for real. */
export const drillCorners = (): readonly VNode[] =>
  ['top-left', 'top-right', 'bottom-left', 'bottom-right'].map((corner) =>
    h('span', { key: corner, class: `corner ${corner}`, 'aria-hidden': true }, '演 练'),
  );
