import { request } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import type { Centre } from '../../emulator/centre/centre.ts';
import { servePage } from '../../emulator/centre/http.ts';
import { until } from './scripted-box.ts';
import { cleanUp, connectBox, later, startCentre } from './support.ts';

afterEach(cleanUp);

const startPage = async (): Promise<{ centre: Centre; url: string }> => {
  const centre = await startCentre();
  const page = await servePage(centre, 0);
  later(() => page.close());
  return { centre, url: page.url };
};

interface Told {
  readonly ok: boolean;
  readonly code?: string;
  readonly field?: string;
  readonly zh?: string;
  readonly value?: unknown;
}

const act = async (url: string, name: string, body: string | object): Promise<{ status: number; told: Told }> => {
  const response = await fetch(`${url}api/acts/${name}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  return { status: response.status, told: (await response.json()) as Told };
};

const hostile = `<script>alert(1)</script><img src=x onerror='a()'>"&\u202e`;

describe('the page', () => {
  it('lets no text of an order or a receipt become markup', async () => {
    const { centre, url } = await startPage();
    const box = await connectBox(centre);
    // The document forbids the turned direction in headlines; in a receipt it may come.
    const sent = await centre.issue({ headline: hostile.replace('\u202e', '') });
    if (!sent.ok) expect.fail(sent.failure.code);
    const trace = sent.value.id;
    const refused = { stage: 'refused', code: hostile, detail: hostile };
    const terminal = {
      stage: 'terminal',
      terminal: hostile,
      verdict: 'failed',
      grade: 'current',
      reason: hostile,
      value: 0,
      unit: hostile,
      ageMs: 1,
    };
    box.send({
      type: 'receipts',
      items: [
        box.receipt(1, { trace, body: refused }, 'ack.refused'),
        box.receipt(2, { trace, body: terminal }, 'terminal.failed'),
      ],
    });
    box.snapshot({
      terminals: [{ id: hostile, health: 'well', sounding: 'no', ageMs: null, quietTest: 'horn-open' }],
      troubles: [hostile],
      broadcasts: [
        {
          id: hostile,
          alert: hostile,
          status: 'drill',
          zones: [hostile],
          state: 'queued',
          due: 1,
          sounded: 0,
          failed: 0,
          unknown: 0,
        },
      ],
    });
    box.send({ type: 'problem', code: hostile.slice(0, 64), field: hostile, zh: hostile, en: hostile });
    await until(() => centre.remarks().length > 0);
    for (const path of ['', 'live']) {
      const text = await (await fetch(url + path)).text();
      expect(text).toContain('&lt;script&gt;alert(1)');
      expect(text).not.toContain('<script>alert');
      expect(text).not.toMatch(/<img/);
      expect(text).not.toContain('\u202e');
      // What the last quiet test has found stands beside the terminal, in both languages.
      expect(text).toContain('喇叭断线');
      expect(text).toContain('horn not connected');
    }
  });

  it('asks for nothing outside itself, and its policy allows no script but its own', async () => {
    const { url } = await startPage();
    const response = await fetch(url);
    const policy = response.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toContain('unsafe');
    const parts = [
      await response.text(),
      await (await fetch(`${url}page.css`)).text(),
      await (await fetch(`${url}page.js`)).text(),
    ];
    expect(parts.join('')).not.toMatch(/https?:\/\//);
    expect(parts[0]).not.toMatch(/<script(?! src="\/page\.js")|\son[a-z]+=|style="/);
    for (const word of ['推送红色', '演练', '同一条×100', '已过期', '坏签名', '断开30秒', '停止', '解除', '更正'])
      expect(parts[0]).toContain(word);
  });

  it('draws a terminal that nothing was asked of as fresh as the state that tells of it', async () => {
    const { centre, url } = await startPage();
    const box = await connectBox(centre);
    box.snapshot({ terminals: [{ id: 'idle-siren', health: 'well', sounding: 'no', ageMs: null }] });
    await until(() => centre.boxes().some(({ snapshot }) => snapshot !== null));
    const cell = /<li class="([^"]*)">\s*<b>idle-siren[^]*?<\/li>/.exec(await (await fetch(`${url}live`)).text());
    expect(cell?.[1]?.split(/\s+/)).not.toContain('old');
    expect(cell?.[0]).not.toContain('从未');
  });

  it('names the alert that an order ends, with its status and level', async () => {
    const { centre, url } = await startPage();
    const sent = await centre.issue({ headline: '河坝滑坡橙色预警', severity: 'orange' });
    if (!sent.ok) expect.fail(sent.failure.code);
    expect((await act(url, 'all-clear', {})).told).toMatchObject({ ok: true });
    const live = await (await fetch(`${url}live`)).text();
    const [first] = live.split('</article>');
    expect(first).toContain('解除');
    expect(first).toContain('河坝滑坡橙色预警');
    expect(first).toMatch(/badge drill/);
    expect(first).toMatch(/badge orange/);
  });

  it('shows silence that is proven everywhere as no trouble', async () => {
    const { centre, url } = await startPage();
    const box = await connectBox(centre);
    const silences = [[], ['t1']].map((terminals, at) =>
      box.receipt(at + 1, { trace: 's', body: { stage: 'unproven-silence', terminals } }, 'terminal.silence-unproven'),
    );
    box.send({ type: 'receipts', items: silences });
    await until(() => centre.receipts().length === 2);
    const live = await (await fetch(`${url}live`)).text();
    const rows = live.split('<li').filter((row) => row.includes('静音核对'));
    expect(rows.map((row) => row.includes('receipt unproven-silence'))).toEqual([true, false]);
  });

  it('shows boxes, terminals with their age, and the counters as an addition', async () => {
    const { centre, url } = await startPage();
    const box = await connectBox(centre);
    const sent = await centre.issue();
    if (!sent.ok) expect.fail(sent.failure.code);
    const trace = sent.value.id;
    const verdict = (terminal: string, said: string) => ({
      stage: 'terminal',
      terminal,
      verdict: said,
      grade: 'current',
      reason: null,
      value: null,
      unit: null,
      ageMs: 1,
    });
    box.send({
      type: 'receipts',
      items: [
        box.receipt(1, { trace, body: { stage: 'queued', zones: ['a'], due: 3 } }, 'broadcast.queued'),
        box.receipt(2, { trace, body: verdict('s1', 'sounded') }, 'terminal.sounded'),
        box.receipt(3, { trace, body: verdict('s2', 'unknown') }, 'terminal.unknown'),
      ],
    });
    await until(() => centre.receipts().length === 3);
    const state = (await (await fetch(`${url}api/state`)).json()) as { value: { orders: { tallies: object[] }[] } };
    expect(state.value.orders[0]?.tallies).toMatchObject([{ due: 3, sounded: 1, failed: 0, unknown: 1, pending: 1 }]);
    const text = (await (await fetch(`${url}live`)).text()).replaceAll(/<[^>]+>|\s+/g, ' ');
    expect(text).toContain('siren-1');
    // What is still waited for is unknown, and said to be part of it: 3 = 1 + 0 + 2.
    expect(text).toMatch(/应响 +due +3 +=[^0-9]*1 [^0-9]*0 [^0-9]*2 +其中 1 台待证/);
  });

  it('tells an open page of every change', async () => {
    const { centre, url } = await startPage();
    const response = await fetch(`${url}events`);
    const reader = response.body!.getReader();
    const read = async (): Promise<string> => Buffer.from((await reader.read()).value ?? []).toString();
    expect(await read()).toContain('data:');
    await connectBox(centre);
    expect(await read()).toContain('changed');
    await reader.cancel();
  });
});

describe('a command over HTTP', () => {
  it('sends the order that its fields ask for', async () => {
    const { centre, url } = await startPage();
    const box = await connectBox(centre);
    const { status, told } = await act(url, 'drill', {
      headline: '暴雨演练',
      zones: 'shiling,hekou',
      sirenUnlocked: 'true',
    });
    expect([status, told.ok]).toEqual([200, true]);
    const envelope = JSON.parse(String((await box.next('order'))['envelope'])) as { class: string; body: object };
    expect(envelope).toMatchObject({
      class: 'drill',
      body: {
        kind: 'issue',
        alert: { status: 'drill', headline: '暴雨演练', zones: ['shiling', 'hekou'], sirenUnlocked: true },
      },
    });
  });

  it('sends one order a hundred times', async () => {
    const { centre, url } = await startPage();
    const box = await connectBox(centre);
    await act(url, 'same-order-100', {});
    await until(() => box.heard.filter(({ type }) => type === 'order').length === 100);
    expect(centre.orders()).toHaveLength(1);
  });

  it('from a form leads back to the page', async () => {
    const { url } = await startPage();
    const response = await fetch(`${url}api/acts/stop`, {
      method: 'POST',
      body: new URLSearchParams(),
      redirect: 'manual',
    });
    expect([response.status, response.headers.get('location')]).toEqual([303, '/']);
  });

  it.each([
    ['issue', '{', 400, 'centre-input-json'],
    ['issue', '[]', 400, 'centre-input-json'],
    ['issue', { severity: 'purple' }, 400, 'centre-input-field'],
    ['issue', { colour: 'red' }, 400, 'centre-input-unknown'],
    ['issue', { zones: '' }, 400, 'centre-order-invalid'],
    ['cut', { seconds: 'long' }, 400, 'centre-input-field'],
    ['cut', { seconds: -1 }, 400, 'centre-input-field'],
    ['time', { at: '9 o’clock' }, 400, 'centre-input-field'],
    ['enrol', { id: 'a', publicKey: 'short' }, 400, 'centre-input-field'],
    ['cancel', {}, 400, 'centre-alert-unknown'],
    ['explode', {}, 404, 'centre-input-act'],
    ['constructor', {}, 404, 'centre-input-act'],
    ['issue', { text: 'x'.repeat(70_000) }, 413, 'centre-input-large'],
  ] as const)('%s %j is refused with %i %s', async (name, body, status, code) => {
    const { url } = await startPage();
    const answer = await act(url, name, body);
    expect([answer.status, answer.told.code]).toEqual([status, code]);
    expect(answer.told.zh).toContain(code);
  });

  it('is refused when a page of another site sends it', async () => {
    const { url } = await startPage();
    const foreign = await fetch(`${url}api/acts/stop`, {
      method: 'POST',
      headers: { origin: 'http://elsewhere.example' },
    });
    expect(foreign.status).toBe(403);
    const renamed = await new Promise<number>((resolve, reject) => {
      request(`${url}live`, { headers: { host: 'elsewhere.example' } }, (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      })
        .on('error', reject)
        .end();
    });
    expect(renamed).toBe(403);
  });

  it('says of a journal head whether it still fits', async () => {
    const { centre, url } = await startPage();
    const box = await connectBox(centre);
    const ask = async (query: string): Promise<unknown> => (await fetch(`${url}api/head?box=${box.id}${query}`)).json();
    const witness = centre.witness(box.id)!;
    expect(await ask(`&records=12&head=${witness.head}`)).toMatchObject({ value: { verdict: 'fits' } });
    expect(await ask(`&records=4&head=${'0'.repeat(64)}`)).toMatchObject({ value: { verdict: 'behind', witness } });
    expect(await ask('&records=x&head=1')).toMatchObject({ ok: false, code: 'centre-input-field', field: 'records' });
  });
});
