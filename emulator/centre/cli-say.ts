import type { Language } from '../../src/words/bilingual.ts';
import type { AudioProgress } from './audio-desk.ts';
import { beijingClock } from './beijing-time.ts';
import { centreCodes } from './codes.ts';
import { phrases } from './cli-words.ts';
import type { OrderFacts } from './orders.ts';
import type { StoredReceipt } from './receipt.ts';
import { audioWords, orderWords, sayReceipt, wordOf } from './stage-words.ts';
import type { CentreView, OrderView } from './view.ts';

/** One receipt as one line of a terminal. */
export const receiptLine = ({ box, receipt }: StoredReceipt, language: Language): string => {
  const { stage, detail, ids } = sayReceipt(receipt.body);
  const time = beijingClock(receipt.at.wall);
  return `${time}  ${box} #${receipt.number}  ${receipt.trace.slice(0, 8).padEnd(8)}  ${stage[language]}  ${detail[language]}${ids === '' ? '' : `  [${ids}]`}`;
};

/** A sent order as one line. */
export const orderLine = (order: OrderFacts & { readonly sentTo: readonly string[] }, language: Language): string => {
  const to = order.sentTo.length === 0 ? phrases.nobody[language] : order.sentTo.join(', ');
  return `${wordOf(orderWords, order.kind)[language]} ${order.alertId ?? ''} [${order.id}] ${phrases.sentTo[language]} ${to}`;
};

const audioLine = ({ sha256, received, bytes, state, code }: AudioProgress, language: Language): string => {
  const share = bytes === 0 ? '' : ` ${Math.floor((100 * received) / bytes)}%`;
  return `♪ ${sha256.slice(0, 8)} ${wordOf(audioWords, state)[language]}${share}${code === null ? '' : ` [${code}]`}`;
};

type SnapshotTerminal = NonNullable<CentreView['boxes'][number]['snapshot']>['terminals'][number];

/** A quiet test is only worth a word when it has found something. */
const terminalWord = ({ id, health, sounding, quietTest = 'good' }: SnapshotTerminal): string =>
  `${id}:${health}/${sounding}${['good', 'unsupported'].includes(quietTest) ? '' : `/${quietTest}`}`;

/** An order and, of each box that has told of it, how many of those due have sounded. */
const sentLine = ({ kind, headline, alertId, id, tallies }: OrderView, language: Language): string => {
  const heard = tallies.map(({ box, sounded, due }) => `${box} ${sounded}/${due}`);
  return [wordOf(orderWords, kind)[language], headline, alertId, `[${id}]`, ...heard].filter(Boolean).join('  ');
};

/** Boxes, their gaps, the newest orders, and what is remarkable. */
export const stateLines = (view: CentreView, language: Language): readonly string[] => [
  ...view.boxes.map(({ id, connected, acknowledged, gaps, snapshot, audio }) => {
    const sound = audio.map((one) => audioLine(one, language)).join('  ');
    const missing = gaps.map(([from, to]) => `${from}–${to}`).join(',');
    const terminals = (snapshot?.terminals ?? []).map(terminalWord).join(' ');
    return `${connected ? '●' : '□'} ${id}  ↑${acknowledged}${missing === '' ? '' : ` ▲${missing}`}  ${terminals}${sound === '' ? '' : `  ${sound}`}`;
  }),
  ...view.orders.map((order) => sentLine(order, language)),
  ...view.remarks.map(
    ({ at, box, code, detail }) =>
      `▲ ${beijingClock(at)} ${box ?? ''} ${centreCodes[code][language]} ${detail} [${code}]`,
  ),
];
