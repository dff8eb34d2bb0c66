import type { ComponentChildren, VNode } from 'preact';
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import type { LiveView, ReceiptView, SiteView } from '../../src/console/view.ts';
import { createActions, createStore, type Store } from '../../src/console/web/actions.ts';
import { orderScreen } from '../../src/console/web/frame.ts';
import { emptyModel, reduce, type Act, type Draft, type Model, type Notice } from '../../src/console/web/model.ts';
import { pageWords } from '../../src/words/text/page.ts';
import { allSilent } from '../../src/words/text/receipt-words.ts';
import type { Bilingual } from '../../src/words/bilingual.ts';
import { calmView, exampleSite } from './rig.ts';
import { onAir, scenes } from './scenes.ts';

const person = { id: 'li-ming', name: '李明', role: 'leader' } as const;
const draft: Draft = { plan: 'move-now', zones: ['heba'], severity: 'red', text: '', sirenUnlocked: false };
let site: SiteView;

beforeAll(async () => {
  site = await exampleSite();
});

const all = (model: Model, ...acts: readonly Act[]): Model => acts.reduce(reduce, model);
const seen = (now: number, live: LiveView): Act => ({ act: 'live', live, ageMs: 0, now });

describe('a real warning that somebody knows of when he opens the drills', () => {
  const inDrills = (live: LiveView): Model =>
    all({ ...emptyModel, site, person }, seen(1_000, live), { act: 'go', place: 'drill' });

  test('is never shown in the look of a drill, and the page does not leave it by itself', () => {
    const [first] = scenes.air(site).live;
    const ways: readonly Act[] = [
      { act: 'go', place: 'air' },
      { act: 'air', broadcast: first?.id ?? '' },
    ];
    for (const way of ways) {
      const after = all(inDrills(scenes.air(site)), way);
      expect(after).toMatchObject({ place: 'air', drillUntil: null });
    }
  });

  test('while a drill that is on air keeps that look', () => {
    expect(all(inDrills(scenes.drill(site)), { act: 'go', place: 'air' }).drillUntil).not.toBeNull();
  });
});

describe('what a stop has left unproven', () => {
  const stopped: Notice = { kind: 'good', ...pageWords.stopped };
  const proof = (number: number, words: Bilingual): ReceiptView => ({
    ...{ number, wall: 0, trace: 's-1', broadcast: null, status: 'actual', stage: 'unproven-silence', words },
  });
  const one = { zh: '1 台静音未证实：河坝组警报器 2', en: 'silence not proven of 1: Heba siren 2' };
  const shownAfter = (notice: Notice | null, before: readonly ReceiptView[], after: readonly ReceiptView[]) => {
    const page = all({ ...emptyModel, site, person, notice }, seen(1_000, calmView(site, { receipts: before })));
    return all(page, seen(2_000, calmView(site, { receipts: after }))).notice;
  };

  test('is told in the place where the stop is told as done, and to whoever has the page open', () => {
    const told = { kind: 'bad', zh: `已停止，${one.zh}`, en: `stopped, ${one.en}` };
    expect(shownAfter(stopped, [], [proof(7, one)])).toEqual(told);
    expect(shownAfter(null, [], [proof(7, one)])).toEqual(told);
  });

  test('is not told again, nor where all is proven to be silent, nor in the place of other news', () => {
    expect(shownAfter(stopped, [proof(7, one)], [proof(7, one)])).toEqual(stopped);
    expect(shownAfter(stopped, [], [proof(7, allSilent)])).toEqual(stopped);
    const other: Notice = { kind: 'bad', zh: '没有送到', en: 'not sent' };
    expect(shownAfter(other, [], [proof(7, one)])).toEqual(other);
  });

  test('is told as that alone where something sounds again: no page says stopped beside it', () => {
    const silent = all({ ...emptyModel, site, person, notice: stopped }, seen(1_000, calmView(site)));
    const sounding = { live: [onAir(site)] };
    const goneOn = seen(3_000, calmView(site, { ...sounding, receipts: [proof(7, one)] }));
    expect(all(silent, seen(2_000, calmView(site, sounding)), goneOn).notice).toEqual({ kind: 'bad', ...one });
    expect(all(silent, goneOn).notice).toEqual({ kind: 'bad', ...one });
    expect(all(silent, seen(2_000, calmView(site, { receipts: [proof(7, one)] })), goneOn).notice).toBeNull();
  });

  test('is no news any more where a later stop has proven all to be silent', () => {
    expect(shownAfter(stopped, [], [proof(9, allSilent), proof(7, one)])).toEqual(stopped);
  });

  test('goes from the screen once a later stop has proven all to be silent, whether or not something sounds', () => {
    const told = { kind: 'bad', zh: `已停止，${one.zh}`, en: `stopped, ${one.en}` } as const;
    const proofs = [proof(9, allSilent), proof(7, one)];
    expect(shownAfter(told, [proof(7, one)], proofs)).toBeNull();
    expect(shownAfter({ kind: 'bad', ...one }, [proof(7, one)], proofs)).toBeNull();
    expect(shownAfter(told, [proof(7, one), proof(5, allSilent)], [proof(7, one), proof(5, allSilent)])).toEqual(told);
    expect(shownAfter({ kind: 'bad', zh: '没有送到', en: 'not sent' }, [], proofs)?.zh).toBe('没有送到');
  });

  test('is told also where the stop was told as not recorded yet', () => {
    const unrecorded: Notice = { kind: 'good', ...pageWords.notRecorded };
    expect(shownAfter(unrecorded, [], [proof(7, one)])?.zh).toBe(`已停止，${one.zh}`);
  });
});

