import { describe, expect, test } from 'vitest';
import type { PlaylistItem, Site } from '../../src/core/site.ts';
import { alert, hamlet, Hamlet, plan, siren, speaker } from './hamlet.ts';

/** A zone with one loudspeaker that speaks and one that only has stored clips. */
const village = (playlist: readonly PlaylistItem[]): Site => ({
  ...hamlet,
  terminals: [
    siren('east-siren', 'east'),
    speaker('voice', 'east', { abilities: ['speech', 'clip'] }),
    speaker('stored', 'east', { abilities: ['clip'], speech: null }),
  ],
  clips: [
    { id: 'bare', durationMs: 2_000, track: 1 },
    { id: 'marked', durationMs: 2_000, track: 2, saysDrill: true },
  ],
  plans: [plan('move-now', { playlist, drill: { playlist, repeats: 1, sirenUnlockMs: 3_000 } })],
});

const playlist: readonly PlaylistItem[] = [
  { play: 'clip', clip: 'bare' },
  { play: 'speech', text: '演练内容', clip: 'bare' },
  { play: 'clip', clip: 'marked' },
  { play: 'speech', text: '演练内容', clip: 'marked' },
];

const clipsOf = (box: Hamlet, terminal: string): readonly string[] =>
  box
    .effects('sound')
    .flatMap(({ cues }) => cues)
    .flatMap(({ terminal: at, action }) => (at === terminal && action.play === 'clip' ? [action.clip] : []));

const play = (status: 'actual' | 'drill' | 'test'): Hamlet => {
  const box = new Hamlet(village(playlist));
  box.issue({ kind: 'issue', alert: alert('a', { status }) }, { class: status === 'actual' ? 'alarm' : 'drill' });
  for (let item = 0; item < 12; item += 1) {
    box.run(3_000);
    box.spoken('voice', 'stored');
  }
  return box;
};

describe('a terminal that has stored clips only', () => {
  test.each(['drill', 'test'] as const)('plays in a %s no clip that does not say so itself', (status) => {
    const box = play(status);
    expect(clipsOf(box, 'stored')).toEqual(['marked', 'marked']);
    expect(clipsOf(box, 'voice')).toContain('bare');
  });

  test('plays every clip of an actual warning', () => {
    expect(new Set(clipsOf(play('actual'), 'stored'))).toEqual(new Set(['bare', 'marked']));
  });

  test('hands no bare clip to a terminal whose speech may fail in a drill', () => {
    const handed = play('drill')
      .effects('sound')
      .flatMap(({ cues }) => cues)
      .flatMap(({ action }) => (action.play === 'speech' && action.clip !== null ? [action.clip] : []));
    expect(new Set(handed)).toEqual(new Set(['marked']));
  });
});

describe('the all-clear of a drill that may not be spoken now', () => {
  const lift = (kind: 'all-clear' | 'correction', minutes: number): Hamlet => {
    const box = new Hamlet(hamlet);
    box.issue({ kind: 'issue', alert: alert('d', { status: 'drill' }) }, { class: 'drill', validForMs: 86_400_000 });
    box.run(minutes * 60_000);
    box.log.length = 0;
    box.issue({ kind, alertId: 'd', text: '演练结束' }, { class: 'drill', notBefore: box.at.wall - 60_000 });
    box.run(1_000);
    return box;
  };

  test('ends the drill silently in quiet hours', () => {
    const box = lift('all-clear', 13 * 60);
    expect(box.stages()).toEqual(['received', 'verified', 'done']);
    expect(box.receipts().at(-1)?.body).toEqual({ stage: 'done', what: 'cleared-silently' });
    expect(box.heard()).toEqual([]);
  });

  test('is spoken by day', () => {
    expect(lift('all-clear', 1).heard().length).toBeGreaterThan(0);
  });

  test('but a correction, whose words are all of it, is refused with its reason', () => {
    expect(
      lift('correction', 13 * 60)
        .receipts()
        .at(-1)?.body,
    ).toMatchObject({ stage: 'refused', code: 'quiet-hours' });
  });
});
