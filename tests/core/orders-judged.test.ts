import { describe, expect, test } from 'vitest';
import type { Alert, AlertAudio } from '../../src/core/alert.ts';
import type { SenderKey } from '../../src/core/order.ts';
import { planFor } from '../../src/core/make-broadcast.ts';
import { emptyVillage } from '../../src/core/village.ts';
import { alert, hamlet, Hamlet, mondayNine, plan, speaker } from './hamlet.ts';

const lastBody = (village: Hamlet) => village.receipts().at(-1)?.body;
const refusedAs = (village: Hamlet): readonly [string, string] | null => {
  const body = lastBody(village);
  return body?.stage === 'refused' ? [body.code, body.detail] : null;
};
const live = (village: Hamlet): readonly string[] =>
  Object.values(village.village.durable.broadcasts).flatMap(({ ended, alert: { id } }) => (ended === null ? [id] : []));

const key = (id: string, more: Partial<SenderKey> = {}): SenderKey => ({
  id,
  publicKey: `${id}=`,
  name: id,
  authority: 'county',
  classes: ['alarm'],
  scope: '',
  practice: false,
  ...more,
});

describe('the date of an order', () => {
  const minute = 60_000;
  const dated = (notBefore: number, validForMs: number, trust: 'trusted' | 'guessed' = 'trusted') => {
    const village = new Hamlet(hamlet, mondayNine, trust);
    village.issue({ kind: 'issue', alert: alert('a') }, { notBefore, validForMs });
    return village;
  };

  test('may lie five minutes ahead, the skew of two honest clocks, and not more', () => {
    expect(live(dated(mondayNine + 5 * minute, minute))).toEqual(['a']);
    expect(refusedAs(dated(mondayNine + 5 * minute + 1, minute))?.[0]).toBe('order-too-early');
  });

  test('may have run out five minutes ago and not longer', () => {
    expect(live(dated(mondayNine - 6 * minute + 1, minute))).toEqual(['a']);
    expect(lastBody(dated(mondayNine - 6 * minute, minute))).toMatchObject({ stage: 'ended', how: 'expired' });
    expect(refusedAs(dated(mondayNine - 6 * minute - 1, minute))?.[0]).toBe('order-expired');
  });

  test('under a guessed clock is counted from receipt', () => {
    const village = dated(0, 7 * minute, 'guessed');
    expect(Object.values(village.village.durable.broadcasts)[0]?.expiresAt).toBe(7 * minute);
  });

  test('decides when it ends: what is left of it, never more than it is valid for, and the skew', () => {
    const ends = (notBefore: number): number | undefined =>
      Object.values(dated(notBefore, 10 * minute).village.durable.broadcasts)[0]?.expiresAt;
    expect(ends(mondayNine)).toBe(15 * minute);
    expect(ends(mondayNine - 4 * minute)).toBe(11 * minute);
    expect(ends(mondayNine + 4 * minute)).toBe(15 * minute);
    expect(ends(mondayNine - 14 * minute)).toBe(minute);
  });
});

describe('new keys', () => {
  const set = (village: Hamlet, keys: readonly SenderKey[]): void =>
    void village.issue({ kind: 'set-keys', keys }, { class: 'keys' });

  test('must hold one that may set keys, or everybody would be locked out', () => {
    const village = new Hamlet();
    set(village, [key('a')]);
    expect(refusedAs(village)?.[0]).toBe('keys-without-keyholder');
    expect(village.village.durable.keys).toEqual([]);
  });

  test('take the place of all before, sixteen at most, and it is said', () => {
    const village = new Hamlet();
    set(village, [key('head', { classes: ['alarm', 'keys'] }), ...Array.from({ length: 20 }, (_, n) => key(`k${n}`))]);
    expect(village.village.durable.keys.map(({ id }) => id)).toEqual([
      'head',
      ...Array.from({ length: 15 }, (_, n) => `k${n}`),
    ]);
    expect(lastBody(village)).toEqual({ stage: 'done', what: 'keys-set' });
  });

  test('of the files stand until the files change', () => {
    const village = new Hamlet();
    const configured = (keys: readonly SenderKey[], hash: string): void =>
      void village.tell({ kind: 'configured', hash, site: hamlet, keys, real: true });
    configured([key('file', { classes: ['keys'] })], 'h2');
    set(village, [key('order', { classes: ['keys'] })]);
    configured([key('file', { classes: ['keys'] })], 'h3');
    expect(village.village.durable).toMatchObject({ siteHash: 'h3', real: true, keys: [{ id: 'order' }] });
    configured([key('other', { classes: ['keys'] })], 'h4');
    expect(village.village.durable.keys.map(({ id }) => id)).toEqual(['other']);
  });
});