/** A page at a place; what it asks is answered by `replies` in turn, null being no answer at all. */
const pageAt = (more: Partial<Model>, replies: readonly (object | null)[]) => {
  const live = calmView(site, { live: [onAir(site, {})] });
  const store: Store = createStore({ ...emptyModel, site, live, person, ...more }, () => undefined);
  const left = [...replies];
  vi.stubGlobal('fetch', () => {
    const reply = left.shift() ?? null;
    return reply === null ? Promise.reject(new Error('away')) : Promise.resolve({ json: () => Promise.resolve(reply) });
  });
  return { store, actions: createActions(store) };
};

const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
};

const done = { ok: true, recorded: true };
const unrecorded = { ok: true, recorded: false };

afterEach(() => void vi.unstubAllGlobals());

describe('what the page tells of a stop', () => {
  const stopAt = async (more: Partial<Model>, ...replies: readonly (object | null)[]): Promise<Model> => {
    const { store, actions } = pageAt(more, replies);
    for (let at = 0; at < replies.length; at += 1) {
      actions.stop();
      await settled();
    }
    return store.get();
  };

  test('is of this touch, not of the one before that did not reach the box', async () => {
    const failed = await stopAt({ place: 'air' }, null);
    expect(failed.notice?.kind).toBe('bad');
    const stopped = await stopAt({ place: 'air' }, null, done);
    expect(stopped.notice).toEqual({ kind: 'good', ...pageWords.stopped });
  });

  test('is that it was stopped where something sounded, also when the same touch withdrew another warning', async () => {
    const both = await stopAt({ place: 'confirm', draft, airAt: 3_000 }, done);
    expect([both.airAt, both.notice]).toEqual([null, { kind: 'good', ...pageWords.stopped }]);
  });

  test('is that nothing was on air where a countdown was all there was', async () => {
    const withdrawn = await stopAt({ place: 'confirm', draft, airAt: 3_000, live: calmView(site) }, done);
    expect(withdrawn.notice).toEqual({ kind: 'good', ...pageWords.withdrawn });
  });

  test('says that it is not recorded yet, whatever it ended', async () => {
    const told = await stopAt({ place: 'confirm', draft, airAt: 3_000 }, unrecorded);
    expect(told.notice).toEqual({ kind: 'good', ...pageWords.notRecorded });
  });
});

const textOf = (node: ComponentChildren): string => {
  if (typeof node === 'string' || typeof node === 'number') return String(node);
  if (Array.isArray(node)) return node.map(textOf).join('');
  if (typeof node !== 'object' || node === null || !('props' in node)) return '';
  return textOf((node as VNode<{ readonly children?: ComponentChildren }>).props.children);
};

describe('an order that covers the page', () => {
  const cover = (more: Partial<Model>): string => {
    const model: Model = { ...emptyModel, site, live: scenes.order(site), linked: true, gotAt: 0, now: 100, ...more };
    const { store, actions } = pageAt(model, []);
    return textOf(orderScreen({ model, dispatch: store.dispatch, actions }));
  };

  test('does not cover what became of a touch', () => {
    const notice = { kind: 'bad', zh: '连不上本机', en: 'cannot be reached' } as const;
    expect(cover({ notice })).toContain('连不上本机');
    expect(cover({})).not.toContain('连不上本机');
  });

  test('tells one of several that was played as that, and does not say that all are on air', () => {
    const [live] = scenes.order(site).live;
    if (live === undefined) throw new Error('no order');
    const over = { ended: 'completed', endedAgoMs: 60_000, state: 'ended', receivedAgoMs: 300_000 } as const;
    const played = { ...live, ...over, id: 'b-9', alert: 'county-2026-9' };
    const both = cover({ live: calmView(site, { live: [live], ended: [played] }) });
    expect(both).toContain('上级 2 条指令，还没有人应答');
    expect(both.split('已播完')).toHaveLength(2);
    const sounding = cover({ live: calmView(site, { live: [live, { ...live, id: 'b-9', alert: 'county-2026-9' }] }) });
    expect(sounding).toContain('上级 2 条指令到达，正在播发');
    expect(sounding).not.toContain('已播完');
  });

  test('says that it is old when nothing has come from the box since', () => {
    expect(cover({ linked: false, now: 60_000 })).toContain(pageWords.noLink.zh);
    expect(cover({})).not.toContain(pageWords.noLink.zh);
  });
});
