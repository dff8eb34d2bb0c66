import type { Bilingual } from '../../src/words/bilingual.ts';
import { healthWords, quietText } from '../../src/words/text/receipt-words.ts';
import { beijingClock, beijingText } from './beijing-time.ts';
import { centreCodes } from './codes.ts';
import { both, html, type Html } from './html.ts';
import type { StoredReceipt } from './receipt.ts';
import type { SatelliteReport } from './satellite-report.ts';
import type { Remark } from './remarks.ts';
import {
  audioWords,
  broadcastWords,
  misdeedWords,
  orderWords,
  sayReceipt,
  severityWords,
  soundingWords,
  statusWords,
  verdictWords,
  wordOf,
} from './stage-words.ts';
import type { BoxView, CentreView, OrderView, Tally } from './view.ts';

const nothing = html``;
/** Twice the usual pace of polling, and then some. */
const oldMs = 60_000;

/** An age as a person says it; every state carries one. */
const ago = (ms: number | null): Html => {
  if (ms === null) return html`从未 <small lang="en">never</small>`;
  const s = Math.floor(ms / 1000);
  if (s < 90) return html`${s} 秒前 <small lang="en">${s} s ago</small>`;
  return html`${Math.floor(s / 60)} 分钟前 <small lang="en">${Math.floor(s / 60)} min ago</small>`;
};

const marks: Readonly<Record<string, string>> = { sounded: '●', failed: '▲', unknown: '◇', refused: '✖' };

/** What a receipt says of terminals, as a class of its row: silence that is proven is no trouble. */
const verdictOf = (body: StoredReceipt['receipt']['body']): string => {
  if (body.stage === 'terminal') return String(body['verdict']);
  const { terminals } = body;
  return body.stage === 'unproven-silence' && Array.isArray(terminals) && terminals.length === 0
    ? 'silence-proven'
    : body.stage;
};

const receiptRow = ({ box, receipt }: StoredReceipt): Html => {
  const { stage, detail, ids } = sayReceipt(receipt.body);
  const verdict = verdictOf(receipt.body);
  const guessed = receipt.at.trust === 'guessed' ? '≈' : '';
  return html`<li class="receipt ${verdict}">
    <time>${guessed}${beijingClock(receipt.at.wall)}</time><b>${marks[verdict] ?? '·'} ${both(stage)}</b>
    <span>${both(detail)}</span><i>${ids === '' ? '' : `${ids} · `}${box} #${receipt.number}</i>
  </li>`;
};

const tallyLine = ({ box, due, sounded, failed, unknown, pending }: Tally): Html => {
  const count = (verdict: string, value: number): Html =>
    html`<span class="count ${verdict} ${value > 0 ? 'some' : 'none'}"
      >${marks[verdict] ?? ''} ${both(wordOf(verdictWords, verdict))} <b>${value}</b></span
    >`;
  // Whoever is still waited for is part of the unknown: the figures add up at every moment.
  const open =
    pending === 0
      ? nothing
      : html`<span class="note">其中 ${pending} 台待证 <small lang="en">${pending} of them still open</small></span>`;
  return html`<p class="tally">
    <i>${box}</i><span class="count">应响 <small lang="en">due</small> <b>${due}</b></span> =
    ${count('sounded', sounded)} + ${count('failed', failed)} + ${count('unknown', unknown + pending)} ${open}
  </p>`;
};

const orderBadges = (order: OrderView): Html => {
  const status =
    order.status === null
      ? nothing
      : html`<span class="badge ${order.status}">${both(wordOf(statusWords, order.status))}</span>`;
  const severity =
    order.severity === null
      ? nothing
      : html`<span class="badge ${order.severity}">${both(wordOf(severityWords, order.severity))}</span>`;
  const misdeed =
    order.misdeed === null
      ? nothing
      : html`<span class="badge wrong">${both(wordOf(misdeedWords, order.misdeed))}</span>`;
  return html`${status} ${severity} ${misdeed}`;
};

const repeatedLine = ({ box, outcome }: OrderView['repeated'][number]): Html => {
  const { stage, detail, ids } = sayReceipt(outcome);
  return html`<p class="repeated">
    <i>${box}</i> 重发后的回答 <small lang="en">answer to the order sent again</small> <b>${both(stage)}</b>
    <span>${both(detail)}</span> <i>${ids}</i>
  </p>`;
};

