import { describe, expect, test } from 'vitest';
import type { Finding, Sight } from '../../src/core/cue.ts';
import type { Effect } from '../../src/core/effect.ts';
import type { Retrigger, Site } from '../../src/core/site.ts';
import { alert, hamlet, Hamlet, plan, siren } from './hamlet.ts';

const bodies = (village: Hamlet) => village.receipts().map(({ body }) => body);

/** One siren alone in east, by lease; the tone steady lasts 10 s, rapid is five times one second on, one off. */
const lone = (retrigger: Retrigger = 'unknown', tone = 'steady'): Site => ({
  ...hamlet,
  terminals: [siren('s', 'east', { lease: { kind: 'timed', longestMs: 180_000, retrigger } }), siren('w', 'west')],
  plans: [plan('move-now', { playlist: [{ play: 'tone', tone }], repeats: 2, intervalMs: 5_000 })],
});

const begun = (site: Site): Hamlet => {
  const village = new Hamlet(site);
  village.issue({ kind: 'issue', alert: alert('a') });
  return village;
};

const see = (village: Hamlet, sight: Sight, more: Partial<Finding> = {}): readonly Effect[] =>
  village.tell({ kind: 'evidence', findings: [village.finding('s', sight, more)] });

const verdicts = (village: Hamlet): readonly unknown[] =>
  bodies(village).flatMap((body) => (body.stage === 'terminal' ? [[body.verdict, body.reason]] : []));

const looks = (village: Hamlet): readonly (readonly [number, string])[] =>
  village.log.flatMap(({ at, effect }) =>
    effect.do === 'prove' ? effect.looks.map(({ terminal }) => [at, terminal] as const) : [],
  );

describe('proof is looked for', () => {
  test('once in each segment, 400 ms after its begin or in its middle, four times in one item', () => {
    const village = begun(lone('unknown', 'rapid')).run(14_000);
    expect(looks(village)).toEqual([400, 2_400, 4_400, 6_400].map((at) => [at, 's']));
  });

  test('no more once there is some, until the next item', () => {
    const village = begun(lone('unknown', 'rapid')).run(500);
    see(village, 'sounding');
    village.run(9_300 + 5_000 + 500 - 500);
    expect(looks(village)).toEqual([
      [400, 's'],
      [14_700, 's'],
    ]);
    expect(village.effects('prove').at(-1)?.looks[0]?.cue).toMatch(/\|east\|1\.0\|s\|0$/);
  });
});

describe('what is sounded together', () => {
  test('is one effect where it lasts equally long, and another where it does not', () => {
    const supply = { id: 'b', startsAtOnce: 2, startGapMs: 1_000 };
    const terminals = ['s1', 's2', 's3'].map((id) => siren(id, 'east', { supply: 'b' }));
    const village = begun({ ...lone(), terminals, supplies: [supply] }).run(1_000);
    const sounds = village
      .effects('sound')
      .map(({ cues, urgent, repair }) => [cues.map((cue) => cue.terminal), urgent, repair]);
    expect(sounds).toEqual([
      [['s1', 's2'], true, false],
      [['s3'], true, false],
    ]);
  });

  test('is not sounded late: a segment that is over when the box looks again is left out', () => {
    const village = begun(lone('unknown', 'rapid'));
    village.mono = 3_500;
    village.tell({ kind: 'wake' });
    expect(village.heard().map(({ at, durationMs }) => [at, durationMs])).toEqual([[0, 1_000]]);
    village.mono = 4_200;
    village.tell({ kind: 'wake' });
    expect(village.heard().at(-1)).toMatchObject({ at: 4_200, durationMs: 800 });
  });
});

describe('a siren without any lease', () => {
  test('is switched off at the end of each of its segments', () => {
    const site = lone('unknown', 'rapid');
    const held = siren('s', 'east', { lease: { kind: 'held', retrigger: 'unknown' } });
    const village = begun({ ...site, terminals: [held] }).run(9_200);
    const offs = village.log.flatMap(({ at, effect }) =>
      effect.do === 'silence' ? [[at, effect.terminals, effect.cause]] : [],
    );
    expect(offs).toEqual([1_000, 3_000, 5_000, 7_000, 9_000].map((at) => [at, ['s'], 'segment-over']));
  });
});

