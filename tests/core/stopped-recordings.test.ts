import { describe, expect, test } from 'vitest';
import { stoppedLast } from '../../src/core/stop.ts';
import { alert, Hamlet, mondayNine } from './hamlet.ts';
import { audio, ready, recorded, replaced, site } from './recorded.ts';
import { bodies, goOn, live, stopAll, textsOnAir } from './stops.ts';

describe('a warning that waits for its recording when somebody stops', () => {
  const waiting = (): Hamlet => {
    const village = new Hamlet(site);
    village.issue({ kind: 'issue', alert: alert('other', { zones: ['west'] }) });
    village.issue({ kind: 'issue', alert: recorded });
    expect(village.village.durable.waiting.map((one) => one.alert.id)).toEqual(['rec']);
    return village.run(1_000);
  };

  test('does not sound when it comes, and waits for it anew when a person goes on', () => {
    const village = waiting();
    stopAll(village);
    village.run(1_000);
    goOn(village);
    expect([live(village), village.village.durable.waiting.map((one) => one.alert.id)]).toEqual([['other'], ['rec']]);
    ready(village);
    expect([...live(village)].sort()).toEqual(['other', 'rec']);
  });

  test('sounds at once when its recording has come meanwhile', () => {
    const village = waiting();
    stopAll(village);
    ready(village);
    expect(live(village)).toEqual([]);
    goOn(village);
    expect([...live(village)].sort()).toEqual(['other', 'rec']);
  });

  test('may be stopped by its number alone', () => {
    const village = waiting();
    village.issue({ kind: 'stop', alertId: 'rec' });
    goOn(village);
    expect(village.village.durable.waiting.map((one) => one.alert.id)).toEqual(['rec']);
  });

  test('waits on while another is stopped by its number', () => {
    const village = waiting();
    village.issue({ kind: 'stop', alertId: 'other' });
    expect(village.village.durable.waiting.map((one) => one.alert.id)).toEqual(['rec']);
    expect(stoppedLast(village.village.durable, village.mono).map((one) => one.alert.id)).toEqual(['other']);
  });

  test('is gone on with by its words, where those sounded while it came', () => {
    const village = new Hamlet(site);
    village.issue({ kind: 'issue', alert: alert('rec', { text: '上山' }) });
    village.issue({ kind: 'update', alert: recorded });
    stopAll(village);
    goOn(village);
    expect(textsOnAir(village)).toEqual(['上山']);
  });

  test('of which a stop holds the words before: those sound until it comes, and stay when it never does', () => {
    const village = replaced({ text: '上山' });
    goOn(village);
    expect([textsOnAir(village), village.village.durable.waiting.length]).toEqual([['上山'], 1]);
    ready(village);
    expect(textsOnAir(village)).toEqual(['']);
    const other = replaced({ text: '上山' });
    goOn(other);
    other.tell({ kind: 'audio-failed', sha256: audio.sha256, code: 'audio-unfit', detail: '' });
    expect(textsOnAir(other)).toEqual(['上山']);
  });

  test('that had sounded goes on with its siren at once, though the recording must be fetched anew', () => {
    const village = new Hamlet(site);
    village.issue({ kind: 'issue', alert: recorded });
    ready(village);
    village.run(1_000);
    stopAll(village);
    village.tell({ kind: 'audio-failed', sha256: audio.sha256, code: 'audio-lost', detail: '' });
    const sounds = village.effects('sound').length;
    goOn(village);
    expect([live(village), village.village.durable.waiting.length]).toEqual([['rec'], 1]);
    village.run(100);
    expect(village.effects('sound').length).toBeGreaterThan(sounds);
    ready(village);
    expect(live(village)).toEqual(['rec']);
  });

  test('is not given up for what a person goes on with: it was ordered later', () => {
    const village = replaced({ text: '橙色', severity: 'orange' }, { severity: 'red' });
    goOn(village);
    expect(textsOnAir(village)).toEqual(['橙色']);
    ready(village);
    expect(Object.values(village.village.durable.broadcasts).at(-1)).toMatchObject({
      ended: null,
      alert: { severity: 'red' },
    });
    expect(live(village)).toEqual(['rec']);
  });

  test('is not taken away by whoever may only drill, though a drill of its number is on air', () => {
    const village = new Hamlet(site, mondayNine);
    village.issue({ kind: 'issue', alert: alert('rec', { status: 'drill' }) }, { class: 'drill' });
    village.run(2_000);
    village.issue({ kind: 'issue', alert: recorded });
    village.issue({ kind: 'update', alert: alert('rec', { status: 'drill', text: '演练' }) }, { class: 'drill' });
    expect(village.receipts().at(-1)?.body).toMatchObject({ stage: 'refused', code: 'class-unfit' });
    ready(village);
    const onAir = Object.values(village.village.durable.broadcasts).filter(({ ended }) => ended === null);
    expect(onAir.map((one) => one.alert.status)).toEqual(['actual']);
  });

  test('finds too many waiting already: what was heard before goes on, and the reason is told', () => {
    const village = new Hamlet(site);
    village.issue({ kind: 'issue', alert: alert('rec', { text: '上山' }) }, { validForMs: 3_600_000 });
    stopAll(village);
    village.issue({ kind: 'update', alert: recorded }, { validForMs: 3_600_000 });
    for (let n = 0; n < 16; n += 1) {
      const own = { ...audio, sha256: n.toString(16).padStart(64, 'f') };
      village.issue({ kind: 'issue', alert: { ...recorded, id: `w${n}`, audio: own } });
    }
    const told = bodies(goOn(village)).flatMap((body) => (body.stage === 'refused' ? [body.code] : []));
    expect([told, textsOnAir(village)]).toEqual([['audio-waiting-full'], ['上山']]);
  });

  test('by whose words it may be gone on with: that the recording does not fit is told, and takes nothing back', () => {
    const village = new Hamlet(site);
    village.issue({ kind: 'issue', alert: alert('rec', { text: '上山', audio }) });
    stopAll(village);
    village.tell({ kind: 'audio-failed', sha256: audio.sha256, code: 'audio-unfit', detail: '' });
    village.issue({ kind: 'store-audio', audio: { ...audio, bytes: 2_000 } });
    const noted = bodies(goOn(village)).flatMap((body) => (body.stage === 'noted' ? [body.code] : []));
    expect([noted, textsOnAir(village)]).toEqual([['audio-differs'], ['上山']]);
  });

  test('is still waited for after a second stop before it came', () => {
    const village = replaced({ text: '上山' });
    goOn(village, 'c1');
    village.run(1_000);
    stopAll(village, 's2');
    village.run(1_000);
    goOn(village, 'c2');
    expect([textsOnAir(village), village.village.durable.waiting.length]).toEqual([['上山'], 1]);
    ready(village);
    expect(textsOnAir(village)).toEqual(['']);
  });

  test('gives way to words that were ordered after it and are held: it does not sound by itself', () => {
    const village = replaced({ text: '橙', severity: 'orange' }, { severity: 'red' });
    village.issue({ kind: 'update', alert: alert('rec', { text: '降回橙色', severity: 'orange' }) });
    ready(village);
    expect(live(village)).toEqual([]);
    goOn(village);
    expect(textsOnAir(village)).toEqual(['降回橙色']);
  });

  test('is waited for in silence where the words before it have expired', () => {
    const village = new Hamlet(site);
    village.issue({ kind: 'issue', alert: alert('rec', { text: '上山' }) }, { validForMs: 600_000 });
    stopAll(village);
    village.issue({ kind: 'update', alert: recorded }, { validForMs: 7_200_000 });
    village.run(1_800_000);
    goOn(village);
    expect([live(village), village.village.durable.waiting.length]).toEqual([[], 1]);
  });

  test('is not preceded by the all-clear of before, which somebody goes on with', () => {
    const village = new Hamlet(site);
    village.issue({ kind: 'issue', alert: alert('rec') });
    village.run(1_000);
    village.issue({ kind: 'all-clear', alertId: 'rec', text: '解除' });
    stopAll(village);
    village.issue({ kind: 'update', alert: recorded });
    goOn(village);
    expect([live(village), village.village.durable.waiting.length]).toEqual([[], 1]);
  });

  test('is asked for under a number that every centre takes, however long that of the alert is', () => {
    const village = new Hamlet(site);
    const id = 'CQ|'.padEnd(64, '7');
    village.issue({ kind: 'issue', alert: { ...recorded, id } });
    stopAll(village);
    village.tell({ kind: 'continue', person: 'li', id: '0'.repeat(32) });
    const [wanted] = Object.values(village.village.durable.audio);
    expect(wanted?.order.length).toBeLessThanOrEqual(64);
    ready(village);
    const [broadcast] = Object.values(village.village.durable.broadcasts).filter(({ ended }) => ended === null);
    expect(broadcast?.id).not.toContain('|');
  });

  test('that had raised words of an earlier stop leaves those to go on with, when it is stopped as well', () => {
    const village = new Hamlet(site);
    village.issue({ kind: 'issue', alert: alert('rec', { text: '上山', severity: 'orange' }) });
    village.run(1_000);
    stopAll(village, 's1');
    village.run(1_000);
    village.issue({ kind: 'update', alert: recorded });
    expect(village.village.durable.waiting).toHaveLength(1);
    stopAll(village, 's2');
    village.run(1_000);
    village.issue({ kind: 'update', alert: recorded });
    expect([live(village), village.village.durable.waiting]).toEqual([[], []]);
    goOn(village);
    expect([textsOnAir(village), village.village.durable.waiting.map((one) => one.alert.severity)]).toEqual([
      ['上山'],
      ['red'],
    ]);
    ready(village);
    expect(textsOnAir(village)).toEqual(['']);
  });

  test('holds what rose no further than it had, nor beyond its zones, where its words sounded in fewer', () => {
    const village = new Hamlet(site);
    village.issue({ kind: 'issue', alert: alert('rec', { text: '上山', severity: 'orange', stage: '2h' }) });
    village.issue({ kind: 'update', alert: { ...recorded, zones: ['east', 'west'], stage: '24h' } });
    stopAll(village);
    expect(village.village.durable.latches).toEqual([
      { alert: 'rec', severity: 'red', stage: '2h', zones: ['east', 'west'], at: village.mono },
    ]);
    village.issue({ kind: 'update', alert: alert('rec', { text: '再说', stage: '2h', zones: ['west'] }) });
    expect(live(village)).toEqual([]);
  });

  test('holds the level of its words, where the recording behind them was of a lower one, and no other alert', () => {
    const village = new Hamlet(site);
    village.issue({ kind: 'issue', alert: alert('other', { zones: ['west'], severity: 'blue' }) });
    village.issue({ kind: 'stop', alertId: 'other' });
    village.issue({ kind: 'issue', alert: alert('rec', { text: '上山', stage: '2h' }) });
    village.issue({ kind: 'update', alert: { ...recorded, severity: 'orange', stage: 'now' } });
    stopAll(village);
    expect(village.village.durable.latches).toMatchObject([
      { alert: 'other', severity: 'blue', zones: ['west'] },
      { alert: 'rec', severity: 'red', stage: 'now', zones: ['east'] },
    ]);
  });

  test('is all there is to go on with, where the words before it have expired', () => {
    const village = new Hamlet(site);
    village.issue(
      { kind: 'issue', alert: alert('rec', { text: '上山', severity: 'orange' }) },
      { validForMs: 600_000 },
    );
    stopAll(village, 's1');
    village.run(1_800_000);
    village.issue({ kind: 'update', alert: recorded });
    stopAll(village, 's2');
    goOn(village);
    expect([live(village), village.village.durable.waiting.map((one) => one.alert.id)]).toEqual([[], ['rec']]);
  });

  test('is not told to go on where it finds no room and its words have expired, and may be asked for again', () => {
    const village = new Hamlet(site);
    village.issue({ kind: 'issue', alert: alert('rec', { text: '上山' }) }, { validForMs: 600_000 });
    stopAll(village);
    village.issue({ kind: 'update', alert: recorded }, { validForMs: 7_200_000 });
    village.run(1_800_000);
    for (let n = 0; n < 16; n += 1) {
      const own = { ...audio, sha256: n.toString(16).repeat(64) };
      village.issue({ kind: 'issue', alert: { ...recorded, id: `w${n}`, audio: own } }, { validForMs: 7_200_000 });
    }
    expect(bodies(goOn(village))).toMatchObject([
      { stage: 'refused', code: 'audio-waiting-full' },
      { stage: 'refused', code: 'audio-waiting-full' },
    ]);
    expect(village.village.durable.latches.map((one) => one.alert)).toEqual(['rec']);
  });

  test('that was an exercise is over', () => {
    const village = new Hamlet(site, mondayNine);
    village.issue({ kind: 'issue', alert: { ...recorded, status: 'drill' } }, { class: 'drill' });
    expect(village.village.durable.waiting).toHaveLength(1);
    stopAll(village);
    expect(stoppedLast(village.village.durable, village.mono)).toEqual([]);
    expect(Object.keys(village.village.durable.broadcasts)).toEqual([]);
  });

  test('stays stopped where too many wait already, and may be taken back later', () => {
    const village = waiting();
    village.issue({ kind: 'stop', alertId: 'rec' });
    for (let n = 0; n < 16; n += 1) {
      const own = { ...audio, sha256: n.toString(16).repeat(64) };
      village.issue({ kind: 'issue', alert: { ...recorded, id: `w${n}`, audio: own } });
    }
    const refused = bodies(goOn(village)).at(-1);
    expect([refused, village.village.durable.latches.map((one) => one.alert)]).toMatchObject([
      { stage: 'refused', code: 'audio-waiting-full' },
      ['rec'],
    ]);
  });

  test('waits on where it was ordered after the stop: what was stopped before it adds nothing', () => {
    const village = waiting();
    stopAll(village);
    const other = { ...audio, sha256: 'b'.repeat(64) };
    village.issue({
      kind: 'update',
      alert: { ...recorded, stage: 'now', severity: 'red', zones: ['east', 'west'], audio: other },
    });
    const before = village.village.durable.waiting;
    goOn(village);
    expect(village.village.durable.waiting).toEqual(before);
  });
});
