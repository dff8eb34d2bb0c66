import { describe, expect, test } from 'vitest';
import type { Plan, Site, Terminal } from '../../src/core/site.ts';
import { fed, zonesNamed } from './card.ts';
import { alert, hamlet, Hamlet, plan, siren, speaker } from './hamlet.ts';

const words: Plan['playlist'] = [{ play: 'speech', text: null, clip: null }];
const wail: Plan['playlist'] = [{ play: 'tone', tone: 'steady' }];
const drill = { playlist: [...words, ...wail], repeats: 1, sirenUnlockMs: 3_000 };

/** Zones on one card; the siren and the chip need none. */
const village = (terminals: readonly Terminal[], more: Partial<Site> = {}): Hamlet =>
  new Hamlet({
    ...hamlet,
    zones: zonesNamed(...new Set(terminals.map(({ zone }) => zone))),
    terminals,
    plans: [
      plan('words', { playlist: words, repeats: 2, drill }),
      plan('words-siren', { playlist: [...words, ...wail], repeats: 2, drill }),
      plan('siren-words', { playlist: [...wail, ...words], repeats: 2 }),
      plan('notice', { class: 'routine', playlist: words, repeats: 1 }),
    ],
    ...more,
  });

const issue = (in_: Hamlet, id: string, zones: readonly string[], more: Parameters<typeof alert>[1] = {}) =>
  in_.issue({ kind: 'issue', alert: alert(id, { plan: 'words', zones, ...more }) });
const ended = (in_: Hamlet, ...terminals: readonly string[]) =>
  in_.tell({
    kind: 'evidence',
    findings: terminals.map((terminal) => in_.finding(terminal, 'ended', { grade: 'switched' })),
  });
const heard = (in_: Hamlet, terminal: string): readonly number[] =>
  in_.heard().flatMap((one) => (one.terminal === terminal ? [one.at] : []));
const degraded = (in_: Hamlet): readonly string[] =>
  in_.receipts().flatMap(({ body }) => (body.stage === 'degraded' ? [`${body.zone} ${body.reason}`] : []));
const phase = (in_: Hamlet, zone: string): string | undefined => in_.village.durable.plays[zone]?.phase;

/** Wakes for nothing, again and again: what waits must not be touched by it, nor anything recorded. */
const nothingIsRecorded = (in_: Hamlet, ms: readonly number[] = [100, 200, 400]): void => {
  const records = in_.journal.length;
  const before = in_.village.durable;
  for (const more of ms) {
    in_.mono += more;
    in_.tell({ kind: 'wake' });
  }
  expect(in_.journal.length).toBe(records);
  expect(in_.village.durable).toBe(before);
};

describe('a zone that waits for its output', () => {
  test('of an equal rank, or held by a higher one, waits without a record', () => {
    for (const severity of ['red', 'blue'] as const) {
      const small = village([fed('a', 'east'), fed('b', 'hill')]);
      issue(small, 'first', ['east']);
      small.run(300);
      issue(small, 'second', ['hill'], { severity });
      expect([severity, phase(small, 'hill'), heard(small, 'b')]).toEqual([severity, 'waiting', []]);
      nothingIsRecorded(small);
      expect(small.village.durable.broadcasts).toHaveProperty(
        [small.village.durable.plays['hill']?.broadcast ?? '', 'zones', 'hill', 'state'],
        'playing',
      );
    }
  });

  test('waits as a drill, too, and sounds nothing of it meanwhile', () => {
    const small = village([fed('a', 'east'), fed('b', 'hill'), siren('s', 'hill')]);
    issue(small, 'first', ['east']);
    small.run(300);
    small.issue(
      {
        kind: 'issue',
        alert: alert('d', { status: 'drill', zones: ['hill'], plan: 'words-siren', sirenUnlocked: true }),
      },
      { class: 'drill' },
    );
    expect(phase(small, 'hill')).toBe('waiting');
    nothingIsRecorded(small);
    expect(heard(small, 's')).toEqual([]);
  });

  test('that lost it in the middle goes on at once with what needs none', () => {
    const small = village([fed('a', 'east'), fed('b', 'hill', { abilities: ['speech'] }), siren('s', 'hill')]);
    issue(small, 'low', ['hill'], { severity: 'blue', plan: 'words-siren' });
    small.run(300);
    expect([heard(small, 'b'), heard(small, 's')]).toEqual([[0], []]);
    issue(small, 'high', ['east']);
    expect(heard(small, 'a')).toEqual([300]);
    expect(heard(small, 's')).toEqual([300]);
  });

  test('that lost it in the middle of a drill waits: its siren never sounds without its words', () => {
    const small = village([fed('a', 'east'), fed('b', 'hill', { abilities: ['speech'] }), siren('s', 'hill')]);
    small.issue(
      {
        kind: 'issue',
        alert: alert('d', { status: 'drill', zones: ['hill'], plan: 'words-siren', sirenUnlocked: true }),
      },
      { class: 'drill' },
    );
    small.run(300);
    expect(heard(small, 'b')).toEqual([0]);
    issue(small, 'high', ['east']);
    expect(phase(small, 'hill')).toBe('waiting');
    nothingIsRecorded(small);
    expect(heard(small, 's')).toEqual([]);
  });

  test('that outlives the one who holds it begins its item from the start', () => {
    const small = village([fed('a', 'east'), fed('b', 'hill')]);
    issue(small, 'low', ['hill'], { severity: 'blue' });
    small.run(300);
    issue(small, 'high', ['east']);
    small.run(1_000);
    small.issue({ kind: 'cancel', alertId: 'high' });
    expect(heard(small, 'b')).toEqual([0, 1_300]);
  });
});