describe('who may take back what', () => {
  const scoped = (scope: string): Hamlet => {
    const village = new Hamlet();
    village.tell({ kind: 'configured', hash: 'h2', site: hamlet, keys: [key('county', { scope })], real: false });
    village.issue({ kind: 'issue', alert: alert('a', { zones: ['east', 'west'] }) });
    village.issue({ kind: 'cancel', alertId: 'a' });
    return village;
  };

  test.each([
    ['of the whole box', '', []],
    ['of its county', '500112000000', []],
    ['of its township', '500112101200', []],
    ['of one of its zones', '500112101201', ['a']],
    ['of another county', '500113000000', ['a']],
  ])('a key %s', (_, scope, left) => {
    const village = scoped(scope);
    expect(live(village)).toEqual(left);
    if (left.length > 0) expect(refusedAs(village)?.[0]).toBe('out-of-reach');
  });

  test('an order of another class neither cancels nor updates, and the alert is named', () => {
    const village = new Hamlet();
    village.issue({ kind: 'issue', alert: alert('a') });
    village.issue({ kind: 'cancel', alertId: 'a' }, { class: 'routine' });
    expect(refusedAs(village)).toMatchObject(['class-unfit', expect.stringContaining('a')]);
    village.issue({ kind: 'update', alert: alert('a', { status: 'drill' }) }, { class: 'drill' });
    expect(refusedAs(village)?.[0]).toBe('class-unfit');
    village.issue({ kind: 'stop', alertId: 'a' }, { class: 'stop' });
    expect(live(village)).toEqual([]);
  });
});

const song: AlertAudio = { sha256: 'a'.repeat(64), bytes: 1_000_000, format: 'mp3', durationMs: 9_000 };
const wordless = (id: string, more: Partial<Alert> = {}): Alert =>
  alert(id, { text: '', headline: '', audio: song, ...more });
const card = {
  ...hamlet,
  terminals: hamlet.terminals.map((one) =>
    one.id === 'east-speaker' ? speaker(one.id, 'east', { output: 'card' }) : one,
  ),
};

describe('an alert that waits for its recording', () => {
  test('is refused at once where it has no plan', () => {
    const village = new Hamlet({ ...card, plans: [plan('move-now')] });
    village.issue({ kind: 'issue', alert: wordless('a', { plan: 'gone' }) });
    expect(refusedAs(village)).toMatchObject(['no-such-plan', expect.stringContaining('gone')]);
    village.issue({ kind: 'issue', alert: wordless('b', { class: 'routine', plan: null }) }, { class: 'routine' });
    expect(refusedAs(village)?.[0]).toBe('no-such-plan');
    expect(village.village.durable.waiting).toEqual([]);
  });

  test('says what it waits for; the seventeenth is refused', () => {
    const village = new Hamlet(card);
    for (let n = 0; n < 16; n += 1) village.issue({ kind: 'issue', alert: wordless(`a${n}`) });
    expect(lastBody(village)).toEqual({ stage: 'noted', code: 'waiting-audio', detail: song.sha256 });
    expect(village.village.durable.waiting).toHaveLength(16);
    village.issue({ kind: 'issue', alert: wordless('a16') });
    expect(refusedAs(village)).toMatchObject(['audio-waiting-full', expect.stringContaining('16')]);
  });

  test('is judged again when the recording came: its zone may be gone', () => {
    const village = new Hamlet(card);
    village.issue({ kind: 'issue', alert: wordless('a') });
    const zones = card.zones.filter(({ id }) => id === 'west');
    village.tell({ kind: 'configured', hash: 'h2', site: { ...card, zones }, keys: [], real: false });
    village.tell({ kind: 'audio-ready', sha256: song.sha256 });
    expect(refusedAs(village)?.[0]).toBe('no-such-zone');
    expect(village.village.durable.waiting).toEqual([]);
  });

  test('is not begun twice, nor by a recording that nobody named', () => {
    const village = new Hamlet(card);
    village.issue({ kind: 'issue', alert: wordless('a') });
    expect(village.tell({ kind: 'audio-ready', sha256: 'f'.repeat(64) })).toEqual([]);
    expect(village.tell({ kind: 'audio-failed', sha256: 'f'.repeat(64), code: 'c', detail: 'd' })).toEqual([]);
    village.tell({ kind: 'audio-ready', sha256: song.sha256 });
    expect(live(village)).toEqual(['a']);
    const { nextReceipt } = village.village.durable;
    village.tell({ kind: 'audio-ready', sha256: song.sha256 });
    expect(village.village.durable.nextReceipt).toBe(nextReceipt);
  });

  test('can be cancelled and stopped while it waits', () => {
    const village = new Hamlet(card);
    village.issue({ kind: 'issue', alert: wordless('a') });
    village.issue({ kind: 'issue', alert: wordless('b', { severity: 'blue' }) });
    village.issue({ kind: 'cancel', alertId: 'a' });
    expect(village.village.durable.waiting.map((one) => one.alert.id)).toEqual(['b']);
    village.issue({ kind: 'stop', alertId: 'b' }, { class: 'stop' });
    expect(village.village.durable.waiting).toEqual([]);
    const ended = village.receipts().flatMap(({ body }) => (body.stage === 'refused' ? [body.code] : []));
    expect(ended).toEqual(['audio-order-ended', 'audio-order-ended']);
  });
});

