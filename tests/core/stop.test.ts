import { describe, expect, test } from 'vitest';
import type { Effect } from '../../src/core/effect.ts';
import { alert, hamlet, Hamlet, plan } from './hamlet.ts';
import { bodies, both, goOn, live, stopAll } from './stops.ts';

const everyTerminal = hamlet.terminals.map(({ id }) => id);
const eastTerminals = ['east-siren-1', 'east-siren-2', 'east-speaker'];

const look = (village: Hamlet, sights: Readonly<Record<string, 'silent' | 'off' | 'on' | 'sounding'>>) =>
  village.tell({
    kind: 'evidence',
    findings: Object.entries(sights).map(([terminal, sight]) => village.finding(terminal, sight, { cue: null })),
  });

const allSilent = Object.fromEntries(everyTerminal.map((id) => [id, 'silent'] as const));

describe('a stop of everything', () => {
  test('silences and looks at every output, says so, and holds routine for its time', () => {
    const village = both();
    const effects = stopAll(village);
    expect(effects[0]).toEqual({
      do: 'silence',
      urgent: true,
      terminals: expect.anything() as unknown,
      cause: 'stop',
      trace: 's1',
    });
    expect(effects.flatMap((effect) => (effect.do === 'silence' ? effect.terminals : [])).sort()).toEqual(
      [...everyTerminal].sort(),
    );
    expect(effects).toContainEqual({ do: 'prove', looks: everyTerminal.map((terminal) => ({ terminal, cue: null })) });
    expect(village.receipts().at(-1)).toMatchObject({ trace: 's1', body: { stage: 'done', what: 'stopped' } });
    expect(village.village.durable.routineHeldUntil).toBe(510 + 600_000);
  });

  test('latches each alert once, with what it was', () => {
    const village = both();
    stopAll(village);
    goOn(village);
    village.run(1_000);
    stopAll(village, 's2');
    expect(village.village.durable.latches).toEqual([
      { alert: 'b', severity: 'orange', stage: 'now', zones: ['west'], at: 1_510 },
      { alert: 'a', severity: 'red', stage: 'now', zones: ['east'], at: 1_510 },
    ]);
  });

  test('latches 64 alerts and no more', () => {
    const village = new Hamlet();
    for (let n = 0; n < 66; n += 1) {
      village.issue({ kind: 'issue', alert: alert(`a${n}`) });
      stopAll(village, `s${n}`);
    }
    const { latches } = village.village.durable;
    expect(latches).toHaveLength(64);
    expect(latches[0]?.alert).toBe('a2');
  });

  test('ends a notice without latching it: tomorrow it is read again', () => {
    const notice = {
      id: 'n',
      name: { zh: '通知', en: 'n' },
      plan: 'notice',
      zones: ['east'],
      weekdays: [1],
      minuteOfDay: 541,
      text: '开会',
    };
    const village = new Hamlet({ ...hamlet, notices: [notice] });
    village.run(60_500);
    expect(live(village)).toHaveLength(1);
    stopAll(village);
    expect(live(village)).toEqual([]);
    expect(village.village.durable.latches).toEqual([]);
  });
});

