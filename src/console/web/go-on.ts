import type { VNode } from 'preact';
import { h } from './h.ts';
import { pageWords, severityWords } from '../../words/text/page.ts';
import type { BroadcastView, LiveView } from '../view.ts';
import { ageOfState } from './derive.ts';
import type { Model } from './model.ts';
import { badge, button, say, type Ui } from './parts.ts';

const continueMs = 10_000;
const hastyMs = 2_000;
/** After that a stop is taken back by starting anew. */
const continueShownMs = 600_000;

type Stop = NonNullable<LiveView['stop']>;

/** The stop that may be taken back now, as old as it is now; null when there is none, or no longer. */
export const stopToTakeBack = (model: Model): Stop | null => {
  const stop = model.live?.stop ?? null;
  if (stop === null || stop.warnings.length === 0) return null;
  const ageMs = stop.ageMs + (ageOfState(model) ?? 0);
  return ageMs > continueShownMs ? null : { ...stop, ageMs };
};

/** So much of a headline stands on the button; whole sentences would cover what is on air. */
const nameMax = 16;
const nameOf = (headline: string): string => {
  const letters = Array.from(headline);
  return letters.length > nameMax ? `${letters.slice(0, nameMax).join('')}…` : headline;
};

/** Unless it would start just what the screen shows, the button names it: nobody takes it for something else. */
export const continueWords = ({ warnings }: Stop, shown: BroadcastView | null): VNode => {
  const [first] = warnings;
  if (first === undefined || warnings.every(({ alert, isNews }) => alert === shown?.alert && !isNews))
    return say('continue');
  const more = warnings.length - 1;
  const values = { name: nameOf(first.headline), more, level: severityWords[first.severity] };
  if (first.isNews) return say(more > 0 ? 'continueNewsOthers' : 'continueNews', values);
  return say(more > 0 ? 'continueOthers' : 'continueOther', values);
};

export const continueButton = ({ model, actions }: Ui, shown: BroadcastView | null): VNode | null => {
  const { live, busy } = model;
  const stop = stopToTakeBack(model);
  const [first] = stop?.warnings ?? [];
  if (live === null || stop === null || first === undefined) return null;
  // A second touch of a hasty hand must not take back the stop before this one, too.
  const ageMs = ageOfState(model) ?? 0;
  const hasJustBegun = live.live.some(({ receivedAgoMs }) => receivedAgoMs + ageMs < hastyMs);
  return button(
    {
      kind: `wide continue ${stop.ageMs < continueMs ? 'soon' : ''}`,
      disabled: busy === 'continue' || hasJustBegun,
      onPress: () => actions.goOn(first.alert),
    },
    '▶ ',
    h('span', { class: 'varies' }, continueWords(stop, shown)),
  );
};

/** What the centre has said anew of what is stopped: nobody here has heard it, and the screen still shows the old words. */
export const newsBand = ({ model }: Ui): VNode | null => {
  const news = (stopToTakeBack(model)?.warnings ?? []).filter(({ isNews }) => isNews);
  if (news.length === 0) return null;
  return h(
    'section',
    { class: 'band news-band', role: 'status', 'aria-label': pageWords.newsCame.zh },
    h('p', null, '▲ ', say('newsCame')),
    ...news.map(({ alert, severity, headline, text }) =>
      h(
        'div',
        { key: alert, lang: 'zh-CN' },
        h('p', { class: 'news-head' }, badge(severity), ' ', h('b', null, headline)),
        text === '' ? null : h('p', { class: 'news-text' }, text),
      ),
    ),
  );
};
