import { describe, expect, test } from 'vitest';
import type { Plan, Site } from '../../src/core/site.ts';
import { alert, hamlet, Hamlet, mondayNine, plan, siren, trigger } from './hamlet.ts';

const spokenText = (village: Hamlet): readonly string[] =>
  village
    .effects('sound')
    .flatMap((effect) => effect.cues)
    .flatMap(({ action }) => (action.play === 'speech' ? [action.text] : []));

const saying = (id: string, text: string, more: Partial<Plan> = {}): Plan =>
  plan(id, { playlist: [{ play: 'speech', text, clip: null }], repeats: 1, ...more });

const withPlans = (...plans: Plan[]): Site => ({ ...hamlet, plans });

const firstWords = (site: Site, more: Parameters<typeof alert>[1]): string | undefined => {
  const village = new Hamlet(site);
  village.issue({ kind: 'issue', alert: alert('a', { plan: null, ...more }) });
  return spokenText(village)[0];
};

describe('each field of a plan decides something', () => {
  const byEvent = withPlans(
    saying('slide', 'slide', { events: ['11D'] }),
    saying('flood', 'flood', { events: ['11A51'] }),
  );

  test('event: the first plan whose code or prefix fits is taken', () => {
    expect(firstWords(byEvent, { event: '11D02' })).toBe('slide');
    expect(firstWords(byEvent, { event: '11A51' })).toBe('flood');
  });

  test('severity and stage: a plan for red now is not used for orange in six hours', () => {
    const site = withPlans(
      saying('red-now', 'red now', { severities: ['red'], stages: ['now'] }),
      saying('any', 'any'),
    );
    expect(firstWords(site, { severity: 'red', stage: 'now' })).toBe('red now');
    expect(firstWords(site, { severity: 'orange', stage: 'now' })).toBe('any');
    expect(firstWords(site, { severity: 'red', stage: '6h' })).toBe('any');
  });

  test('zones: a local trigger that names none sounds in the zones of its plan', () => {
    const village = new Hamlet(withPlans(saying('both', 'both', { zones: ['east', 'west'] })));
    village.tell(trigger('t', { plan: 'both', zones: [], source: 'panel' }));
    expect(village.heard().map(({ terminal }) => terminal)).toEqual(['east-speaker', 'west-speaker']);
  });

  test('playlist: tones, speech and clips come in its order; without text the words of the alert are spoken', () => {
    const player = siren('east-player', 'east', { abilities: ['clip'] });
    const site: Site = {
      ...hamlet,
      terminals: [...hamlet.terminals, player],
      clips: [{ id: 'chime', durationMs: 800, track: 2 }],
      plans: [
        plan('mixed', {
          playlist: [
            { play: 'clip', clip: 'chime' },
            { play: 'speech', text: null, clip: null },
            { play: 'tone', tone: 'steady' },
          ],
          repeats: 1,
        }),
      ],
    };
    const village = new Hamlet(site);
    village.issue({ kind: 'issue', alert: alert('a', { plan: 'mixed' }) });
    village.run(6_000);
    expect(spokenText(village)).toEqual(['请立即转移']);
    village.spoken('east-speaker');
    expect(village.heard().map(({ play }) => play)).toEqual(['clip', 'speech', 'tone', 'tone']);
    expect(village.effects('sound')[0]?.cues[0]?.action).toEqual({ play: 'clip', clip: 'chime', track: 2 });
  });

  test('a terminal that cannot speak plays the clip of a speech item', () => {
    const site: Site = {
      ...hamlet,
      terminals: [siren('east-player', 'east', { abilities: ['clip'] })],
      clips: [{ id: 'voice', durationMs: 6_000, track: 1 }],
      plans: [plan('p', { playlist: [{ play: 'speech', text: 'x', clip: 'voice' }] })],
    };
    const village = new Hamlet(site);
    village.issue({ kind: 'issue', alert: alert('a', { plan: 'p' }) });
    expect(village.heard()).toEqual([{ at: 0, terminal: 'east-player', play: 'clip', durationMs: 6_000 }]);
  });

  test('repeats: 0 goes on until the alert is lifted, 3 ends after three passes', () => {
    const passes = (repeats: number): number => {
      const village = new Hamlet(withPlans(saying('p', 'x', { repeats, intervalMs: 1_000 })));
      village.issue({ kind: 'issue', alert: alert('a', { plan: 'p' }) });
      for (let pass = 0; pass < 6; pass += 1) {
        village.run(1_100);
        village.spoken('east-speaker');
      }
      return spokenText(village).length;
    };
    expect(passes(3)).toBe(3);
    expect(passes(0)).toBeGreaterThanOrEqual(6);
  });

  test.each([
    ['resume', ['east-speaker:two']],
    ['announce-again', ['east-siren-1', 'east-siren-2']],
    ['stay-silent', []],
  ] as const)('afterRestart %s decides what sounds first after a restart', (afterRestart, expected) => {
    const playlist = [
      { play: 'tone', tone: 'steady' },
      { play: 'speech', text: 'two', clip: null },
    ] as const;
    const village = new Hamlet(withPlans(plan('p', { playlist, afterRestart })));
    village.issue({ kind: 'issue', alert: alert('a', { plan: 'p' }) });
    village.run(10_500);
    village.log.length = 0;
    village.tell({ kind: 'booted', version: '0', boot: 'b1', clean: false });
    village.tell({ kind: 'outputs', on: [], unread: [] });
    const first = village
      .effects('sound')
      .flatMap((effect) =>
        effect.cues.map(({ terminal, action }) => (action.play === 'speech' ? `${terminal}:${action.text}` : terminal)),
      );
    expect(first).toEqual(expected);
  });

  test('drill: its own playlist and repeats, and an unlocked siren for at most its three seconds', () => {
    const drill = {
      playlist: [{ play: 'tone', tone: 'steady' } as const],
      repeats: 1,
      sirenUnlockMs: 3_000,
    };
    const site = withPlans(plan('p', { drill }));
    const tones = (sirenUnlocked: boolean): readonly number[] => {
      const village = new Hamlet(site);
      village.issue({ kind: 'issue', alert: alert('d', { plan: 'p', status: 'drill', sirenUnlocked }) });
      village.run(1_000);
      village.spoken('east-speaker');
      village.run(4_000);
      return village
        .heard()
        .filter(({ play }) => play === 'tone')
        .map(({ durationMs }) => durationMs);
    };
    expect(tones(true)).toEqual([3_000, 3_000]);
    expect(tones(false)).toEqual([]);
  });
});