describe('a look', () => {
  test.each([
    [79, []],
    [80, [['failed', 'silent']]],
    [9_920, [['failed', 'silent']]],
    [9_921, []],
  ])('at %i ms of a segment of ten seconds', (readAt, told) => {
    const village = begun(lone()).run(9_950);
    see(village, 'silent', { readAt });
    expect(verdicts(village)).toEqual(told);
  });

  test('between two segments tells of no answer, and nothing of silence', () => {
    const village = begun(lone('unknown', 'rapid')).run(1_500);
    see(village, 'silent');
    see(village, 'off');
    expect(verdicts(village)).toEqual([]);
    see(village, 'rejected');
    expect(verdicts(village)).toEqual([['failed', 'rejected']]);
  });

  test('of an item that is over tells what sounded, and nothing of silence', () => {
    const village = begun(lone()).run(500);
    const cue = village.lastCue('s')?.id ?? '';
    village.run(10_300 + 5_000);
    see(village, 'silent', { cue });
    expect(verdicts(village)).toEqual([]);
    see(village, 'sounding', { cue });
    expect(verdicts(village)).toEqual([['sounded', null]]);
  });

  test.each([null, '', 'x', 'b-none|east|0.0|s|0', 'b-none'])('that names %j belongs to no broadcast', (cue) => {
    const village = begun(lone()).run(500);
    see(village, 'sounding', { cue });
    expect(verdicts(village)).toEqual([]);
  });

  test('at a terminal that is not due changes no account, and after the end none at all', () => {
    const village = begun(lone()).run(500);
    const cue = village.lastCue('s')?.id ?? '';
    village.tell({ kind: 'evidence', findings: [village.finding('w', 'sounding', { cue })] });
    expect(verdicts(village)).toEqual([]);
    village.issue({ kind: 'cancel', alertId: 'a' });
    const before = verdicts(village);
    see(village, 'sounding', { cue });
    expect(verdicts(village)).toEqual(before);
  });

  test.each([
    ['on', ['unknown', 'switched-only']],
    ['off', ['failed', 'not-switched']],
    ['no-reply', ['unknown', 'no-reply']],
    ['rejected', ['failed', 'rejected']],
    ['silent', ['failed', 'silent']],
    ['sounding', ['sounded', null]],
    ['spoken', ['sounded', null]],
  ] as const)('that shows %s', (sight, told) => {
    const village = begun(lone()).run(500);
    see(village, sight, { value: 3.2, unit: 'A' });
    expect(verdicts(village)).toEqual([told]);
    expect(bodies(village)).toContainEqual(expect.objectContaining({ stage: 'terminal', value: 3.2, unit: 'A' }));
  });

  test('of a better kind outweighs a worse one, no answer takes nothing back, having sounded stays', () => {
    const village = begun(lone()).run(500);
    see(village, 'on', { grade: 'switched' });
    see(village, 'silent', { grade: 'current' });
    see(village, 'no-reply');
    see(village, 'sounding', { grade: 'status' });
    see(village, 'sounding', { grade: 'current' });
    see(village, 'silent', { grade: 'current' });
    see(village, 'silent', { grade: 'microphone' });
    expect(verdicts(village)).toEqual([
      ['unknown', 'switched-only'],
      ['failed', 'silent'],
      ['sounded', null],
      ['failed', 'silent'],
    ]);
  });
});

describe('a zone of which nothing is proven', () => {
  test('says so once all were looked at, and again when one sounds', () => {
    const site = lone();
    const village = begun({ ...site, terminals: [...site.terminals, siren('t', 'east')] }).run(500);
    const degraded = () => bodies(village).flatMap((body) => (body.stage === 'degraded' ? [body.reason] : []));
    see(village, 'no-reply');
    expect(degraded()).toEqual([]);
    village.tell({ kind: 'evidence', findings: [village.finding('t', 'silent')] });
    expect(degraded()).toEqual(['nothing-proven']);
    see(village, 'no-reply', { reason: 'crc' });
    expect(degraded()).toEqual(['nothing-proven']);
    see(village, 'sounding');
    expect(degraded()).toEqual(['nothing-proven', 'restored']);
  });
});

describe('a repair', () => {
  const repairs = (village: Hamlet): readonly unknown[] =>
    village.effects('sound').flatMap(({ repair, cues }) => (repair ? cues.map(({ durationMs }) => durationMs) : []));

  test('is for what is left of the segment, is looked at at once, and is tried twice', () => {
    const village = begun(lone()).run(500);
    const cue = village.lastCue('s')?.id ?? '';
    expect(see(village, 'off').filter((effect) => effect.do !== 'receipt')).toEqual([
      {
        ...{ do: 'sound', urgent: true, repair: true },
        cues: [
          {
            ...{ id: cue, terminal: 's', durationMs: 9_500 },
            trace: expect.any(String) as string,
            action: { play: 'tone', tone: 'steady' },
          },
        ],
      },
      { do: 'prove', looks: [{ terminal: 's', cue }] },
    ]);
    see(village, 'off');
    see(village, 'off');
    expect(repairs(village)).toEqual([9_500, 9_500]);
  });

  test.each([
    ['extends', 1],
    ['ignored', 1],
    ['chops', 0],
    ['unknown', 0],
  ] as const)('of a unit that does not answer and on whom a second on %s: %i', (retrigger, count) => {
    const village = begun(lone(retrigger)).run(500);
    see(village, 'no-reply');
    expect(repairs(village)).toHaveLength(count);
  });

  test.each([
    [9_600, 1],
    [9_601, 0],
  ])('at %i ms of ten seconds is worth it or not', (at, count) => {
    const village = begun(lone()).run(at);
    see(village, 'off', { readAt: 5_000 });
    expect(repairs(village)).toHaveLength(count);
  });

  test('is not made for what sounds or is silent, nor between two segments', () => {
    const village = begun(lone('extends', 'rapid')).run(500);
    see(village, 'silent');
    see(village, 'sounding');
    village.run(1_000);
    see(village, 'off', { readAt: 500 });
    expect(repairs(village)).toEqual([]);
  });
});