const orderCard = (order: OrderView): Html =>
  html`<article class="order ${order.status ?? 'control'}">
    <h3>
      <time>${beijingClock(order.at)}</time> ${both(wordOf(orderWords, order.kind))} ${orderBadges(order)}
      <span class="headline">${order.headline ?? order.alertId ?? '全部 all'}</span>
    </h3>
    ${order.tallies.map(tallyLine)} ${order.repeated.map(repeatedLine)}
    ${
      order.receipts.length === 0
        ? html`<p class="empty">尚无回执 <small lang="en">no receipt yet</small></p>`
        : html`<ol>
            ${order.receipts.map(receiptRow)}
          </ol>`
    }
  </article>`;

type SnapshotTerminal = NonNullable<BoxView['snapshot']>['terminals'][number];

const quietWord = (result: string): Bilingual => {
  const { zh, en } = quietText(result);
  return { zh: `自检 ${zh}`, en: `quiet test ${en}` };
};

/** What a snapshot said grows old here: its own age counts on top, and an old state is drawn faint. */
const terminalCell =
  (snapshotAgoMs: number) =>
  ({ id, health, sounding, ageMs, quietTest }: SnapshotTerminal): Html => {
    // Without an order there is no evidence to grow old: then the state is as old as its message.
    const allMs = (ageMs ?? 0) + snapshotAgoMs;
    const old = allMs > oldMs ? 'old' : '';
    return html`<li class="terminal ${health} sounding-${sounding} ${old}">
      <b>${health === 'lost' ? '□ ' : health === 'suspect' ? '▲ ' : ''}${id}</b>
      <span>${both(wordOf(healthWords, health))} · ${both(wordOf(soundingWords, sounding))}</span>
      ${quietTest === undefined ? '' : html`<span>${both(quietWord(quietTest))}</span>`}
      <span>${ago(allMs)}</span>
    </li>`;
  };

const broadcastLine = (one: NonNullable<BoxView['snapshot']>['broadcasts'][number]): Html =>
  html`<li>
    <b>${one.zones.join(', ')}</b> ${both(wordOf(broadcastWords, one.state))}
    ${one.status === null ? nothing : html`<span class="badge ${one.status}">${both(wordOf(statusWords, one.status))}</span>`}
    <span>应响 ${one.due} = 已响 ${one.sounded} + 未响 ${one.failed} + 未知 ${one.unknown}</span>
    <small lang="en">due = sounded + failed + unknown</small>
  </li>`;

const audioRow = ({ sha256, received, bytes, state, code, chunks, resent }: BoxView['audio'][number]): Html =>
  html`<li>
    ♪ <b>${sha256.slice(0, 12)}</b> ${both(wordOf(audioWords, state))} ${code ?? ''}
    <progress max="${Math.max(1, bytes)}" value="${received}"></progress> ${received} / ${bytes}
    <span>${chunks} 块，重发 ${resent} <small lang="en">${chunks} chunks, ${resent} sent again</small></span>
  </li>`;

const audioPart = ({ audio }: BoxView): Html =>
  audio.length === 0
    ? nothing
    : html`<h3>录音 <small lang="en">recordings</small></h3>
        <ul class="audio">
          ${audio.map(audioRow)}
        </ul>`;

const snapshotPart = ({ snapshot, snapshotAgoMs }: BoxView): Html => {
  if (snapshot === null)
    return html`<p class="empty">本次运行尚无全量状态 <small lang="en">no snapshot in this run</small></p>`;
  return html`<p>
      状态 <small lang="en">state</small> ${ago(snapshotAgoMs)} · 时钟 <small lang="en">clock</small>
      ${snapshot.at.trust === 'trusted' ? html`可信 <small lang="en">trusted</small>` : html`未校准 <small lang="en">guessed</small>`}
    </p>
    ${snapshot.troubles.length === 0 ? nothing : html`<p class="trouble">▲ ${snapshot.troubles.join(', ')}</p>`}
    <ul class="broadcasts">
      ${snapshot.broadcasts.map(broadcastLine)}
    </ul>
    <ul class="terminals">
      ${snapshot.terminals.map(terminalCell(snapshotAgoMs ?? 0))}
    </ul>`;
};

