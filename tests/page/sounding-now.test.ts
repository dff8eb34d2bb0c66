import { describe, expect, test } from 'vitest';
import { liveViewOf } from '../../src/box/live-view.ts';
import type { Finding } from '../../src/core/cue.ts';
import { alert, hamlet, Hamlet, plan } from '../core/hamlet.ts';

/** A siren of five seconds on and five off, again and again until it is lifted. */
const tones = plan('tones', { playlist: [{ play: 'tone', tone: 'steady' }], repeats: 0, intervalMs: 4_000 });

const soundingOf = (village: Hamlet, terminal = 'east-siren-1'): string | undefined =>
  liveViewOf({
    ...{ durable: village.village.durable, looks: village.village.senses.looks, at: village.at },
    ...{ software: 't', isDurable: true, uplink: { state: 'connected', sinceMs: 0 } as const },
    ...{ troubles: [], receipts: [], seenAt: new Map(), outcome: () => undefined },
  }).terminals.find(({ id }) => id === terminal)?.sounding;

const look = (village: Hamlet, sight: Finding['sight'], more: Partial<Finding> = {}): void =>
  void village.tell({ kind: 'evidence', findings: [village.finding('east-siren-1', sight, more)] });

/** Proven in the first pass of a warning that goes on all night. */
const proven = (): Hamlet => {
  const village = new Hamlet({ ...hamlet, plans: [...hamlet.plans, tones] });
  village.issue(
    { kind: 'issue', alert: alert('a', { plan: 'tones', severity: 'orange' }) },
    { validForMs: 36_000_000 },
  );
  village.run(500);
  look(village, 'sounding', { value: 3 });
  expect(soundingOf(village)).toBe('yes');
  return village;
};

const untilOrdered = (village: Hamlet): void => {
  for (let n = 0; n < 100 && soundingOf(village) === 'no'; n += 1) village.run(1_000);
};

describe('a terminal is shown as sounding', () => {
  test('by a look of this pass: not by one of a pass before', () => {
    const village = proven();
    village.run(3_600_000);
    untilOrdered(village);
    expect(soundingOf(village)).toBe('unknown');
    look(village, 'sounding', { value: 3 });
    expect(soundingOf(village)).toBe('yes');
  });

  test('no more when its contact was read open while it was to sound', () => {
    const village = proven();
    village.run(1_000);
    look(village, 'off', { grade: 'switched' });
    expect(soundingOf(village)).toBe('unknown');
  });

  test('all the same when a unit does not answer once', () => {
    const village = proven();
    village.run(1_000);
    look(village, 'no-reply', { grade: 'none' });
    expect(soundingOf(village)).toBe('yes');
  });

  test('not by what was seen before another warning broke in', () => {
    const village = proven();
    village.run(500);
    village.issue({ kind: 'issue', alert: alert('b', { severity: 'red' }) }, { validForMs: 3_600_000 });
    village.issue({ kind: 'cancel', alertId: 'b' });
    untilOrdered(village);
    expect(soundingOf(village)).toBe('unknown');
  });

  test('not by what was seen of another while it waited behind that', () => {
    const village = proven();
    village.issue(
      { kind: 'issue', alert: alert('late', { plan: 'tones', severity: 'blue' }) },
      { validForMs: 3_600_000 },
    );
    look(village, 'sounding', { value: 3 });
    village.issue({ kind: 'cancel', alertId: 'a' });
    untilOrdered(village);
    expect(soundingOf(village)).toBe('unknown');
  });

  test('not by the word of a chip whose amplifier was seen silent', () => {
    const words = plan('words', { playlist: [1, 2].map(() => ({ play: 'speech', text: null, clip: null }) as const) });
    const village = new Hamlet({ ...hamlet, plans: [...hamlet.plans, words] });
    village.issue({ kind: 'issue', alert: alert('a', { plan: 'words' }) });
    village.run(2_000);
    const silent = village.finding('east-speaker', 'silent', { grade: 'current', reason: 'no-current', value: 0 });
    village.tell({ kind: 'evidence', findings: [silent] });
    village.spoken('east-speaker');
    village.run(2_000);
    expect(soundingOf(village, 'east-speaker')).toBe('unknown');
  });

  test('not by what was seen before the box started', () => {
    const village = proven();
    village.tell({ kind: 'booted', version: '0', boot: 'b1', clean: false });
    village.tell({ kind: 'outputs', on: [], unread: [] });
    village.run(100);
    expect(soundingOf(village)).toBe('unknown');
  });
});
