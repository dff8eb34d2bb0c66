import type { VNode } from 'preact';
import { h, part } from './h.ts';
import { fill, type Bilingual } from '../../words/bilingual.ts';
import { liftSentences, type LiftKind } from '../../words/text/lift-sentences.ts';
import { pageWords } from '../../words/text/page.ts';
import type { BroadcastView } from '../view.ts';
import { airing, isTakenBack, liftWords } from './derive.ts';
import { isActual, type Model } from './model.ts';
import { both, button, filled, HoldButton, say, section, wordsField, type Ui } from './parts.ts';

/** A warning that was started on site and not taken back yet, on air or ended: what the screen is about, else the newest. */
export const liftable = (model: Pick<Model, 'live' | 'airShown'>): BroadcastView | null => {
  const { live } = model;
  const own = [...(live?.live ?? []), ...(live?.ended ?? [])]
    .filter((one) => one.isLocal && isActual(one) && one.kind === 'alert' && live !== null && !isTakenBack(live, one))
    .sort((a, b) => a.receivedAgoMs - b.receivedAgoMs);
  return own.find(({ id }) => id === airing(model)?.id) ?? own[0] ?? null;
};

const nameOf = ({ site }: Pick<Model, 'site'>, { plan, headline }: BroadcastView): Bilingual =>
  site?.plans.find(({ id }) => id === plan)?.name ?? { zh: headline, en: headline };

/** The sentence of the plan stands ready; whoever is in a hurry changes nothing. */
export const sentenceFor = ({ site }: Pick<Model, 'site'>, what: LiftKind, { plan, headline }: BroadcastView): string =>
  site?.plans.find(({ id }) => id === plan)?.lift[what] ?? fill(liftSentences[what], { name: headline });

/** 更正 and 解除 of a warning from here; with its name where the screen does not say it. */
export const liftButtons = ({ model, dispatch }: Ui): readonly VNode[] => {
  const broadcast = liftable(model);
  if (broadcast === null || model.practice !== null) return [];
  return (['correction', 'all-clear'] as const).map((what) =>
    button(
      {
        kind: 'wide',
        onPress: () =>
          dispatch({ act: 'lift', lift: { what, alert: broadcast.alert, text: sentenceFor(model, what, broadcast) } }),
      },
      both(
        broadcast.id === airing(model)?.id
          ? liftWords[what]
          : filled('liftOf', { act: liftWords[what], name: nameOf(model, broadcast) }),
      ),
    ),
  );
};

/** What will be said, before it is said; held like every warning. */
export const liftScreen = ({ model, dispatch, actions }: Ui): VNode => {
  const { lift, live } = model;
  const broadcast = [...(live?.live ?? []), ...(live?.ended ?? [])].find(({ alert }) => alert === lift?.alert);
  if (lift === null || broadcast === undefined) return h('main', null, h('p', { class: 'note' }, say('nothingOnAir')));
  const zones = broadcast.zones.map(({ zone }) => model.site?.zones.find(({ id }) => id === zone)?.name.zh ?? zone);
  return h(
    'main',
    { class: `confirm frame-${broadcast.severity}` },
    h(
      'h2',
      null,
      both(filled('liftOf', { act: liftWords[lift.what], name: nameOf(model, broadcast) })),
      ' ',
      h('small', null, say('checkLift')),
    ),
    broadcast.ended === null
      ? h('p', { class: 'note' }, '■ ', both(filled('liftEnds', { name: nameOf(model, broadcast) })))
      : null,
    section(pageWords.scope, 'reach', h('p', { class: 'reach-zones', lang: 'zh-CN' }, zones.join('、'))),
    wordsField(['liftWords'], {
      ...{ value: lift.text, rows: 3 },
      onEdit: (text) => dispatch({ act: 'edit-lift', text }),
    }),
    h(
      'div',
      { class: 'act-row' },
      button({ kind: 'wide', onPress: () => dispatch({ act: 'go', place: 'air' }) }, '◂ ', say('back')),
      part(HoldButton, { disabled: model.busy !== null || lift.text.trim() === '', onHeld: actions.lift }),
    ),
  );
};
