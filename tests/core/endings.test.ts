import { describe, expect, test } from 'vitest';
import { heldMax, wantedAudio } from '../../src/core/audio-hold.ts';
import type { AlertAudio } from '../../src/core/alert.ts';
import type { Site } from '../../src/core/site.ts';
import { alert, hamlet, Hamlet, plan, siren, speaker } from './hamlet.ts';
import { site as withPlayer } from './recorded.ts';

const bodies = (village: Hamlet) => village.receipts().map(({ body }) => body);
const refusedAs = (village: Hamlet): readonly [string, string] | null => {
  const body = bodies(village).at(-1);
  return body?.stage === 'refused' ? [body.code, body.detail] : null;
};
const broadcasts = (village: Hamlet) => Object.values(village.village.durable.broadcasts);
const stopAll = (village: Hamlet): void => void village.tell({ kind: 'stop', source: 'panel', person: 'li', id: 's' });

describe('an alert that its authority takes back', () => {
  test('after a stop can no longer be continued, and others still can', () => {
    const village = new Hamlet();
    village.issue({ kind: 'issue', alert: alert('a') });
    village.issue({ kind: 'issue', alert: alert('b', { zones: ['west'] }) });
    stopAll(village);
    village.issue({ kind: 'cancel', alertId: 'a' });
    expect(village.village.durable.latches.map((latch) => latch.alert)).toEqual(['b']);
    expect(broadcasts(village).map(({ ended }) => ended)).toEqual(['cancelled', 'stopped']);
    expect(bodies(village).at(-1)).toEqual({ stage: 'done', what: 'cancelled' });
  });

  test.each([
    ['cancel', { kind: 'cancel', alertId: 'gone' }],
    ['all-clear', { kind: 'all-clear', alertId: 'gone', text: 'x' }],
  ] as const)('by a %s of one that never was is refused by its name', (_, body) => {
    const village = new Hamlet();
    village.issue(body);
    expect(refusedAs(village)).toMatchObject(['no-such-alert', expect.stringContaining('gone')]);
  });

  test('is lifted where its newest word sounded, twice, without a siren', () => {
    const village = new Hamlet();
    village.issue({ kind: 'issue', alert: alert('a') });
    village.issue({ kind: 'update', alert: alert('a', { zones: ['east', 'west'] }) });
    village.issue({ kind: 'all-clear', alertId: 'a', text: '解除' });
    const last = broadcasts(village).at(-1);
    expect(last).toMatchObject({ kind: 'all-clear', plan: 'all-clear', repeats: 2, intervalMs: 3_000, ended: null });
    expect(last?.afterRestart).toBe('announce-again');
    expect(Object.keys(last?.zones ?? {})).toEqual(['east', 'west']);
    expect(last?.items).toEqual([{ play: 'speech', text: '解除', clip: null, audio: null }]);
    village.issue({ kind: 'correction', alertId: 'a', text: '更正' });
    expect(broadcasts(village).at(-1)).toMatchObject({ kind: 'correction', plan: 'correction', ended: null });
    expect(broadcasts(village).map(({ ended }) => ended)).toEqual(['replaced', 'cleared', 'replaced', null]);
  });

  const drill = (more: Partial<Site['limits']> = {}): Hamlet => {
    const village = new Hamlet({ ...hamlet, limits: { ...hamlet.limits, ...more } });
    village.issue({ kind: 'issue', alert: alert('d', { status: 'drill' }) }, { class: 'drill' });
    return village;
  };
  const lift = (village: Hamlet, kind: 'all-clear' | 'correction' = 'all-clear'): readonly [string, unknown] => {
    const { id } = village.issue({ kind, alertId: 'd', text: '完' }, { class: 'drill', validForMs: 86_400_000 });
    const last = village.receipts().at(-1);
    return [last?.trace === id ? 'told' : 'not told', last?.body];
  };
  const silently = ['told', { stage: 'done', what: 'cleared-silently' }];

  test('in quiet hours is a drill that is over without a word; its correction is refused', () => {
    const village = drill();
    village.run(13 * 3_600_000);
    expect(lift(village)).toEqual(silently);
    const other = drill();
    other.run(13 * 3_600_000);
    expect(lift(other, 'correction')[1]).toMatchObject({ stage: 'refused', code: 'quiet-hours' });
    expect(refusedAs(other)?.[1]).toMatch(/21:00.*07:00/);
  });

  test('under an unknown clock, a stop or the cap of the day is over without a word, too', () => {
    const guessed = drill();
    guessed.trust = 'guessed';
    expect(lift(guessed)).toEqual(silently);
    const stopped = drill();
    stopAll(stopped);
    expect(lift(stopped)).toEqual(silently);
    expect(lift(drill({ routinePerDay: 1 }))).toEqual(silently);
    expect(lift(drill())[1]).not.toEqual(silently[1]);
  });
});

