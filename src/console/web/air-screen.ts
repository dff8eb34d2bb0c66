import type { ComponentChildren, VNode } from 'preact';
import { h } from './h.ts';
import { endedWords, pageWords } from '../../words/text/page.ts';
import type { BroadcastView, ReceiptView, ResultView } from '../view.ts';
import { continueButton, newsBand } from './go-on.ts';
import { liftButtons } from './lift-screen.ts';
import {
  ageOfState,
  ageText,
  airing,
  airWords,
  clockText,
  liftWord,
  lookOfVerdict,
  reasonText,
  sourceOf,
  type Look,
} from './derive.ts';
import { badge, both, button, filled, levelBadge, mark, say, section, type Ui } from './parts.ts';

/** due = sounded + failed + unknown, always; whoever is still waited for is part of the unknown, and said to be. */
export const countsLine = (counts: BroadcastView['counts']): VNode | null => {
  if (counts === null) return null;
  const { due, sounded, failed, unknown, waiting } = counts;
  const figure = (kind: string, value: number, word: 'due' | 'sounded' | 'failed' | 'unknown', shape: string): VNode =>
    h(
      'span',
      { class: `figure ${value > 0 ? kind : ''}` },
      h('b', null, String(value)),
      h('span', null, `${shape} `, say(word)),
    );
  return h(
    'div',
    { class: 'counts' },
    figure('due', due, 'due', ''),
    h('span', { class: 'sign' }, '='),
    figure('good', sounded, 'sounded', '✔'),
    h('span', { class: 'sign' }, '+'),
    figure('fault', failed, 'failed', '▲'),
    h('span', { class: 'sign' }, '+'),
    figure('unknown', unknown, 'unknown', '◇'),
    waiting > 0 ? h('p', { class: 'note' }, say('waitingPart', { count: waiting })) : null,
  );
};

const passText = ({ zones, repeats, state }: BroadcastView): VNode => {
  const done = Math.max(0, ...zones.map(({ passes }) => passes));
  const pass = state === 'ended' ? Math.max(1, done) : repeats === 0 ? done + 1 : Math.min(repeats, done + 1);
  return repeats === 0 ? say('pass', { pass }) : say('passOf', { pass, of: repeats });
};

const evidence = (result: ResultView, ageMs: number): VNode => {
  const reason = result.verdict === 'sounded' ? null : reasonText(result.reason);
  const value = result.value === null ? '' : `${result.value}\u00a0${result.unit ?? ''} `;
  const age = result.ageMs === null ? null : filled('ago', { age: ageText(result.ageMs + ageMs) });
  return h(
    'span',
    { class: 'evidence' },
    reason === null ? '' : both(reason),
    ' ',
    value,
    h('span', { class: 'varies' }, age === null ? '' : both(age)),
  );
};

const order: readonly ResultView['verdict'][] = ['failed', 'unknown', 'waiting', 'sounded'];

const resultList = ({ model }: Ui, broadcast: BroadcastView): VNode => {
  const ageMs = ageOfState(model) ?? 0;
  const nameOf = (id: string) => model.site?.terminals.find((one) => one.id === id)?.name ?? { zh: id, en: id };
  const sorted = [...broadcast.results].sort((a, b) => order.indexOf(a.verdict) - order.indexOf(b.verdict));
  return section(
    pageWords.results,
    'results',
    h(
      'ul',
      { class: 'rows' },
      ...sorted.map((result) => {
        const look: Look = lookOfVerdict(result.verdict);
        return h(
          'li',
          { key: result.terminal, class: look.tone },
          mark(look),
          h('span', { class: 'row-name' }, both(nameOf(result.terminal))),
          evidence(result, ageMs),
        );
      }),
    ),
  );
};

const timeline = ({ model }: Ui, broadcast: BroadcastView): VNode => {
  const receipts = model.live?.receipts ?? [];
  const isMine = ({ trace, broadcast: of }: ReceiptView): boolean => of === broadcast.id || trace === broadcast.trace;
  const first = receipts.findLast(isMine)?.number ?? Infinity;
  // What a stop has proven stands under the stop's own order, and belongs to what it ended.
  const isProof = ({ stage, number }: ReceiptView): boolean =>
    broadcast.ended === 'stopped' && stage === 'unproven-silence' && number > first;
  const mine = receipts.filter((one) => isMine(one) || isProof(one));
  return section(
    pageWords.timeline,
    'timeline',
    h(
      'ol',
      { class: 'rows varies', tabIndex: 0, 'aria-label': pageWords.timeline.zh },
      ...mine
        .slice(0, 30)
        .map((one) => h('li', { key: one.number }, h('time', null, clockText(one.wall, true)), ' ', both(one.words))),
    ),
  );
};

