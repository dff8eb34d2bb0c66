import { describe, expect, test } from 'vitest';
import type { AlertAudio } from '../../src/core/alert.ts';
import { newsOf } from '../../src/core/latch.ts';
import { stoppedLast } from '../../src/core/stop.ts';
import { alert, hamlet, Hamlet, mondayNine, speaker } from './hamlet.ts';
import { bodies, goOn, live, stopAll } from './stops.ts';

const textsOnAir = (village: Hamlet): readonly string[] =>
  Object.values(village.village.durable.broadcasts).flatMap(({ ended, alert: { text } }) =>
    ended === null ? [text] : [],
  );
const offered = (village: Hamlet): readonly string[] =>
  stoppedLast(village.village.durable, village.mono).map((one) => newsOf(one).alert.text);
const lastBody = (village: Hamlet) => village.receipts().at(-1)?.body;

/** A warning that a person has stopped a minute ago. */
const stopped = (more: Parameters<typeof alert>[1] = {}, validForMs = 3_600_000): Hamlet => {
  const village = new Hamlet();
  village.issue({ kind: 'issue', alert: alert('a', { text: '到学校操场集合', ...more }) }, { validForMs });
  village.run(5_000);
  stopAll(village);
  return village.run(60_000);
};

describe('an update of what a stop holds', () => {
  const flooded = alert('a', { text: '操场已淹，改到山上' });

  test('stays silent, and its words are those that a person goes on with: never the ones it has replaced', () => {
    const village = stopped();
    village.issue({ kind: 'update', alert: flooded });
    expect([live(village), lastBody(village)]).toMatchObject([[], { stage: 'refused', code: 'latched-by-stop' }]);
    expect(offered(village)).toEqual(['操场已淹，改到山上']);
    goOn(village);
    expect(textsOnAir(village)).toEqual(['操场已淹，改到山上']);
  });

  test('of several, the newest counts', () => {
    const village = stopped();
    village.issue({ kind: 'update', alert: flooded });
    village.issue({ kind: 'update', alert: alert('a', { text: '桥断了，走东路' }) });
    expect(offered(village)).toEqual(['桥断了，走东路']);
  });

  test('is valid as long as it says: it can be gone on with when what it replaced would have expired', () => {
    const village = stopped({}, 300_000);
    village.issue({ kind: 'update', alert: flooded }, { validForMs: 7_200_000 });
    village.run(1_200_000);
    expect(offered(village)).toEqual(['操场已淹，改到山上']);
  });

  test('is offered in the order of its own rank', () => {
    const village = new Hamlet();
    village.issue({ kind: 'issue', alert: alert('a', { text: '甲', severity: 'red' }) });
    village.issue({ kind: 'issue', alert: alert('b', { text: '乙', severity: 'orange' }) });
    stopAll(village);
    village.issue({ kind: 'update', alert: alert('a', { text: '甲降为蓝色', severity: 'blue' }) });
    expect(offered(village)).toEqual(['乙', '甲降为蓝色']);
  });

  test('changes nothing of what is told of the one that was heard: its words, its zones, its level', () => {
    const village = stopped();
    const before = Object.values(village.village.durable.broadcasts)[0];
    village.issue({ kind: 'update', alert: { ...flooded, zones: ['east'], severity: 'blue' } });
    expect(Object.values(village.village.durable.broadcasts)[0]).toMatchObject(before ?? {});
    village.issue({ kind: 'all-clear', alertId: 'a', text: '警报解除' });
    const lifting = Object.values(village.village.durable.broadcasts).find(({ kind }) => kind === 'all-clear');
    expect(Object.keys(lifting?.zones ?? {})).toEqual(Object.keys(before?.zones ?? {}));
  });

  test('by a plan that the site does not have changes nothing of what a person may go on with', () => {
    const village = stopped();
    village.issue({ kind: 'update', alert: { ...flooded, plan: 'elsewhere' } });
    expect(offered(village)).toEqual(['到学校操场集合']);
  });

  test('is judged by what it would replace: a drill cannot take the place of a warning', () => {
    const village = stopped();
    village.issue({ kind: 'update', alert: { ...flooded, status: 'drill' } }, { class: 'drill' });
    expect(lastBody(village)).toMatchObject({ stage: 'refused', code: 'class-unfit' });
    expect(offered(village)).toEqual(['到学校操场集合']);
  });
});

describe('what a stop does not hold', () => {
  test('is the real warning that follows an exercise of the same number', () => {
    const village = new Hamlet(hamlet, mondayNine);
    village.issue({ kind: 'issue', alert: alert('x', { status: 'drill' }) }, { class: 'drill' });
    village.run(5_000);
    stopAll(village);
    village.run(5_000);
    village.issue({ kind: 'issue', alert: alert('x', { status: 'drill' }) }, { class: 'drill' });
    expect([live(village), lastBody(village)]).toMatchObject([[], { code: 'latched-by-stop' }]);
    village.issue({ kind: 'issue', alert: alert('x') });
    expect(live(village)).toEqual(['x']);
  });

  test('is the warning itself, where only the words that lifted it were stopped', () => {
    const village = new Hamlet();
    village.issue({ kind: 'issue', alert: alert('a') });
    village.run(120_000);
    village.issue({ kind: 'all-clear', alertId: 'a', text: '警报解除' });
    village.run(1_000);
    stopAll(village);
    expect(offered(village)).toEqual(['警报解除']);
    village.run(600_000);
    village.issue({ kind: 'update', alert: alert('a', { text: '水又涨了' }) });
    expect(textsOnAir(village)).toEqual(['水又涨了']);
    expect(offered(village)).toEqual([]);
  });

  test('is a warning of which nothing is left that a person could go on with', () => {
    const village = stopped({}, 300_000);
    village.run(1_200_000);
    for (let n = 0; n < 40; n += 1) {
      village.issue({ kind: 'issue', alert: alert(`n${n}`) }, { validForMs: 3_600_000 });
      village.run(1);
      village.issue({ kind: 'cancel', alertId: `n${n}` }, { validForMs: 3_600_000 });
    }
    village.issue({ kind: 'update', alert: alert('a', { text: '水又涨了' }) });
    expect(textsOnAir(village)).toEqual(['水又涨了']);
  });
});

