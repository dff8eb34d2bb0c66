import { describe, expect, test } from 'vitest';
import type { Broadcast } from '../../src/core/village.ts';
import { alert, Hamlet, mondayNine } from './hamlet.ts';
import { audio, ready, recorded, replaced, site } from './recorded.ts';
import { bodies, goOn, live, stopAll, textsOnAir } from './stops.ts';

const broadcasts = (village: Hamlet): readonly Broadcast[] => Object.values(village.village.durable.broadcasts);
const waitingOf = (village: Hamlet): readonly string[] => village.village.durable.waiting.map((one) => one.alert.id);

describe('words that were ordered while a stop held those before them', () => {
  test('are what sounds, though they bring a recording that has yet to come', () => {
    const village = replaced({ text: '到学校操场集合' }, { text: '操场已淹，改到山上' });
    goOn(village);
    expect([textsOnAir(village), waitingOf(village)]).toEqual([['操场已淹，改到山上'], []]);
  });

  test('sound in the name of who sent them', () => {
    const village = replaced({ text: '上山' }, { text: '下山', audio: null }, 'town');
    goOn(village);
    expect(broadcasts(village).at(-1)).toMatchObject({ ended: null, source: 'town' });
  });
});

describe('a recording that was ordered while a stop held the words before it', () => {
  test('leaves those words in the name of who sent them', () => {
    const village = replaced({ text: '上山' }, {}, 'town');
    goOn(village);
    expect(broadcasts(village).at(-1)).toMatchObject({ ended: null, alert: { text: '上山' }, source: 'county' });
  });

  test('lets those words sound no longer than it is valid itself', () => {
    const village = new Hamlet(site);
    village.issue({ kind: 'issue', alert: alert('rec', { text: '上山' }) }, { validForMs: 7_200_000 });
    stopAll(village);
    village.issue({ kind: 'update', alert: recorded }, { validForMs: 600_000 });
    goOn(village);
    expect(textsOnAir(village)).toEqual(['上山']);
    expect(broadcasts(village).at(-1)?.expiresAt).toBe(village.village.durable.waiting[0]?.expiresAt);
  });

  test('sounds as a broadcast of its own: that of the words keeps its account', () => {
    const village = replaced({ text: '上山' });
    goOn(village);
    ready(village);
    expect(broadcasts(village).map(({ alert: { text }, ended }) => [text, ended === null])).toEqual([
      ['上山', false],
      ['上山', false],
      ['', true],
    ]);
  });
});

test('a recording that waits is not given up for an order that no person could go on with', () => {
  const village = replaced({ text: '橙', severity: 'orange' }, { severity: 'red' });
  village.issue({ kind: 'update', alert: alert('rec', { text: '降回', severity: 'orange', plan: 'elsewhere' }) });
  expect(waitingOf(village)).toEqual(['rec']);
});

describe('a recording that a person goes on with', () => {
  test('is not waited for when it has come meanwhile', () => {
    const village = new Hamlet(site);
    village.issue({ kind: 'issue', alert: recorded });
    stopAll(village);
    ready(village);
    goOn(village);
    expect([textsOnAir(village), waitingOf(village)]).toEqual([[''], []]);
  });

  test('is asked for before those of routine', () => {
    const village = replaced({ text: '上山' });
    village.tell({ kind: 'audio-failed', sha256: audio.sha256, code: 'audio-lost', detail: '' });
    goOn(village);
    expect(village.village.durable.audio[audio.sha256]).toMatchObject({ state: 'wanted', urgent: true });
  });

  test('stays stopped where there is no room for it, and may be taken back later', () => {
    const village = new Hamlet({ ...site, limits: { ...site.limits, audioStoreBytes: 1_500 } });
    village.issue({ kind: 'issue', alert: recorded });
    stopAll(village);
    village.tell({ kind: 'audio-failed', sha256: audio.sha256, code: 'audio-lost', detail: '' });
    village.issue({ kind: 'store-audio', audio: { ...audio, sha256: 'b'.repeat(64) } });
    const refused = bodies(goOn(village)).at(-1);
    expect([refused, village.village.durable.latches.map((one) => one.alert)]).toMatchObject([
      { stage: 'refused', code: 'audio-store-full' },
      ['rec'],
    ]);
  });
});

test.each([
  ['what was stopped', ['east', 'west'], ['east']],
  ['the recording that waited behind it', ['east'], ['east', 'west']],
] as const)('an update is judged by the zones of %s, though it names fewer', (_, zones, since) => {
  const village = new Hamlet(site);
  const key = { publicKey: 'x', name: 'x', authority: 'county', classes: ['alarm'], practice: true } as const;
  const keys = [
    { ...key, id: 'county', scope: '500112' },
    { ...key, id: 'east-village', scope: '500112101201' },
  ];
  village.tell({ kind: 'configured', hash: 'h2', site, keys, real: false });
  village.issue({ kind: 'issue', alert: alert('rec', { zones }) });
  village.issue({ kind: 'update', alert: { ...recorded, zones: since } });
  stopAll(village);
  village.issue({ kind: 'update', alert: alert('rec') }, { sender: 'east-village', counter: 1 });
  expect(village.receipts().at(-1)?.body).toMatchObject({ stage: 'refused', code: 'out-of-reach' });
});

describe('a warning that is stopped while it waits for its recording', () => {
  test('promises nothing of any terminal, and has a place of its own among what began', () => {
    const village = new Hamlet(site);
    village.issue({ kind: 'issue', alert: recorded });
    village.issue({ kind: 'issue', alert: { ...recorded, id: 'other' } });
    stopAll(village);
    expect(broadcasts(village).map(({ results }) => results)).toEqual([{}, {}]);
    expect(new Set(broadcasts(village).map(({ sequence }) => sequence)).size).toBe(2);
  });

  test('is what goes on, though the words that lifted it before were on air', () => {
    const village = new Hamlet(site);
    village.issue({ kind: 'issue', alert: alert('rec') });
    village.run(1_000);
    village.issue({ kind: 'all-clear', alertId: 'rec', text: '解除' });
    village.issue({ kind: 'update', alert: recorded });
    expect([textsOnAir(village), waitingOf(village)]).toEqual([['解除'], ['rec']]);
    stopAll(village);
    goOn(village);
    expect([live(village), waitingOf(village)]).toEqual([[], ['rec']]);
  });

  test('is what goes on, though an exercise of its number was on air', () => {
    const village = new Hamlet(site, mondayNine);
    village.issue({ kind: 'issue', alert: alert('rec', { status: 'drill' }) }, { class: 'drill' });
    village.run(2_000);
    village.issue({ kind: 'issue', alert: recorded });
    expect([live(village), waitingOf(village)]).toEqual([['rec'], ['rec']]);
    stopAll(village);
    goOn(village);
    expect([live(village), waitingOf(village)]).toEqual([[], ['rec']]);
  });
});