describe('who uses an output', () => {
  test('is nobody in a zone without it: a higher rank there keeps it from no one', () => {
    const small = village([speaker('chip', 'east'), siren('s', 'east'), fed('b', 'hill')]);
    issue(small, 'high', ['east'], { plan: 'siren-words' });
    issue(small, 'low', ['hill'], { severity: 'blue' });
    expect(heard(small, 'b')).toEqual([0]);
    expect(degraded(small)).toEqual([]);
  });

  test('is nobody whose items it cannot play', () => {
    const bell = [{ play: 'tone', tone: 'steady' }] as const;
    const small = village([fed('a', 'east', { abilities: ['speech'] }), siren('s', 'east'), fed('b', 'hill')], {
      plans: [plan('bare', { playlist: bell }), plan('words', { playlist: words, repeats: 2 })],
    });
    issue(small, 'high', ['east'], { plan: 'bare' });
    issue(small, 'low', ['hill'], { severity: 'blue' });
    expect(heard(small, 'b')).toEqual([0]);
  });

  test('is the higher rank through all of its broadcast, also while its siren sounds', () => {
    const small = village([fed('a', 'east', { abilities: ['speech'] }), siren('s', 'east'), fed('b', 'hill')]);
    issue(small, 'high', ['east'], { plan: 'siren-words' });
    issue(small, 'low', ['hill'], { severity: 'blue' });
    expect([heard(small, 's'), heard(small, 'b')]).toEqual([[0], []]);
    expect(degraded(small)).toEqual(['hill output-shared']);
  });
});

describe('zones of one broadcast', () => {
  test('that a siren put a little apart wait for each other in silence, chips as well, and nobody is told of it', () => {
    const small = village([fed('a', 'east'), speaker('chip', 'east'), fed('b', 'hill'), siren('s', 'hill')], {
      tones: hamlet.tones.map((tone) => ({ ...tone, onMs: 2_000 })),
    });
    issue(small, 'one', ['east', 'hill'], { plan: 'siren-words' });
    small.run(2_200);
    ended(small, 'a', 'b');
    expect(['east', 'hill'].map((zone) => phase(small, zone))).toEqual(['waiting', 'item']);
    nothingIsRecorded(small, [10, 20, 30]);
    expect([heard(small, 'chip'), degraded(small)]).toEqual([[], []]);
    small.run(100);
    expect(['a', 'b', 'chip'].map((id) => heard(small, id).at(-1))).toEqual([2_300, 2_300, 2_300]);
    expect(degraded(small)).toEqual([]);
  });

  test('share one item, and the end told for one of them ends it there only', () => {
    const small = village([fed('a', 'east'), fed('b', 'hill'), fed('c', 'far')]);
    issue(small, 'one', ['east', 'hill', 'far']);
    expect(['a', 'b', 'c'].map((id) => heard(small, id))).toEqual([[0], [0], [0]]);
    small.run(2_000);
    ended(small, 'a');
    expect(['east', 'hill', 'far'].map((zone) => phase(small, zone))).toEqual(['pause', 'item', 'item']);
  });
});
