import { describe, expect, test } from 'vitest';
import type { Event } from '../../src/core/event.ts';
import type { Site } from '../../src/core/site.ts';
import { step } from '../../src/core/step.ts';
import { emptyVillage } from '../../src/core/village.ts';
import { alert, hamlet, Hamlet, mondayNine, trigger } from './hamlet.ts';

const bodies = (village: Hamlet) => village.receipts().map(({ body }) => body);

const threshold = {
  id: 'high',
  atLeast: 3,
  plan: 'move-now',
  zones: ['east'],
  severity: 'red',
  status: 'actual',
} as const;
const gauged: Site = {
  ...hamlet,
  sensors: [{ id: 'gauge', name: { zh: '水位', en: 'gauge' }, thresholds: [threshold] }],
};

describe('a sensor that crosses its threshold', () => {
  const cross = (village: Hamlet, sensor: string, name: string) =>
    village.tell({ kind: 'threshold', sensor, threshold: name, value: 4 });

  test('warns by its plan, at once, in the name of the box', () => {
    const village = new Hamlet(gauged);
    village.run(1_234.4);
    cross(village, 'gauge', 'high');
    const [broadcast] = Object.values(village.village.durable.broadcasts);
    expect(broadcast).toMatchObject({
      id: 'b-sensor-gauge-high-1234',
      source: 'sensor:gauge',
      alert: { authority: 'box', severity: 'red', zones: ['east'], plan: 'move-now', sirenUnlocked: false },
    });
    expect(village.effects('sound')[0]?.urgent).toBe(true);
  });

  test('of a long name warns under an id that page and centre can take, and each threshold under its own', () => {
    const [sensor, name] = ['g'.repeat(40), 't'.repeat(38)];
    const thresholds = ['-1', '-2'].map((end) => ({ ...threshold, id: `${name}${end}` }));
    const others = { name: { zh: '水位', en: 'gauge' }, id: `${sensor.slice(1)}x`, thresholds };
    const village = new Hamlet({ ...hamlet, sensors: [{ ...others, id: sensor }, others] });
    village.run(123_456_789_012);
    for (const one of [sensor, others.id]) for (const { id } of thresholds) cross(village, one, id);
    const ids = Object.values(village.village.durable.broadcasts).map((one) => one.alert.id);
    expect(new Set(ids).size).toBe(4);
    for (const id of ids) expect(id).toMatch(/^[!-~]{1,64}$/);
  });

  describe('that was read above it since the start, and perhaps before it', () => {
    const begun = (): Hamlet => {
      const village = new Hamlet(gauged);
      village.run(1_000);
      cross(village, 'gauge', 'high');
      village.run(1_000);
      return village;
    };
    const crossAtStart = (village: Hamlet) =>
      village.tell({ kind: 'threshold', sensor: 'gauge', threshold: 'high', value: 4, atStart: true });
    const first = 'local-sensor-gauge-high-1000';
    const lift = (village: Hamlet, what: 'all-clear' | 'correction') =>
      village.tell({ kind: 'lift', what, alert: first, text: null, person: '李四', id: 'l1' });

    test('warns where no warning of it is remembered', () => {
      const village = new Hamlet(gauged);
      expect(crossAtStart(village)).not.toEqual([]);
    });

    test('begins nothing beside its warning that goes on', () => {
      expect(crossAtStart(begun())).toEqual([]);
    });

    test.each([
      ['stopped it', (village: Hamlet) => village.tell({ kind: 'stop', id: 's1', source: 'console', person: '李四' })],
      ['corrected it', (village: Hamlet) => lift(village, 'correction')],
      ['cancelled it', (village: Hamlet) => village.issue({ kind: 'cancel', alertId: first })],
      ['lifted it', (village: Hamlet) => lift(village, 'all-clear')],
    ])('begins nothing anew after a person has %s, for as long as that warning would have been valid', (_, act) => {
      const village = begun();
      act(village);
      village.run(120_000);
      expect(crossAtStart(village)).toEqual([]);
      village.run(6 * 3_600_000 + 1_000 - village.mono);
      expect(crossAtStart(village)).not.toEqual([]);
    });

    test('warns again when its warning was played to the end, or when it is another threshold', () => {
      const village = begun();
      const other: Site['sensors'][number] = {
        ...{ id: 'gauge', name: { zh: '水位', en: 'gauge' } },
        thresholds: [threshold, { ...threshold, id: 'high-2' }, { ...threshold, id: 'hig' }],
      };
      const more = new Hamlet({ ...gauged, sensors: [other] });
      cross(more, 'gauge', 'high');
      for (const id of ['high-2', 'hig'])
        expect(more.tell({ kind: 'threshold', sensor: 'gauge', threshold: id, value: 4, atStart: true })).not.toEqual(
          [],
        );
      village.run(3_600_000);
      expect(Object.values(village.village.durable.broadcasts)[0]?.ended).toBe('completed');
      expect(crossAtStart(village)).not.toEqual([]);
    });

    test('warns where it was an exercise before the start, and is none any more', () => {
      const village = new Hamlet({
        ...gauged,
        sensors: gauged.sensors.map((one) => ({ ...one, thresholds: [{ ...threshold, status: 'drill' }] })),
      });
      village.run(1_000);
      cross(village, 'gauge', 'high');
      village.tell({ kind: 'configured', hash: 'h2', site: gauged, keys: [], real: true });
      village.run(1_000);
      expect(crossAtStart(village)).toContainEqual(expect.objectContaining({ do: 'sound', urgent: true }));
    });

    test('and was read below it since, warns: it is another crossing', () => {
      const village = begun();
      village.tell({ kind: 'stop', id: 's1', source: 'console', person: '李四' });
      village.run(1_000);
      expect(cross(village, 'gauge', 'high')).not.toEqual([]);
    });
  });

  test.each([
    ['of another sensor', 'rain', 'high'],
    ['that the site does not have', 'gauge', 'low'],
  ])('does nothing for a threshold %s', (_, sensor, name) => {
    const village = new Hamlet(gauged);
    expect(cross(village, sensor, name)).toEqual([]);
  });
});

