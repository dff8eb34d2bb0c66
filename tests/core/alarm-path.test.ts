import { describe, expect, test } from 'vitest';
import { emptyVillage } from '../../src/core/village.ts';
import { step } from '../../src/core/step.ts';
import { alert, hamlet, Hamlet, plan } from './hamlet.ts';

describe('an order becomes sound', () => {
  test('sirens sound first, then the words, and never both at once in one zone', () => {
    const village = new Hamlet();
    village.issue({ kind: 'issue', alert: alert('a') });
    village.run(11_000);
    expect(village.heard()).toEqual([
      { at: 0, terminal: 'east-siren-1', play: 'tone', durationMs: 10_000 },
      { at: 0, terminal: 'east-siren-2', play: 'tone', durationMs: 10_000 },
      { at: 10_300, terminal: 'east-speaker', play: 'speech', durationMs: 500 + 250 * 5 },
    ]);
  });

  test('receipts come stage by stage: received, verified, queued, started, each terminal, ended', () => {
    const village = new Hamlet();
    const { id } = village.issue({ kind: 'issue', alert: alert('a') });
    village.run(500);
    village.tell({
      kind: 'evidence',
      findings: [village.finding('east-siren-1', 'sounding'), village.finding('east-siren-2', 'no-reply')],
    });
    village.run(9_900);
    village.spoken('east-speaker');
    village.run(4_000 + 11_000);
    village.spoken('east-speaker');
    expect(village.stages(id)).toEqual([
      'received',
      'verified',
      'queued',
      'started',
      'terminal',
      'terminal',
      'terminal',
      'ended',
    ]);
    const ended = village.receipts().at(-1)?.body;
    expect(ended).toEqual({ stage: 'ended', how: 'completed', due: 3, sounded: 2, failed: 0, unknown: 1 });
  });

  test('the plan decides passes and pauses: repeats and interval are obeyed', () => {
    const village = new Hamlet();
    village.issue({ kind: 'issue', alert: alert('a') });
    village.run(11_000);
    village.spoken('east-speaker');
    const spokenAt = village.mono;
    village.run(20_000);
    const second = village.heard().filter((entry) => entry.terminal === 'east-siren-1')[1];
    expect(second?.at).toBe(spokenAt + 4_000);
  });

  test('a cadence is played segment by segment, each with its own length', () => {
    const site = { ...hamlet, plans: [plan('move-now', { playlist: [{ play: 'tone', tone: 'rapid' }], repeats: 1 })] };
    const village = new Hamlet(site);
    village.issue({ kind: 'issue', alert: alert('a') });
    village.run(12_000);
    const ons = village.heard().filter((entry) => entry.terminal === 'east-siren-1');
    expect(ons.map((entry) => entry.at)).toEqual([0, 2_000, 4_000, 6_000, 8_000]);
    expect(ons.every((entry) => entry.durationMs === 1_000)).toBe(true);
  });

  test('a siren with a dead-man is renewed every five seconds, and never beyond its segment', () => {
    const village = new Hamlet();
    village.run(1_000);
    village.issue({ kind: 'issue', alert: alert('a') });
    village.run(15_000);
    const renewals = village.log.filter(({ effect }) => effect.do === 'renew');
    expect(renewals.map(({ at }) => at)).toEqual([5_000, 10_000]);
    expect(renewals.map(({ effect }) => effect.do === 'renew' && effect.holdMs)).toEqual([6_000, 1_000]);
  });

  test('emergencies go to the wire at once; a cancel waits for its record', () => {
    const village = new Hamlet();
    village.issue({ kind: 'issue', alert: alert('a') });
    village.run(1_000);
    village.issue({ kind: 'cancel', alertId: 'a' });
    expect(village.effects('sound')[0]?.urgent).toBe(true);
    expect(village.effects('silence').at(-1)).toMatchObject({
      urgent: false,
      terminals: ['east-siren-1', 'east-siren-2'],
    });
  });
});

describe('precedence', () => {
  test('red preempts orange in its zone, which goes on elsewhere and resumes afterwards', () => {
    const village = new Hamlet();
    village.issue({ kind: 'issue', alert: alert('orange', { severity: 'orange', zones: ['east', 'west'] }) });
    village.run(2_000);
    village.issue({ kind: 'issue', alert: alert('red') });
    expect(village.stages()).toContain('preempted');
    expect(village.village.durable.plays['west']?.broadcast).toContain('b-');
    expect(village.effects('silence').at(-1)?.terminals).toEqual(['east-siren-1', 'east-siren-2']);
    village.issue({ kind: 'cancel', alertId: 'red' });
    const resumed = village.receipts().find((receipt) => receipt.body.stage === 'resumed');
    expect(resumed?.body).toMatchObject({ zone: 'east', rule: 'preempted' });
    expect(village.heard().at(-1)).toMatchObject({ terminal: 'east-siren-2', durationMs: 10_000 });
  });

  test('an equal rank waits for one full pass, then they take turns', () => {
    const village = new Hamlet();
    village.issue({ kind: 'issue', alert: alert('first') });
    village.run(1_000);
    village.issue({ kind: 'issue', alert: alert('second', { text: '第二条' }) });
    village.run(10_000);
    village.spoken('east-speaker');
    expect(village.village.durable.broadcasts[village.village.durable.plays['east']!.broadcast]?.alert.id).toBe(
      'second',
    );
  });
});