/** What else lives, to be touched: this screen is about one. */
const othersList = ({ model, dispatch }: Ui, others: readonly BroadcastView[]): VNode => {
  // Words that lift a warning have no plan of the site's, and a warning without a text of its own is headed by its plan's name.
  const planOf = ({ plan, headline }: BroadcastView): ComponentChildren => {
    const name = model.site?.plans.find(({ id }) => id === plan)?.name;
    return name === undefined || name.zh === headline ? null : [both(name), ' '];
  };
  return h(
    'ul',
    { class: 'rows' },
    ...others.map((one) =>
      h(
        'li',
        { key: one.id },
        button(
          { kind: 'other', onPress: () => dispatch({ act: 'air', broadcast: one.id }) },
          levelBadge(one),
          planOf(one),
          h('span', { lang: 'zh-CN' }, one.headline),
          ' ▸',
        ),
      ),
    ),
  );
};

/** Zones sound side by side: what is on air elsewhere does not wait, and is not told as if it did. */
const otherLists = (ui: Ui, broadcast: BroadcastView): readonly (VNode | null)[] => {
  const others = (ui.model.live?.live ?? []).filter(({ id }) => id !== broadcast.id);
  const playing = others.filter(({ state }) => state === 'playing');
  const waiting = others.filter(({ state }) => state !== 'playing');
  return [
    playing.length === 0 ? null : section(pageWords.alsoOnAir, 'also', othersList(ui, playing)),
    section(
      pageWords.queue,
      'queue',
      waiting.length === 0 ? h('p', { class: 'note' }, say('queueEmpty')) : othersList(ui, waiting),
    ),
  ];
};

const titleOf = (broadcast: BroadcastView): VNode => {
  if (broadcast.ended === null) return both(airWords(broadcast));
  const how = endedWords[broadcast.ended] ?? pageWords.ended;
  const act = liftWord(broadcast.kind);
  return both(act === null ? how : filled('liftOf', { act, name: how }));
};

/** Words that take a warning back carry its rank, but neither its colour nor its level: nobody may take them for it. */
const frameOf = ({ status, kind, severity, ended }: BroadcastView): string => {
  const frame = status !== 'actual' ? 'drill-frame' : `frame-${liftWord(kind) === null ? severity : 'unknown'}`;
  return `air ${frame} ${ended === null ? 'is-live' : ''}`;
};

/** What is on air, or just was: who sounded and who did not, and how one knows. */
export const airScreen = (ui: Ui): VNode => {
  const { model, dispatch } = ui;
  const broadcast = airing(model);
  if (broadcast === null)
    return h(
      'main',
      null,
      h('p', { class: 'headline calm' }, say('nothingOnAir')),
      newsBand(ui),
      h(
        'div',
        { class: 'doors' },
        continueButton(ui, null),
        ...liftButtons(ui),
        button({ kind: 'wide', onPress: () => dispatch({ act: 'go', place: 'home' }) }, '◂ ', say('home')),
      ),
    );
  const zones = broadcast.zones
    .map(({ zone }) => model.site?.zones.find(({ id }) => id === zone)?.name.zh ?? zone)
    .join('、');
  return h(
    'main',
    { class: frameOf(broadcast) },
    h(
      'div',
      { class: 'air-head' },
      h('h2', { class: 'air-title' }, titleOf(broadcast)),
      liftWord(broadcast.kind) === null ? badge(broadcast.severity) : null,
      h('span', { class: 'air-name' }, broadcast.headline),
      h('span', null, zones),
      h('span', { class: 'varies' }, passText(broadcast)),
      h('span', null, say('source', { source: sourceOf(model, broadcast) })),
    ),
    newsBand(ui),
    countsLine(broadcast.counts),
    h(
      'div',
      { class: 'columns' },
      resultList(ui, broadcast),
      h('div', null, timeline(ui, broadcast), ...otherLists(ui, broadcast)),
    ),
    h('div', { class: 'act-row' }, continueButton(ui, broadcast), ...liftButtons(ui)),
  );
};