describe('the account of a broadcast', () => {
  test('counts who sounded, who failed and of whom nothing is known, and remembers whether anyone was heard', () => {
    const village = new Hamlet();
    village.issue({ kind: 'issue', alert: alert('a') });
    expect(broadcasts(village)[0]?.heard).toBe(false);
    village.run(450);
    const silent = village.finding('east-siren-2', 'silent', { readAt: 400 });
    village.tell({ kind: 'evidence', findings: [silent] });
    expect(broadcasts(village)[0]?.heard).toBe(false);
    expect(bodies(village).at(-1)).toMatchObject({ terminal: 'east-siren-2', verdict: 'failed', ageMs: 50 });
    village.tell({ kind: 'evidence', findings: [village.finding('east-siren-1', 'sounding')] });
    expect(broadcasts(village)[0]?.heard).toBe(true);
    village.tell({ kind: 'evidence', findings: [village.finding('east-siren-2', 'silent')] });
    expect(broadcasts(village)[0]?.heard).toBe(true);
    village.issue({ kind: 'cancel', alertId: 'a' });
    expect(bodies(village)).toContainEqual({
      ...{ stage: 'ended', how: 'cancelled', due: 3, sounded: 1, failed: 1, unknown: 1 },
    });
    expect(broadcasts(village)[0]).toMatchObject({ ended: 'cancelled', endedAt: 450, results: {} });
    expect(broadcasts(village)[0]?.zones['east']?.state).toBe('ended');
  });

  test('tells another reason, and not the same one twice', () => {
    const village = new Hamlet();
    village.issue({ kind: 'issue', alert: alert('a') });
    village.run(450);
    const see = (reason: string) =>
      void village.tell({ kind: 'evidence', findings: [village.finding('east-siren-1', 'no-reply', { reason })] });
    see('crc');
    see('crc');
    see('no-reply');
    const told = bodies(village).flatMap((body) => (body.stage === 'terminal' ? [body.reason] : []));
    expect(told).toEqual(['crc', 'no-reply']);
  });

  test('is kept for the last 32, those longest over first forgotten, and beside them what a person may still continue', () => {
    const village = new Hamlet();
    const oneAndOver = (id: string): void => {
      village.issue({ kind: 'issue', alert: alert(id) }, { notBefore: village.at.wall });
      village.run(1);
      village.issue({ kind: 'cancel', alertId: id }, { notBefore: village.at.wall });
    };
    village.issue({ kind: 'issue', alert: alert('stopped') });
    stopAll(village);
    for (let n = 0; n < 33; n += 1) oneAndOver(`a${n}`);
    const kept = broadcasts(village).map((one) => one.alert.id);
    expect(kept).toHaveLength(33);
    expect(kept[0]).toBe('stopped');
    expect(kept[1]).toBe('a1');
    village.run(3_600_000 + 600_000);
    oneAndOver('last');
    expect(broadcasts(village).map((one) => one.alert.id)).not.toContain('stopped');
  });

  test('closes what its zones could not do', () => {
    const village = new Hamlet({ ...hamlet, limits: { ...hamlet.limits, sirenLongestMs: 5_000 } });
    village.issue({ kind: 'issue', alert: alert('a', { zones: ['east', 'west'] }) });
    village.run(100);
    expect(village.village.durable.degraded).toEqual({ east: 'siren-cap', west: 'siren-cap' });
    village.issue({ kind: 'update', alert: alert('a', { zones: ['west'] }) });
    expect(village.village.durable.degraded['east']).toBeUndefined();
  });
});