describe('the same order again', () => {
  test('one hundred times the same id is one broadcast and one answer each', () => {
    const village = new Hamlet();
    const made = village.issue({ kind: 'issue', alert: alert('a') });
    const before = village.village.durable;
    for (let time = 0; time < 99; time += 1) village.tell({ kind: 'order', order: made });
    expect(village.village.durable).toBe(before);
    expect(village.effects('answer')).toHaveLength(99);
    expect(village.effects('sound')).toHaveLength(1);
  });

  test('an old counter under a new id is refused as replayed', () => {
    const village = new Hamlet();
    const made = village.issue({ kind: 'issue', alert: alert('a') });
    village.issue({ kind: 'issue', alert: alert('b') }, { counter: made.counter });
    expect(village.receipts().at(-1)?.body).toMatchObject({ stage: 'refused', code: 'order-replayed' });
  });

  test('under a trusted clock an expired order is refused; under a guessed clock it sounds', () => {
    const old = { notBefore: Date.UTC(2020, 0, 1), validForMs: 3_600_000 };
    const trusted = new Hamlet();
    trusted.issue({ kind: 'issue', alert: alert('a') }, old);
    expect(trusted.receipts().at(-1)?.body).toMatchObject({ stage: 'refused', code: 'order-expired' });
    const guessing = new Hamlet(hamlet, 0, 'guessed');
    guessing.issue({ kind: 'issue', alert: alert('a') }, old);
    expect(guessing.effects('sound')).toHaveLength(1);
  });
});

describe('whose alert it is', () => {
  test('an order of another class cannot cancel or replace a real warning', () => {
    const village = new Hamlet();
    village.issue({ kind: 'issue', alert: alert('a') });
    village.issue({ kind: 'cancel', alertId: 'a' }, { class: 'drill' });
    village.issue({ kind: 'update', alert: alert('a', { status: 'drill' }) }, { class: 'drill' });
    const refused = village.receipts().filter((receipt) => receipt.body.stage === 'refused');
    expect(refused.map(({ body }) => body)).toEqual([
      expect.objectContaining({ code: 'class-unfit' }),
      expect.objectContaining({ code: 'class-unfit' }),
    ]);
    expect(village.village.durable.plays['east']).toBeDefined();
  });

  test('a key of one village cannot lift the warning of another', () => {
    const key = { publicKey: 'x', name: 'x', authority: 'village', classes: ['alarm'], practice: true } as const;
    const keys = [
      { ...key, id: 'county', scope: '500112' },
      { ...key, id: 'west-village', scope: '500112101202' },
    ];
    const village = new Hamlet();
    village.tell({ kind: 'configured', hash: 'h2', site: hamlet, keys, real: false });
    village.issue({ kind: 'issue', alert: alert('a') });
    village.issue({ kind: 'all-clear', alertId: 'a', text: 'x' }, { sender: 'west-village', counter: 1 });
    expect(village.receipts().at(-1)?.body).toMatchObject({ stage: 'refused', code: 'out-of-reach' });
    village.issue({ kind: 'all-clear', alertId: 'a', text: 'x' });
    expect(village.stages()).toContain('ended');
  });
});