test('an exercise that becomes real under its number while it is on air gives way at once', () => {
  const village = new Hamlet(hamlet, mondayNine);
  village.issue({ kind: 'issue', alert: alert('x', { status: 'drill' }) }, { class: 'drill' });
  village.run(2_000);
  village.issue({ kind: 'issue', alert: alert('x') });
  const onAir = Object.values(village.village.durable.broadcasts).filter(({ ended }) => ended === null);
  expect(onAir.map((one) => one.alert.status)).toEqual(['actual']);
});

describe('of more than the box remembers of what is over', () => {
  const full = (): Hamlet => {
    const village = new Hamlet({ ...hamlet, limits: { ...hamlet.limits, queueMax: 64 } });
    for (let n = 0; n < 40; n += 1)
      village.issue({ kind: 'issue', alert: alert(`b${n}`, { severity: 'blue' }) }, { validForMs: 3_600_000 });
    village.run(10);
    stopAll(village);
    return village.run(1_000);
  };

  test('all that a stop has ended goes on', () => {
    const village = full();
    goOn(village);
    expect(live(village)).toHaveLength(40);
  });

  test('none that a stop holds comes back by an update', () => {
    const village = full();
    for (let n = 0; n < 40; n += 1) village.issue({ kind: 'update', alert: alert(`b${n}`, { severity: 'blue' }) });
    expect(live(village)).toEqual([]);
  });
});

describe('a warning that waits for its recording when somebody stops', () => {
  const audio: AlertAudio = { sha256: 'a'.repeat(64), bytes: 1_000, format: 'mp3', durationMs: 5_000 };
  const site = {
    ...hamlet,
    terminals: hamlet.terminals.map((one) =>
      one.kind === 'speaker' && one.zone === 'east' ? speaker(one.id, 'east', { output: 'card' }) : one,
    ),
  };
  const recorded = alert('rec', { text: '', headline: '', audio });
  const waiting = (): Hamlet => {
    const village = new Hamlet(site);
    village.issue({ kind: 'issue', alert: alert('other', { zones: ['west'] }) });
    village.issue({ kind: 'issue', alert: recorded });
    expect(village.village.durable.waiting.map((one) => one.alert.id)).toEqual(['rec']);
    return village.run(1_000);
  };
  const ready = (village: Hamlet): void => void village.tell({ kind: 'audio-ready', sha256: audio.sha256 });

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

  test('is gone on with by its words, where those sounded while it came', () => {
    const village = new Hamlet(site);
    village.issue({ kind: 'issue', alert: alert('rec', { text: '上山' }) });
    village.issue({ kind: 'update', alert: recorded });
    stopAll(village);
    goOn(village);
    expect(textsOnAir(village)).toEqual(['上山']);
  });

  test('of which a stop holds the words before: those sound until it comes, and stay when it never does', () => {
    const village = new Hamlet(site);
    village.issue({ kind: 'issue', alert: alert('rec', { text: '上山' }) });
    stopAll(village);
    village.issue({ kind: 'update', alert: recorded });
    goOn(village);
    expect([textsOnAir(village), village.village.durable.waiting.length]).toEqual([['上山'], 1]);
    ready(village);
    expect(textsOnAir(village)).toEqual(['']);
    const other = new Hamlet(site);
    other.issue({ kind: 'issue', alert: alert('rec', { text: '上山' }) });
    stopAll(other);
    other.issue({ kind: 'update', alert: recorded });
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
    const village = new Hamlet(site);
    village.issue({ kind: 'issue', alert: alert('rec', { text: '橙色', severity: 'orange' }) });
    village.run(5_000);
    stopAll(village);
    village.issue({ kind: 'update', alert: { ...recorded, severity: 'red' } });
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
    expect(lastBody(village)).toMatchObject({ stage: 'refused', code: 'class-unfit' });
    ready(village);
    const onAir = Object.values(village.village.durable.broadcasts).filter(({ ended }) => ended === null);
    expect(onAir.map((one) => one.alert.status)).toEqual(['actual']);
  });

  test('that was an exercise is over', () => {
    const village = new Hamlet(site, mondayNine);
    village.issue({ kind: 'issue', alert: { ...recorded, status: 'drill' } }, { class: 'drill' });
    expect(village.village.durable.waiting).toHaveLength(1);
    stopAll(village);
    expect([offered(village), Object.keys(village.village.durable.broadcasts)]).toEqual([[], []]);
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
});