const satelliteWords = (report: SatelliteReport): string => {
  if (report.kind === 'status') return report.terminals.map(({ id, state }) => `${id}: ${state}`).join(', ');
  const { stage, due, sounded, failed, unknown, orderStart } = report;
  return `${orderStart.slice(0, 8)} ${stage}: ${due} = ${sounded} + ${failed} + ${unknown}`;
};

const satellitePart = ({ satellite }: BoxView): Html =>
  satellite === null
    ? nothing
    : html`<p>卫星 <small lang="en">satellite</small> ${ago(satellite.agoMs)}: ${satelliteWords(satellite.report)}</p>`;

const boxCard = (box: BoxView): Html =>
  html`<article class="box ${box.connected ? 'on' : 'off'}">
    <h3>
      ${box.id}
      <span class="link"
        >${box.connected ? html`● 已连接 <small lang="en">connected</small>` : html`□ 未连接 <small lang="en">not connected</small>`}</span
      >
      <small>${ago(box.heardAgoMs)}</small>
    </h3>
    <p>
      回执已存至 <small lang="en">receipts up to</small>
      <b>${box.acknowledged}</b>
      ${box.gaps.length === 0 ? nothing : html`<span class="trouble">▲ 缺 <small lang="en">missing</small> ${box.gaps.map(([from, to]) => `${from}–${to}`).join(', ')}</span>`}
      · 日志
      <small lang="en">journal</small>
      ${box.journal === null ? '—' : html`${box.journal.records} (${box.journal.head.slice(0, 8)})`}
    </p>
    ${satellitePart(box)} ${audioPart(box)} ${snapshotPart(box)}
  </article>`;

const remarkRow = (remark: Remark): Html =>
  html`<li>
    <time>${beijingClock(remark.at)}</time> <b>▲ ${both(centreCodes[remark.code])}</b>
    <span>${remark.box ?? ''} ${remark.field ?? ''} ${remark.detail}</span> <code>${remark.code}</code>
  </li>`;

const headLine = (view: CentreView): Html => {
  const on = view.boxes.filter(({ connected }) => connected).length;
  const cut =
    view.cutForMs === 0
      ? html`<span class="fine">链路通 <small lang="en">line open</small></span>`
      : html`<span class="trouble"
          >▲ 链路断开，还有 ${Math.ceil(view.cutForMs / 1000)} 秒 <small lang="en">line cut</small></span
        >`;
  return html`<p class="status">
    <time class="clock">${beijingText(view.wall)}</time>
    <span>设备 <small lang="en">boxes</small> <b>${on}/${view.boxes.length}</b></span> ${cut}
    ${view.unproven.length === 0 ? nothing : html`<span class="trouble">▲ 未登记的设备 <small lang="en">not enrolled</small> ${view.unproven.join(', ')}</span>`}
  </p>`;
};

/** The part of the page that changes, as the server draws it: every text in it is escaped here. */
export const liveMarkup = (view: CentreView): Html =>
  html`${headLine(view)}
    <div class="columns">
      <section>
        <h2>指令与回执 <small lang="en">orders and receipts</small></h2>
        ${view.orders.length === 0 ? html`<p class="empty">还没有发过指令 <small lang="en">no order yet</small></p>` : view.orders.map(orderCard)}
      </section>
      <section>
        <h2>设备与终端 <small lang="en">boxes and terminals</small></h2>
        ${view.boxes.length === 0 ? html`<p class="empty">还没有登记设备 <small lang="en">no box is enrolled</small></p>` : view.boxes.map(boxCard)}
        <h2>异常 <small lang="en">remarks</small></h2>
        <ul class="remarks">
          ${view.remarks.length === 0 ? html`<li class="empty">无 <small lang="en">none</small></li>` : view.remarks.map(remarkRow)}
        </ul>
        <h2>设备自身与本地 <small lang="en">of the boxes themselves</small></h2>
        <ol class="others">
          ${view.others.length === 0 ? html`<li class="empty">无 <small lang="en">none</small></li>` : view.others.map(receiptRow)}
        </ol>
      </section>
    </div>`;