describe('the first sound', () => {
  const parts = { intakeMs: 1.11, verifyMs: 2, durableMs: 100, queueMs: 3, lineMs: 4, deviceMs: 5 };

  test('is told with the sum of what lay before it, without the record that is written beside', () => {
    const village = new Hamlet();
    village.issue({ kind: 'issue', alert: alert('a') });
    const [broadcast] = Object.keys(village.village.durable.broadcasts);
    village.tell({ kind: 'first-sound', broadcast: broadcast ?? '', parts });
    expect(bodies(village).at(-1)).toEqual({ stage: 'first-sound', totalMs: 15.1, parts });
    expect(village.receipts().at(-1)).toMatchObject({ alert: 'a', status: 'actual' });
  });

  test('of a broadcast that is forgotten is not told', () => {
    const village = new Hamlet();
    expect(village.tell({ kind: 'first-sound', broadcast: 'b-none', parts })).toEqual([]);
  });
});

describe('what edges note', () => {
  test('is told under the order it happened to, with its alert', () => {
    const village = new Hamlet();
    village.issue({ kind: 'issue', alert: alert('other', { zones: ['west'] }) });
    const { id } = village.issue({ kind: 'issue', alert: alert('a') });
    village.tell({ kind: 'noted', code: 'c', detail: 'd', trace: id });
    expect(village.receipts().at(-1)).toMatchObject({
      trace: id,
      alert: 'a',
      body: { stage: 'noted', code: 'c', detail: 'd' },
    });
  });

  test.each([
    ['about the box itself', undefined, ''],
    ['of an order without a broadcast', 'gone', 'gone'],
  ])('is told without an alert where it is %s', (_, trace, told) => {
    const village = new Hamlet();
    village.issue({ kind: 'issue', alert: alert('a') });
    village.tell({ kind: 'noted', code: 'c', detail: 'd', ...(trace === undefined ? {} : { trace }) });
    expect(village.receipts().at(-1)).toMatchObject({ trace: told, alert: null, body: { stage: 'noted', code: 'c' } });
  });

  test('refused bytes are told under the id they bore, if any could be trusted', () => {
    const village = new Hamlet();
    const refused = { kind: 'refused', code: 'envelope-framing', detail: 'x', sender: null, via: 'websocket' } as const;
    village.tell({ ...refused, order: null });
    village.tell({ ...refused, order: 'o1' });
    expect(village.receipts().map(({ trace, body }) => [trace, body.stage])).toEqual([
      ['', 'refused'],
      ['o1', 'refused'],
    ]);
    expect(bodies(village)[0]).toEqual({ stage: 'refused', code: 'envelope-framing', detail: 'x' });
  });

  test('another source of the clock is told once', () => {
    const village = new Hamlet();
    village.tell({ kind: 'clock', source: 'ntp' });
    village.tell({ kind: 'clock', source: 'ntp' });
    expect(bodies(village)).toEqual([{ stage: 'noted', code: 'clock-source', detail: 'ntp' }]);
    expect(village.village.durable.clockSource).toBe('ntp');
    expect(village.receipts()[0]?.trace).toBe('');
  });
});

