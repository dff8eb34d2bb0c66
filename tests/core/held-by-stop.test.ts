import { describe, expect, test } from 'vitest';
import { newsOf } from '../../src/core/latch.ts';
import { stoppedLast } from '../../src/core/stop.ts';
import { alert, hamlet, Hamlet, mondayNine } from './hamlet.ts';
import { goOn, live, stopAll, textsOnAir } from './stops.ts';

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

  test('that makes a notice of it changes nothing of what a person may go on with', () => {
    const village = stopped();
    village.issue({ kind: 'update', alert: { ...flooded, class: 'routine' } });
    expect([live(village), offered(village)]).toEqual([[], ['到学校操场集合']]);
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

  test('what is held with new words is kept for as long as those are valid', () => {
    const village = stopped({}, 300_000);
    village.issue({ kind: 'update', alert: alert('a', { text: '改到山上' }) }, { validForMs: 7_200_000 });
    village.run(1_200_000);
    for (let n = 0; n < 40; n += 1) {
      village.issue({ kind: 'issue', alert: alert(`n${n}`) }, { validForMs: 3_600_000 });
      village.issue({ kind: 'cancel', alertId: `n${n}` }, { validForMs: 3_600_000 });
    }
    expect(offered(village)).toEqual(['改到山上']);
  });

  test('all that a stop has ended goes on', () => {
    const village = full();
    goOn(village);
    expect(live(village)).toHaveLength(40);
  });

  test('none is kept that nothing holds any more', () => {
    const village = full();
    goOn(village);
    const over = Object.values(village.village.durable.broadcasts).filter(({ ended }) => ended !== null);
    expect(over).toHaveLength(32);
  });

  test('the most severe stays held, however many are stopped after it, and then what is still valid', () => {
    const village = new Hamlet();
    const stopOne = (id: string, alertOf: Parameters<typeof alert>[1], validForMs: number): void => {
      village.issue({ kind: 'issue', alert: alert(id, alertOf) }, { validForMs });
      village.issue({ kind: 'stop', alertId: id });
      village.run(10);
    };
    stopOne('red', {}, 7_200_000);
    stopOne('over', {}, 600_000);
    village.run(1_800_000);
    for (let n = 0; n < 64; n += 1) stopOne(`b${n}`, { severity: 'blue' }, 7_200_000);
    const held = village.village.durable.latches.map((one) => one.alert);
    expect([held.length, held[0], held.includes('over'), held.includes('b0'), held.at(-1)]).toEqual([
      64,
      'red',
      false,
      false,
      'b63',
    ]);
    village.issue({ kind: 'update', alert: alert('red', { text: '又' }) });
    expect(live(village)).toEqual([]);
  });

  test('the most severe are held, where there are more than there are latches', () => {
    const village = new Hamlet({ ...hamlet, limits: { ...hamlet.limits, queueMax: 100 } });
    village.issue({ kind: 'issue', alert: alert('red', { severity: 'red' }) }, { validForMs: 3_600_000 });
    for (let n = 0; n < 70; n += 1)
      village.issue({ kind: 'issue', alert: alert(`b${n}`, { severity: 'blue' }) }, { validForMs: 3_600_000 });
    stopAll(village);
    village.issue({ kind: 'update', alert: alert('red', { severity: 'red' }) });
    expect(live(village)).toEqual([]);
    expect(village.village.durable.latches).toHaveLength(64);
  });

  test('none that a stop holds comes back by an update', () => {
    const village = full();
    for (let n = 0; n < 40; n += 1) village.issue({ kind: 'update', alert: alert(`b${n}`, { severity: 'blue' }) });
    expect(live(village)).toEqual([]);
  });
});