describe('stop', () => {
  test('one stop silences every output, latches the alert, and holds routine', () => {
    const village = new Hamlet();
    village.issue({ kind: 'issue', alert: alert('a') });
    village.run(2_000);
    const effects = village.tell({ kind: 'stop', source: 'panel', person: 'li', id: 's1' });
    expect(effects[0]).toMatchObject({ do: 'silence', urgent: true });
    expect(village.effects('silence')[0]?.terminals).toHaveLength(5);
    const looks = effects.flatMap((effect) => (effect.do === 'prove' ? effect.looks : []));
    expect(looks).toEqual(hamlet.terminals.map(({ id }) => ({ terminal: id, cue: null })));
    village.issue({ kind: 'update', alert: alert('a') });
    expect(village.receipts().at(-1)?.body).toMatchObject({ stage: 'refused', code: 'latched-by-stop' });
    village.issue({ kind: 'issue', alert: alert('b') });
    expect(village.village.durable.plays['east']).toBeDefined();
  });

  test('units still sounding after a stop are silenced again, and those unproven are named', () => {
    const village = new Hamlet();
    village.issue({ kind: 'issue', alert: alert('a') });
    village.tell({ kind: 'stop', source: 'panel', person: 'li', id: 's1' });
    for (let sweep = 0; sweep < 3; sweep += 1) {
      village.tell({
        kind: 'evidence',
        findings: hamlet.terminals.map(({ id }) =>
          village.finding(id, id === 'east-siren-1' ? 'sounding' : 'silent', { cue: null }),
        ),
      });
    }
    expect(village.receipts().at(-1)?.body).toEqual({ stage: 'unproven-silence', terminals: ['east-siren-1'] });
    expect(village.effects('silence').at(-1)?.terminals).toEqual(['east-siren-1']);
  });

  test('a latched alert sounds again when its severity rises', () => {
    const village = new Hamlet();
    village.issue({ kind: 'issue', alert: alert('a', { severity: 'orange' }) });
    village.tell({ kind: 'stop', source: 'panel', person: 'li', id: 's1' });
    village.issue({ kind: 'update', alert: alert('a', { severity: 'red' }) });
    expect(village.village.durable.plays['east']).toBeDefined();
  });

  test.each([
    ['stage', { stage: 'now' }, true],
    ['area', { zones: ['east', 'west'] }, true],
    ['words alone', { text: '请不要返回' }, false],
  ] as const)('a latched alert and what rises: %s', (_, rise, sounds) => {
    const village = new Hamlet();
    village.issue({ kind: 'issue', alert: alert('a', { stage: '2h' }) });
    village.tell({ kind: 'stop', source: 'panel', person: 'li', id: 's1' });
    village.issue({ kind: 'update', alert: alert('a', { stage: '2h', ...rise }) });
    expect(village.village.durable.plays['east'] !== undefined).toBe(sounds);
  });
});

describe('drill and routine', () => {
  test('a drill says 演练 three times at both ends and keeps the siren silent unless it is unlocked', () => {
    const village = new Hamlet();
    village.issue({ kind: 'issue', alert: alert('d', { status: 'drill' }) }, { class: 'drill' });
    for (let item = 0; item < 3; item += 1) {
      village.run(1_000);
      village.spoken('east-speaker');
    }
    const spoken = village.effects('sound').flatMap((effect) => effect.cues.map((cue) => cue.action));
    expect(spoken.map((action) => action.play === 'speech' && action.text)).toEqual([
      '演练，演练，演练。',
      '这是演练内容',
      '演练，演练，演练。',
    ]);
  });

  test('at three in the morning a drill is refused with its code, an emergency is not', () => {
    const night = new Hamlet(hamlet, mondayThree);
    const times = { notBefore: mondayThree - 1_000 };
    night.issue({ kind: 'issue', alert: alert('d', { status: 'drill' }) }, times);
    expect(night.receipts().at(-1)?.body).toMatchObject({ stage: 'refused', code: 'quiet-hours' });
    night.issue({ kind: 'issue', alert: alert('a') }, times);
    expect(night.effects('sound')).toHaveLength(1);
  });
});

const mondayThree = Date.UTC(2026, 10, 22, 19, 0, 0);

describe('restart', () => {
  test('the journal folds to the same state, and an emergency resumes by its plan while routine is interrupted', () => {
    const village = new Hamlet();
    village.issue({ kind: 'issue', alert: alert('n', { class: 'routine', plan: 'notice', zones: ['west'] }) });
    village.issue({ kind: 'issue', alert: alert('a') });
    village.run(3_000);
    const folded = village.journal.reduce((state, happening) => step(state, happening).village, emptyVillage);
    expect(folded.durable).toEqual(village.village.durable);
    village.log.length = 0;
    village.tell({ kind: 'booted', version: '0', boot: 'b1', clean: false });
    expect(village.effects('sound')).toHaveLength(0);
    village.tell({ kind: 'outputs', on: ['east-siren-1'], unread: [] });
    expect(village.effects('silence')[0]?.terminals).toEqual(['east-siren-1']);
    expect(village.heard().map((entry) => entry.terminal)).toEqual(['east-siren-1', 'east-siren-2']);
    const bodies = village.receipts().map((receipt) => receipt.body);
    expect(bodies).toContainEqual(expect.objectContaining({ stage: 'ended', how: 'interrupted' }));
    expect(bodies).toContainEqual(expect.objectContaining({ stage: 'resumed', zone: 'east', rule: 'resume' }));
  });

  test.each([
    ['routine', alert('n', { class: 'routine', plan: 'notice' })],
    ['a drill', alert('n', { status: 'drill' })],
  ] as const)('%s that only waited for its turn does not come after a restart either', (_, waiting) => {
    const village = new Hamlet();
    village.issue({ kind: 'issue', alert: alert('a') });
    village.issue({ kind: 'issue', alert: waiting }, { class: waiting.status === 'drill' ? 'drill' : 'routine' });
    village.tell({ kind: 'booted', version: '0', boot: 'b1', clean: false });
    village.tell({ kind: 'outputs', on: [], unread: [] });
    const live = Object.values(village.village.durable.broadcasts).filter(({ ended }) => ended === null);
    expect(live.map((broadcast) => broadcast.alert.id)).toEqual(['a']);
  });
});