describe('what is only counted', () => {
  test('the centre acknowledges upward only, and nothing that was never sent', () => {
    const village = new Hamlet();
    village.issue({ kind: 'issue', alert: alert('a') });
    const { nextReceipt } = village.village.durable;
    village.tell({ kind: 'acknowledged', receipt: 3 });
    expect(village.village.durable.acknowledged).toBe(3);
    village.tell({ kind: 'acknowledged', receipt: 2 });
    expect(village.village.durable.acknowledged).toBe(3);
    village.tell({ kind: 'acknowledged', receipt: nextReceipt + 5 });
    expect(village.village.durable.acknowledged).toBe(nextReceipt - 1);
  });

  test('reports by satellite and frames on the wire are numbered on', () => {
    const village = new Hamlet();
    village.tell({ kind: 'satellite-report' });
    village.tell({ kind: 'satellite-report' });
    const frame = { trace: 't', line: 'l', hex: '00', atMs: 1 };
    village.tell({ kind: 'frames', frames: [frame, frame, frame] });
    expect(village.village.durable).toMatchObject({ satelliteReports: 2, framesSent: 3 });
  });

  test('receipts that are carried forward decide nothing, not even what fell due meanwhile', () => {
    const village = new Hamlet();
    village.issue({ kind: 'issue', alert: alert('a') });
    village.mono += 60_000;
    const before = village.village;
    expect(village.tell({ kind: 'carried', from: 1, to: 2 })).toEqual([]);
    expect(village.village).toBe(before);
  });
});

describe('a unit', () => {
  test('that polling has lost is told once, and again when it is back', () => {
    const village = new Hamlet();
    village.tell({ kind: 'unit-lost', terminal: 'east-siren-1', reason: 'no-reply' });
    village.tell({ kind: 'unit-lost', terminal: 'east-siren-1', reason: 'no-reply' });
    village.tell({ kind: 'unit-back', terminal: 'east-siren-1' });
    village.tell({ kind: 'unit-back', terminal: 'east-siren-1' });
    const about = { stage: 'health', terminal: 'east-siren-1' };
    expect(bodies(village)).toEqual([
      { ...about, health: 'lost', reason: 'no-reply' },
      { ...about, health: 'well', reason: '' },
    ]);
  });

  test('that only answered wrongly is not healed by being polled', () => {
    const village = new Hamlet();
    village.tell({
      kind: 'evidence',
      findings: [village.finding('east-siren-1', 'rejected', { reason: 'exception-4' })],
    });
    village.tell({ kind: 'unit-back', terminal: 'east-siren-1' });
    expect(village.village.durable.terminals['east-siren-1']).toEqual({ health: 'suspect', reason: 'exception-4' });
  });

  test('that is lost stays lost whatever a late look at it shows', () => {
    const village = new Hamlet();
    village.tell({ kind: 'unit-lost', terminal: 'east-siren-1', reason: 'no-reply' });
    village.tell({ kind: 'evidence', findings: [village.finding('east-siren-1', 'sounding')] });
    expect(village.village.durable.terminals['east-siren-1']?.health).toBe('lost');
  });
});

describe('a box without a configuration yet', () => {
  const happens = (event: Event) => step(emptyVillage, { at: { mono: 0, wall: mondayNine, trust: 'trusted' }, event });

  test('refuses what it is asked, and is silent', () => {
    const { effects } = happens(trigger('t', { plan: 'p', zones: [], source: 'panel' }));
    const told = effects.flatMap((effect): readonly unknown[] =>
      effect.do === 'receipt' ? [effect.receipt.body] : [effect.do],
    );
    expect(told).toMatchObject([
      { stage: 'received' },
      { stage: 'verified' },
      { stage: 'refused', code: 'no-such-plan' },
    ]);
  });

  test('changes nothing when it only wakes', () => {
    expect(happens({ kind: 'wake' })).toMatchObject({ effects: [], changed: false });
  });
});
