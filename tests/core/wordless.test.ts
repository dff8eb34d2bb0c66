import { describe, expect, test } from 'vitest';
import type { PlaylistItem, Site } from '../../src/core/site.ts';
import { alert, Hamlet, hamlet, plan, siren, speaker } from './hamlet.ts';

const playlist: readonly PlaylistItem[] = [{ play: 'speech', text: null, clip: 'voice' }];

/** A loudspeaker with stored clips only, one on a sound output, and a speech chip. */
const site: Site = {
  ...hamlet,
  terminals: [
    siren('stored', 'east', { kind: 'speaker', abilities: ['clip'] }),
    speaker('card', 'east', { abilities: ['speech', 'clip'], output: 'card' }),
    speaker('chip', 'east'),
  ],
  clips: [{ id: 'voice', durationMs: 26_000, track: 1, saysDrill: false }],
  plans: [plan('p', { playlist, repeats: 1, drill: { playlist, repeats: 1, sirenUnlockMs: 0 } })],
};

const wordless = (status: 'actual' | 'drill', at: Site = site): Hamlet => {
  const village = new Hamlet(at);
  const body = { kind: 'issue', alert: alert('a', { headline: '', text: '', plan: 'p', status }) } as const;
  village.issue(body, { class: status === 'drill' ? 'drill' : 'alarm' });
  return village;
};

const live = (village: Hamlet) => Object.values(village.village.durable.broadcasts)[0];

describe('an order without text, headline and recording', () => {
  test('plays the clip that the plan stored for its words, for as long as the clip is', () => {
    const village = wordless('actual');
    expect(village.heard().map(({ terminal, durationMs }) => [terminal, durationMs])).toEqual([
      ['stored', 26_000],
      ['card', 26_000],
    ]);
    expect(village.effects('sound').flatMap(({ cues }) => cues.map(({ action }) => action))).toEqual([
      { play: 'clip', clip: 'voice', track: 1 },
      { play: 'speech', text: '', clip: 'voice', audio: null },
    ]);
  });

  test('has time for the whole clip: the next item begins after it', () => {
    const village = wordless('actual', {
      ...site,
      terminals: site.terminals.filter(({ id }) => id === 'card'),
      plans: [plan('p', { playlist: [...playlist, { play: 'clip', clip: 'voice' }], repeats: 1 })],
    });
    village.run(25_000);
    expect(village.effects('sound')).toHaveLength(1);
  });

  test('says of a speech chip why it was silent', () => {
    expect(live(wordless('actual'))?.results['chip']).toMatchObject({ verdict: 'unknown', reason: 'audio-only' });
  });

  test('plays in a drill no clip that does not say so itself, and one that does', () => {
    const clipsAt = (at: Site): readonly (string | null)[] =>
      (live(wordless('drill', at))?.items ?? []).map((item) => (item.play === 'speech' ? item.clip : item.play));
    expect(clipsAt(site)).toEqual([null, null]);
    const marked = site.clips.map((clip) => ({ ...clip, saysDrill: true }));
    expect(clipsAt({ ...site, clips: marked })).toEqual([null, 'voice', null]);
  });

  test('and without a clip in its plan sounds what else the plan has', () => {
    const tone = { play: 'tone', tone: hamlet.tones[0]?.id ?? '' } as const;
    const village = wordless('actual', {
      ...site,
      plans: [plan('p', { playlist: [tone, { play: 'speech', text: null, clip: null }], repeats: 1 })],
    });
    expect(live(village)?.items.map(({ play }) => play)).toEqual(['tone']);
  });
});
