import { describe, expect, test } from 'vitest';
import type { Finding, Sight } from '../../src/core/cue.ts';
import type { ProofGrade } from '../../src/core/site.ts';
import { alert, hamlet, Hamlet, plan, siren, speaker } from './hamlet.ts';

const at500 = (): Hamlet => {
  const steady = plan('move-now', { playlist: [{ play: 'tone', tone: 'steady' }] });
  const village = new Hamlet({ ...hamlet, terminals: [siren('s', 'east'), siren('t', 'east')], plans: [steady] });
  village.issue({ kind: 'issue', alert: alert('a') });
  return village.run(500);
};
const see = (village: Hamlet, sight: Sight, more: Partial<Finding> = {}): void => {
  village.tell({ kind: 'evidence', findings: [village.finding('s', sight, more)] });
};
const verdicts = (village: Hamlet): readonly unknown[] =>
  village.receipts().flatMap(({ body }) => (body.stage === 'terminal' ? [[body.verdict, body.reason]] : []));

/** From the worst to the best, as design and site file name them. */
const ladder: readonly (ProofGrade | 'switched')[] = [
  'none',
  'switched',
  'chip',
  'status',
  'current',
  'sound',
  'microphone',
];
const pairs = ladder.flatMap((worse, at) => ladder.slice(at + 1).map((better) => [worse, better] as const));

describe('what is known of a terminal', () => {
  test.each(pairs)('by %s gives way to what %s shows, and never the other way', (worse, better) => {
    const village = at500();
    see(village, 'sounding', { grade: worse });
    see(village, 'silent', { grade: better });
    see(village, 'sounding', { grade: worse });
    expect(verdicts(village)).toEqual([
      ['sounded', null],
      ['failed', 'silent'],
    ]);
  });

  test.each(ladder)('by %s stays sounded when the same kind sees silence, and is told once', (grade) => {
    const village = at500();
    see(village, 'silent', { grade, reason: 'first' });
    see(village, 'silent', { grade, reason: 'second' });
    see(village, 'sounding', { grade });
    see(village, 'sounding', { grade });
    see(village, 'silent', { grade });
    expect(verdicts(village)).toEqual([
      ['failed', 'first'],
      ['sounded', null],
    ]);
  });

  test('to be unknown gives way to any proof, and takes the place of none', () => {
    const village = at500();
    see(village, 'on');
    see(village, 'on');
    see(village, 'no-reply');
    see(village, 'no-reply');
    see(village, 'silent', { grade: 'none' });
    see(village, 'on');
    see(village, 'no-reply');
    expect(verdicts(village)).toEqual([
      ['unknown', 'switched-only'],
      ['unknown', 'no-reply'],
      ['failed', 'silent'],
    ]);
  });
});

describe('the end of a speech', () => {
  const speaking = (): Hamlet => {
    const words = plan('words', { playlist: [{ play: 'speech', text: null, clip: null }] });
    const village = new Hamlet({ ...hamlet, terminals: [speaker('a', 'east'), speaker('b', 'east')], plans: [words] });
    village.issue({ kind: 'issue', alert: alert('x', { plan: 'words' }) });
    return village.run(800);
  };
  const left = (village: Hamlet): readonly string[] | undefined => village.village.durable.plays['east']?.speaking;
  const say = (
    village: Hamlet,
    sight: Sight,
    grade: Finding['grade'],
    terminal = 'a',
  ): readonly string[] | undefined => {
    village.tell({ kind: 'evidence', findings: [village.finding(terminal, sight, { grade })] });
    return left(village);
  };

  test.each(['spoken', 'ended', 'rejected', 'no-reply'] as const)(
    'is told by the chip that says %s, for itself only',
    (sight) => {
      expect(say(speaking(), sight, 'chip')).toEqual(['b']);
    },
  );

  test.each(['spoken', 'ended', 'rejected', 'no-reply'] as const)('is told by the player that says %s', (sight) => {
    expect(say(speaking(), sight, 'switched')).toEqual(['b']);
  });

  test.each([
    ['no-reply', 'current'],
    ['rejected', 'current'],
    ['silent', 'chip'],
    ['sounding', 'chip'],
    ['on', 'switched'],
  ] as const)('is not told by %s of %s', (sight, grade) => {
    expect(say(speaking(), sight, grade)).toEqual(['a', 'b']);
  });

  test('told by whoever heard it said is believed, whatever has heard it', () => {
    expect(say(speaking(), 'spoken', 'current')).toEqual(['b']);
  });
});
