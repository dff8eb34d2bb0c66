import { acts } from './acts.ts';
import { html, type Html } from './html.ts';

/** A button of the page: one act without fields; the whole sentence of the act stands in its title. */
const button = (name: string, look: string, en: string): Html => {
  const act = acts[name];
  return html`<form method="post" action="/api/acts/${name}">
    <button class="${look}" title="${act?.zh ?? name} · ${act?.en ?? ''}">
      ${act?.zh ?? name}<small lang="en">${en}</small>
    </button>
  </form>`;
};

const field = (name: string, zh: string, en: string): Html =>
  html`<label>${zh} <small lang="en">${en}</small><input name="${name}" maxlength="2000" /></label>`;

const contentFields = html`${field('headline', '标题', 'headline')} ${field('text', '正文', 'text')}
  ${field('zones', '分区', 'zones')}
  <label>
    录音 <small lang="en">recording (WAV, MP3, Ogg Opus)</small
    ><input type="file" name="audio" accept=".wav,.mp3,.opus,.ogg" />
  </label>`;

const redForm = html`<form method="post" action="/api/acts/red" class="fields">
  <button class="red" title="推送红色 · push an actual red alert">推送红色<small lang="en">push red</small></button>
  <details>
    <summary>自定内容 <small lang="en">own content</small></summary>
    ${contentFields}
  </details>
</form>`;

/** The sentence of a correction stands ready: whoever sent a false warning has no time to write one. */
const correctionForm = html`<form method="post" action="/api/acts/correction" class="fields">
  <button class="plain" title="更正 · correct the newest alert">更正<small lang="en">correct</small></button>
  <details>
    <summary>更正的话 <small lang="en">its words</small></summary>
    <label
      >正文 <small lang="en">text</small
      ><input name="text" maxlength="2000" value="更正：刚才播发的预警是误播，现在没有危险，请大家不要惊慌。"
    /></label>
  </details>
</form>`;

const drillForm = html`<form method="post" action="/api/acts/drill" class="fields">
  <button class="drill" title="演练 · push a drill">演练<small lang="en">push a drill</small></button>
  <details>
    <summary>自定内容 <small lang="en">own content</small></summary>
    ${contentFields}
    <p>
      演练播预案里写好的演练词；带录音的等录音到齐，首尾都报“演练”
      <small lang="en"
        >a drill plays what its plan holds for drills; it waits for a recording and plays it between the spoken
        marks</small
      >
    </p>
    <label>
      级别 <small lang="en">severity</small>
      <select name="severity">
        <option value="red">红色 red</option>
        <option value="orange">橙色 orange</option>
        <option value="yellow">黄色 yellow</option>
        <option value="blue">蓝色 blue</option>
      </select>
    </label>
    <label class="tick"
      ><input type="checkbox" name="sirenUnlocked" value="true" /> 解锁警报器
      <small lang="en">unlock siren</small></label
    >
  </details>
</form>`;

/** The whole page; `live` is drawn again and again, the buttons and fields around it never. */
export const pageMarkup = (live: Html): Html =>
  html`<!doctype html>
    <html lang="zh-CN">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>模拟上级 · practice centre</title>
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href="/page.css" />
        <script src="/page.js" defer></script>
      </head>
      <body>
        <header>
          <h1>模拟上级 · 练习中心 <small lang="en">practice centre — never a real one</small></h1>
        </header>
        <p id="stale" hidden>▲ 与中心断开，下面是旧内容 <small lang="en">no connection: what you see is old</small></p>
        <nav>
          <div class="panels">
            <section class="panel actual">
              <h2>正式 <small lang="en">ACTUAL</small></h2>
              ${redForm} ${correctionForm} ${button('all-clear', 'plain', 'all clear')}
            </section>
            <section class="panel drill-panel">
              <h2>演练 <small lang="en">DRILL</small></h2>
              ${drillForm}
            </section>
            <section class="panel">
              <h2>刁难 <small lang="en">MISBEHAVE</small></h2>
              ${button('same-order-100', 'plain', 'same order ×100')} ${button('expired', 'plain', 'expired')}
              ${button('bad-signature', 'plain', 'bad signature')} ${button('cut', 'plain', 'cut 30 s')}
            </section>
          </div>
          <section class="panel stop-panel">
            <h2>全部停响 <small lang="en">SILENCE</small></h2>
            ${button('stop', 'stop', 'stop everything')}
          </section>
        </nav>
        <p id="answer" role="status"></p>
        <main id="live">${live}</main>
        <footer>
          优先级：正式应急 红 &gt; 橙 &gt; 黄 &gt; 蓝 &gt;
          不明；同级先看临灾时段，再看实时话音、发布层级；演练与测试低于一切正式应急；日常最后。
          <small lang="en"
            >Precedence: actual emergencies red &gt; orange &gt; yellow &gt; blue &gt; unknown, then stage, live voice,
            authority; drills and tests below them; routine last.</small
          >
        </footer>
      </body>
    </html>`;

/**
 * Sends buttons as JSON, shows the answer, and draws the live part again when the centre says so. A heartbeat comes every
 * 2 s; without it the page says that it is old.
 */
export const pageScript = `'use strict';
const live = document.getElementById('live');
const stale = document.getElementById('stale');
const answer = document.getElementById('answer');
const draw = async () => {
  const response = await fetch('/live');
  if (!response.ok) throw new Error(String(response.status));
  const open = new Set([...live.querySelectorAll('details[open]')].map((one) => one.id));
  live.innerHTML = await response.text();
  for (const one of live.querySelectorAll('details')) one.open = open.has(one.id);
};
let seenAt = Date.now();
const events = new EventSource('/events');
events.onmessage = () => {
  draw().then(() => { seenAt = Date.now(); }, () => { stale.hidden = false; });
};
setInterval(() => { stale.hidden = Date.now() - seenAt < 6000; }, 1000);
document.addEventListener('submit', async (event) => {
  event.preventDefault();
  const form = event.target;
  const fields = Object.fromEntries([...new FormData(form)].filter(([, value]) => value !== ''));
  answer.textContent = '…';
  try {
    const file = fields.audio;
    delete fields.audio;
    if (file instanceof File && file.size > 0) {
      const kept = await (await fetch('/api/audio', { method: 'POST', body: file })).json();
      if (!kept.ok) { answer.className = 'trouble'; answer.textContent = '✖ ' + kept.zh + ' · ' + kept.en; return; }
      fields.audio = kept.value.sha256;
    }
    const response = await fetch(form.getAttribute('action'), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(fields),
    });
    const told = await response.json();
    answer.className = response.ok ? '' : 'trouble';
    answer.title = (response.ok && told.value.alertId) || '';
    answer.textContent = response.ok
      ? '✔ ' + (told.value.kind ? form.querySelector('button').title + ' → ' + (told.value.sentTo.join(', ') || '(无设备在线 no box connected)') : JSON.stringify(told.value))
      : '✖ ' + told.zh + ' · ' + told.en;
  } catch {
    answer.className = 'trouble';
    answer.textContent = '✖ 中心无应答 · the centre does not answer';
  }
});
`;