describe('what may enter the queue', () => {
  test.each([
    ['in a zone that is not there', ['east', 'moon'], 'moon'],
    ['without any zone', [], ''],
  ] as const)('not an alert %s', (_, zones, named) => {
    const village = new Hamlet();
    village.issue({ kind: 'issue', alert: alert('a', { zones }) });
    expect(refusedAs(village)).toMatchObject(['no-such-zone', expect.stringContaining(named)]);
  });

  test('at its bound only a higher rank, or the newer word of one that is in it', () => {
    const village = new Hamlet({ ...hamlet, limits: { ...hamlet.limits, queueMax: 2 } });
    for (const id of ['a', 'b']) village.issue({ kind: 'issue', alert: alert(id, { severity: 'orange' }) });
    village.issue({ kind: 'issue', alert: alert('c', { severity: 'orange' }) });
    expect(refusedAs(village)?.[0]).toBe('queue-full');
    village.issue({ kind: 'update', alert: alert('b', { severity: 'orange', text: '新' }) });
    expect(broadcasts(village).flatMap((one) => (one.ended === null ? [one.alert.text] : []))).toEqual([
      '请立即转移',
      '新',
    ]);
    village.issue({ kind: 'issue', alert: alert('d', { severity: 'red' }) });
    expect(broadcasts(village).flatMap((one) => (one.ended === 'dropped' ? [one.alert.text] : []))).toEqual(['新']);
  });

  test('is latched no more by a stop once it rose', () => {
    const village = new Hamlet();
    for (const id of ['a', 'b']) village.issue({ kind: 'issue', alert: alert(id, { severity: 'orange' }) });
    stopAll(village);
    village.issue({ kind: 'issue', alert: alert('a', { severity: 'red' }) });
    expect(village.village.durable.latches.map((latch) => latch.alert)).toEqual(['b']);
  });
});

describe('a tone', () => {
  const toneOnly = (site: Partial<Site>, tone = 'steady'): Site => ({
    ...{ ...hamlet, ...site },
    plans: [
      plan('move-now', {
        playlist: [
          { play: 'tone', tone },
          { play: 'speech', text: '走', clip: null },
        ],
        repeats: 1,
      }),
    ],
  });
  const sounded = (site: Site, more: Parameters<typeof alert>[1] = {}): Hamlet => {
    const village = new Hamlet(site);
    village.issue({ kind: 'issue', alert: alert('a', more) }, { class: more.status === 'drill' ? 'drill' : 'alarm' });
    return village;
  };

  test('lasts no longer than the shortest timed lease that plays it', () => {
    const short = siren('s', 'east', { lease: { kind: 'timed', longestMs: 3_000, retrigger: 'unknown' } });
    const village = sounded(toneOnly({ terminals: [short, siren('t', 'east')] }));
    expect(village.heard().map(({ terminal, durationMs }) => [terminal, durationMs])).toEqual([
      ['s', 3_000],
      ['t', 3_000],
    ]);
  });

  test('of a loudspeaker is one urgent piece, and the next item waits for its word or two seconds', () => {
    const card = speaker('card', 'east', { output: 'out', abilities: ['tone', 'speech'], leadInMs: 300 });
    const village = sounded(toneOnly({ terminals: [card] }));
    expect(village.effects('sound')).toMatchObject([{ urgent: true, repair: false, cues: [{ durationMs: 10_000 }] }]);
    expect(bodies(village).map(({ stage }) => stage)).not.toContain('degraded');
    village.run(12_299);
    expect(village.heard()).toHaveLength(1);
    village.run(1);
    expect(village.heard()[1]).toMatchObject({ at: 12_300, play: 'speech' });
  });

  test('that the site does not have is left out', () => {
    expect(sounded(toneOnly({}, 'gone')).heard()).toMatchObject([{ at: 0, terminal: 'east-speaker', play: 'speech' }]);
  });

  test('of an unlocked drill stays silent in a zone that cannot say that it is one', () => {
    const drill = { playlist: [{ play: 'tone', tone: 'steady' } as const], repeats: 1, sirenUnlockMs: 3_000 };
    const plans = [plan('move-now', { drill })];
    const mute = { ...hamlet, plans, terminals: [siren('s', 'east')] };
    expect(sounded(mute, { status: 'drill', sirenUnlocked: true }).run(60_000).heard()).toEqual([]);
    const spoken = sounded({ ...hamlet, plans }, { status: 'drill', sirenUnlocked: true }).run(20_000);
    expect(spoken.heard().map(({ play }) => play)).toContain('tone');
  });
});

