import { describe, expect, test } from 'vitest';
import type { Finding } from '../../src/core/cue.ts';
import { alert, hamlet, Hamlet, plan } from './hamlet.ts';

const words = plan('words', { playlist: [1, 2].map(() => ({ play: 'speech', text: null, clip: null }) as const) });
const seen = (village: Hamlet, terminal: string) => village.village.senses.looks[terminal];
const tell = (village: Hamlet, finding: Finding): void => void village.tell({ kind: 'evidence', findings: [finding] });

/** A siren of the east is to sound now. */
const alarmed = (): Hamlet => {
  const village = new Hamlet({ ...hamlet, plans: [...hamlet.plans, words] });
  village.issue({ kind: 'issue', alert: alert('a', { severity: 'orange', zones: ['east', 'west'] }) });
  return village.run(500);
};

describe('what a terminal was last seen doing while it was to sound', () => {
  test.each([
    ['sounding', true],
    ['spoken', true],
    ['silent', false],
    ['off', false],
    ['rejected', false],
  ] as const)('is told by %s', (sight, sounds) => {
    const village = alarmed();
    tell(village, village.finding('east-siren-1', sight, { readAt: village.mono - 1 }));
    const [broadcast] = Object.keys(village.village.durable.broadcasts);
    expect(seen(village, 'east-siren-1')).toEqual({ broadcast, sounds, at: village.mono - 1 });
  });

  test.each(['on', 'ended', 'no-reply'] as const)('is not changed by %s, which does not tell', (sight) => {
    const village = alarmed();
    tell(village, village.finding('east-siren-1', 'sounding'));
    const before = seen(village, 'east-siren-1');
    tell(village, village.finding('east-siren-1', sight));
    expect(before?.sounds).toBe(true);
    expect(seen(village, 'east-siren-1')).toEqual(before);
  });

  test('is not what a look shows in which it was not ordered', () => {
    const village = alarmed();
    tell(village, village.finding('east-siren-1', 'off', { readAt: 0 }));
    expect(seen(village, 'east-siren-1')).toBeUndefined();
  });

  test.each([
    ['current', false],
    ['chip', true],
    ['none', true],
  ] as const)('is what a chip says, but not against better evidence: silent by %s', (grade, sounds) => {
    const village = alarmed();
    village.issue({ kind: 'cancel', alertId: 'a' });
    village.issue({ kind: 'issue', alert: alert('b', { plan: 'words' }) });
    village.run(2_000);
    tell(village, village.finding('east-speaker', 'silent', { grade, reason: 'no-current', value: 0 }));
    expect(seen(village, 'east-speaker')?.sounds).toBe(false);
    village.spoken('east-speaker');
    expect(seen(village, 'east-speaker')?.sounds).toBe(sounds);
  });

  test('is what a chip says of a terminal that better evidence has shown to sound', () => {
    const village = alarmed();
    village.issue({ kind: 'cancel', alertId: 'a' });
    village.issue({ kind: 'issue', alert: alert('b', { plan: 'words' }) });
    village.run(2_000);
    tell(village, village.finding('east-speaker', 'sounding', { grade: 'current' }));
    village.run(500);
    village.spoken('east-speaker');
    expect(seen(village, 'east-speaker')).toMatchObject({ sounds: true, at: village.mono });
  });

  test('is forgotten for a zone that another warning takes, and for none beside it', () => {
    const village = alarmed();
    for (const terminal of ['east-siren-1', 'west-siren-1']) tell(village, village.finding(terminal, 'sounding'));
    expect(Object.keys(village.village.senses.looks)).toEqual(['east-siren-1', 'west-siren-1']);
    village.issue({ kind: 'issue', alert: alert('b', { severity: 'red', zones: ['east'] }) });
    expect(Object.keys(village.village.senses.looks)).toEqual(['west-siren-1']);
  });

  test('is forgotten by a restart', () => {
    const village = alarmed();
    tell(village, village.finding('east-siren-1', 'sounding'));
    village.tell({ kind: 'booted', version: '0', boot: 'b1', clean: false });
    expect(village.village.senses.looks).toEqual({});
  });
});
