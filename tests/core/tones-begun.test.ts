import { describe, expect, test } from 'vitest';
import type { Site, Terminal } from '../../src/core/site.ts';
import { alert, hamlet, Hamlet, plan, siren, speaker } from './hamlet.ts';

const horn = (id: string, zone = 'east'): Terminal =>
  speaker(id, zone, { output: 'card', abilities: ['speech', 'tone'], proof: 'none', leadInMs: 300 });
const rapid = [{ play: 'tone', tone: 'rapid' }] as const;
const village = (terminals: readonly Terminal[], more: Partial<Site> = {}): Hamlet =>
  new Hamlet({
    ...hamlet,
    terminals,
    plans: [plan('rapid', { playlist: rapid, drill: { playlist: rapid, repeats: 1, sirenUnlockMs: 9_000 } })],
    ...more,
  });
const issue = (in_: Hamlet): void => {
  in_.issue({ kind: 'issue', alert: alert('a', { plan: 'rapid' }) });
};
const use = (in_: Hamlet): unknown => in_.village.durable.sirenUse['east'];

describe('a tone that begins', () => {
  test('is urgent at the loudspeaker of an emergency, and not in a drill', () => {
    const real = village([horn('h')]);
    issue(real);
    expect(real.effects('sound').map(({ urgent }) => urgent)).toEqual([true]);
    const practice = village([horn('h')]);
    practice.issue(
      { kind: 'issue', alert: alert('d', { status: 'drill', plan: 'rapid', sirenUnlocked: true }) },
      { class: 'drill' },
    );
    practice.run(60_000);
    practice.spoken('h');
    practice.run(60_000);
    const sounds = practice.effects('sound');
    expect(sounds.length).toBeGreaterThan(0);
    expect(sounds.every(({ urgent }) => !urgent)).toBe(true);
  });

  test('at a loudspeaker alone counts what it sounds, not its pauses, and is cut by the cap', () => {
    const whole = village([horn('h')]);
    issue(whole);
    expect(use(whole)).toMatchObject([{ from: 0, onMs: 5_000 }]);
    const cut = village([horn('h')], { limits: { ...hamlet.limits, sirenLongestMs: 3_000 } });
    issue(cut);
    expect(use(cut)).toMatchObject([{ from: 0, onMs: 3_000 }]);
  });

  test('in waves is over when the last siren has ended', () => {
    const supply = { id: 'b', startsAtOnce: 1, startGapMs: 1_500 };
    const sirens = ['s1', 's2', 's3'].map((id) => siren(id, 'east', { supply: 'b' }));
    const tones = hamlet.tones.map((tone) => (tone.id === 'rapid' ? { ...tone, onMs: 4_000, cycles: 1 } : tone));
    const waves = village(sirens, { supplies: [supply], tones });
    issue(waves);
    waves.run(3_100);
    expect(waves.heard().map(({ at, terminal }) => [at, terminal])).toEqual([
      [0, 's1'],
      [1_500, 's2'],
      [3_000, 's3'],
    ]);
    expect(use(waves)).toMatchObject([{ from: 0, to: 7_000, onMs: 4_000 }]);
  });

  test('and makes no sound anywhere sends nothing to the wire', () => {
    const sirens = village([siren('s', 'east')]);
    issue(sirens);
    for (const { cues } of sirens.effects('sound')) expect(cues.length).toBeGreaterThan(0);
  });
});