describe('the proof of a stop', () => {
  const unproven = (effects: readonly Effect[]) => bodies(effects).filter(({ stage }) => stage === 'unproven-silence');

  test('is closed by the first look that finds all silent, with nobody named', () => {
    const village = both();
    stopAll(village);
    const effects = look(village, allSilent);
    expect(unproven(effects)).toEqual([{ stage: 'unproven-silence', terminals: [] }]);
    expect(effects.map((effect) => effect.do)).toEqual(['receipt']);
    expect(village.receipts().at(-1)?.trace).toBe('s1');
    expect(village.village.durable.stopProof).toBeNull();
    expect(look(village, allSilent)).toEqual([]);
  });

  test('switches off and looks again at whoever is not silent, three times in all', () => {
    const village = both();
    stopAll(village);
    const again = look(village, { ...allSilent, 'west-siren-1': 'sounding' });
    expect(again).toEqual([
      { do: 'silence', urgent: true, terminals: ['west-siren-1'], cause: 'stop', trace: 'stop' },
      { do: 'prove', looks: [{ terminal: 'west-siren-1', cue: null }] },
    ]);
    expect(unproven(look(village, { 'west-siren-1': 'on' }))).toEqual([]);
    expect(unproven(look(village, { 'west-siren-1': 'on' }))).toEqual([
      { stage: 'unproven-silence', terminals: ['west-siren-1'] },
    ]);
  });

  test('is given up after ten seconds, and names who was not seen', () => {
    const village = both();
    stopAll(village);
    look(village, { 'west-siren-1': 'off', 'west-speaker': 'silent' });
    village.run(9_999);
    expect(village.village.durable.stopProof).not.toBeNull();
    village.run(1);
    expect(village.receipts().at(-1)?.body).toEqual({ stage: 'unproven-silence', terminals: eastTerminals });
  });

  test('does not ask silence of whoever a new emergency has begun to sound', () => {
    const village = both();
    stopAll(village);
    village.issue({ kind: 'issue', alert: alert('new') });
    const effects = look(village, { 'west-siren-1': 'silent', 'west-speaker': 'silent', 'east-speaker': 'silent' });
    expect(unproven(effects)).toEqual([{ stage: 'unproven-silence', terminals: [] }]);
    expect(village.effects('silence').at(-1)?.trace).toBe('s1');
  });

  test('does not ask silence of whoever a new emergency has begun to speak with', () => {
    const words = plan('words', { playlist: [{ play: 'speech', text: null, clip: null }] });
    const village = new Hamlet({ ...hamlet, plans: [...hamlet.plans, words] });
    stopAll(village);
    village.issue({ kind: 'issue', alert: alert('new', { plan: 'words' }) });
    const effects = look(village, { ...allSilent, 'east-speaker': 'sounding' });
    expect(unproven(effects)).toEqual([{ stage: 'unproven-silence', terminals: [] }]);
  });

  test('is not given by a look from before it, which was slow to come', () => {
    const village = new Hamlet();
    stopAll(village);
    const found = everyTerminal.map((id) => village.finding(id, 'off', { cue: null }));
    village.run(10);
    village.issue({ kind: 'issue', alert: alert('a') });
    village.run(2_000);
    stopAll(village, 's2');
    village.run(10);
    village.tell({ kind: 'evidence', findings: found });
    expect(village.village.durable.stopProof).toMatchObject({ trace: 's2', attempts: 0, pending: everyTerminal });
    look(village, allSilent);
    expect(village.village.durable.stopProof).toBeNull();
  });

  test('of two stops in a row is one: nobody who was unproven is forgotten', () => {
    const village = both();
    stopAll(village);
    look(village, { ...allSilent, 'west-siren-1': 'on' });
    village.issue({ kind: 'issue', alert: alert('c') });
    village.issue({ kind: 'stop', alertId: 'c' }, { class: 'stop' });
    expect(village.village.durable.stopProof?.pending).toEqual(['west-siren-1', ...eastTerminals]);
  });
});

describe('a stop of one alert', () => {
  test('leaves the others sounding and does not hold routine', () => {
    const village = both();
    village.log.length = 0;
    village.issue({ kind: 'stop', alertId: 'a' }, { class: 'stop' });
    expect(live(village)).toEqual(['b']);
    expect(village.village.durable.routineHeldUntil).toBeNull();
    const silenced = new Set(village.effects('silence').flatMap(({ terminals }) => terminals));
    expect([...silenced].sort()).toEqual(eastTerminals);
    expect(
      village
        .effects('prove')
        .at(-1)
        ?.looks.map(({ terminal }) => terminal),
    ).toEqual(eastTerminals);
    expect(village.village.durable.latches.map((one) => one.alert)).toEqual(['a']);
  });

  test('silences no zone in which something else plays on', () => {
    const village = new Hamlet();
    village.issue({ kind: 'issue', alert: alert('low', { severity: 'blue', zones: ['east', 'west'] }) });
    village.run(10);
    village.issue({ kind: 'issue', alert: alert('high') });
    village.run(10);
    village.log.length = 0;
    village.issue({ kind: 'stop', alertId: 'low' }, { class: 'stop' });
    const silenced = new Set(village.effects('silence').flatMap(({ terminals }) => terminals));
    expect([...silenced].sort()).toEqual(['west-siren-1', 'west-speaker']);
    expect(live(village)).toEqual(['high']);
  });

  test('that is not live is refused by its name, and nothing is switched', () => {
    const village = both();
    village.log.length = 0;
    village.issue({ kind: 'stop', alertId: 'gone' }, { class: 'stop' });
    expect(village.effects('silence')).toEqual([]);
    const refused = village.receipts().at(-1)?.body;
    expect(refused).toMatchObject({ stage: 'refused', code: 'no-such-alert' });
    expect(refused?.stage === 'refused' ? refused.detail : '').toContain('gone');
    expect(live(village)).toEqual(['a', 'b']);
  });
});