const audio = (name: string, more: Partial<AlertAudio> = {}): AlertAudio => ({
  ...{ sha256: name.padEnd(64, '0'), bytes: 1_000, format: 'mp3', durationMs: 9_000 },
  ...more,
});
const store = (village: Hamlet, one: AlertAudio): string => village.issue({ kind: 'store-audio', audio: one }).id;
const held = (village: Hamlet): readonly string[] =>
  Object.keys(village.village.durable.audio).map((id) => id.replace(/0+$/, ''));

describe('recordings', () => {
  test('are asked for emergencies first, then as they were named', () => {
    const village = new Hamlet(withPlayer);
    for (const name of ['b', 'a']) {
      store(village, audio(name));
      village.run(1);
    }
    village.issue({ kind: 'issue', alert: alert('x', { audio: audio('c') }) });
    village.tell({ kind: 'audio-ready', sha256: audio('a').sha256 });
    store(village, audio('d'));
    const wanted = wantedAudio(village.village.durable).map((one) => one.audio.sha256[0]);
    expect(wanted).toEqual(['c', 'b', 'd']);
  });

  test('of one hash cannot be two things', () => {
    const village = new Hamlet();
    store(village, audio('a'));
    store(village, audio('a', { format: 'opus' as AlertAudio['format'] }));
    expect(refusedAs(village)).toMatchObject(['audio-differs', expect.stringContaining(audio('a').sha256)]);
    store(village, audio('a', { bytes: 999 }));
    expect(refusedAs(village)?.[0]).toBe('audio-differs');
  });

  test('are fetched once for the last eight orders that want them stored', () => {
    const village = new Hamlet();
    const ids = Array.from({ length: 10 }, () => store(village, audio('a')));
    village.tell({ kind: 'audio-ready', sha256: audio('a').sha256 });
    const answered = village.receipts().flatMap(({ trace, body }) => (body.stage === 'done' ? [trace] : []));
    expect(answered).toEqual(ids.slice(2));
  });

  test('give way oldest first, by their hash where two are equally old, never one that is live or on its way', () => {
    const site = { ...withPlayer, limits: { ...hamlet.limits, audioStoreBytes: 4_000 } };
    const village = new Hamlet(site);
    village.issue({ kind: 'issue', alert: alert('x', { audio: audio('a') }) });
    village.run(1);
    for (const name of ['d', 'c']) store(village, audio(name));
    for (const name of ['a', 'c', 'd']) village.tell({ kind: 'audio-ready', sha256: audio(name).sha256 });
    store(village, audio('w'));
    expect(held(village)).toEqual(['a', 'd', 'c', 'w']);
    store(village, audio('e'));
    expect(held(village)).toEqual(['a', 'd', 'w', 'e']);
    store(village, audio('big', { bytes: 3_500 }));
    expect(refusedAs(village)).toMatchObject(['audio-store-full', expect.stringContaining('3500')]);
  });

  test('are 64 at most, however small', () => {
    const village = new Hamlet();
    for (let n = 0; n < heldMax; n += 1) store(village, audio(`f${n}x`));
    expect(held(village)).toHaveLength(heldMax);
    store(village, audio('one-too-many'));
    expect(refusedAs(village)?.[0]).toBe('audio-store-full');
  });
});