describe('scheduled notices', () => {
  const notice = {
    id: 'n',
    name: { zh: '早间', en: 'morning' },
    plan: 'notice',
    zones: ['west'],
    weekdays: [1, 3],
    minuteOfDay: 9 * 60 + 5,
    text: '早上好',
  };
  const site: Site = { ...hamlet, notices: [notice] };

  test('a notice plays on its weekday at its minute, once', () => {
    const village = new Hamlet(site, mondayNine);
    village.run(4 * 60_000);
    expect(village.heard()).toHaveLength(0);
    village.run(2 * 60_000);
    expect(village.heard().map(({ at, terminal }) => [at, terminal])).toEqual([[300_000, 'west-speaker']]);
    village.run(20 * 60_000);
    expect(village.heard()).toHaveLength(1);
  });

  test('on another weekday, or without a trusted clock, it stays silent', () => {
    const tuesday = new Hamlet(site, mondayNine + 86_400_000);
    tuesday.run(3_600_000);
    expect(tuesday.heard()).toHaveLength(0);
    const guessing = new Hamlet(site, mondayNine, 'guessed');
    guessing.run(3_600_000);
    expect(guessing.heard()).toHaveLength(0);
  });

  test('routine ends at the beginning of quiet hours', () => {
    const late: Site = {
      ...hamlet,
      notices: [{ ...notice, minuteOfDay: 20 * 60 + 59 }],
      plans: [plan('notice', { class: 'routine', playlist: [{ play: 'speech', text: null, clip: null }], repeats: 0 })],
    };
    const village = new Hamlet(late, mondayNine + 12 * 3_600_000 - 120_000);
    village.run(10 * 60_000);
    const ended = village.receipts().find((receipt) => receipt.body.stage === 'ended');
    expect(ended?.body).toMatchObject({ how: 'expired' });
    expect(ended?.at.wall).toBe(mondayNine + 12 * 3_600_000);
  });
});