describe('the plan of an alert', () => {
  const site = {
    ...hamlet,
    plans: [
      plan('mud', { events: ['11D', '12'], severities: ['red', 'orange'], stages: ['now'] }),
      plan('any', { events: ['11D'] }),
      plan('news', { class: 'routine' }),
    ],
  };
  const chosen = (more: Partial<Alert>): string | undefined => planFor(site, alert('a', { plan: null, ...more }))?.id;

  test('is the first that fits event, severity, stage and class', () => {
    expect(chosen({})).toBe('mud');
    expect(chosen({ event: '12A01', severity: 'orange' })).toBe('mud');
    expect(chosen({ severity: 'yellow' })).toBe('any');
    expect(chosen({ stage: '2h' })).toBe('any');
    expect(chosen({ event: '99', class: 'routine' })).toBe('news');
  });

  test('is the last resort where none fits an emergency: the first tone and its words, three times', () => {
    expect(planFor(site, alert('a', { plan: null, event: '99' }))).toMatchObject({
      id: 'last-resort',
      class: 'emergency',
      playlist: [
        { play: 'tone', tone: 'steady' },
        { play: 'speech', text: null, clip: null },
      ],
      repeats: 3,
      intervalMs: 5_000,
      afterRestart: 'resume',
      drill: { playlist: [{ play: 'speech', text: null, clip: null }], repeats: 1, sirenUnlockMs: 0 },
    });
    const none = { ...site, plans: [] };
    expect(planFor(none, alert('a', { plan: null, class: 'routine' }))).toBeUndefined();
  });

  test('that is named is taken only for its own class', () => {
    expect(chosen({ plan: 'any' })).toBe('any');
    expect(chosen({ plan: 'news' })).toBeUndefined();
    expect(chosen({ plan: 'gone' })).toBeUndefined();
  });

  test('of routine sounds no siren, whatever its playlist says', () => {
    const loud = plan('notice', { class: 'routine', playlist: plan('x').playlist });
    const village = new Hamlet({ ...hamlet, plans: [loud] });
    village.issue({ kind: 'issue', alert: alert('n', { class: 'routine', plan: 'notice' }) }, { class: 'routine' });
    village.run(30_000);
    expect(new Set(village.heard().map(({ terminal }) => terminal))).toEqual(new Set(['east-speaker']));
  });
});

test('a village begins with nothing: no site, no keys, no history', () => {
  expect(emptyVillage).toEqual({
    durable: {
      ...{ schema: 1, site: null, siteHash: null, real: false, keys: [], keysOfFiles: '', last: null, boot: null },
      ...{ settlingUntil: null, clockSource: 'none', senders: {}, seen: {}, broadcasts: {}, plays: {}, terminals: {} },
      ...{ latches: [], stopProof: null, routineHeldUntil: null, sirenUse: {}, routine: { day: 0, plays: 0 } },
      ...{ localStarts: [], noticesPlayed: {}, degraded: {}, supplyStarts: {}, quietTests: {}, quietRun: null },
      ...{ selfTestDay: null, totals: {}, audio: {}, waiting: [], sequence: 1, nextReceipt: 1, acknowledged: 0 },
      ...{ satelliteReports: 0, framesSent: 0 },
    },
    senses: { wokeAt: null, tries: {}, repaired: {}, looks: {} },
  });
});
