import { describe, expect, it } from 'vitest';
import { wantedAudio } from '../../src/core/audio-hold.ts';
import type { AlertAudio } from '../../src/core/alert.ts';
import { step } from '../../src/core/step.ts';
import { emptyVillage, type Village } from '../../src/core/village.ts';
import { alert, Hamlet, hamlet, plan, speaker } from './hamlet.ts';

const audio = (name: string, more: Partial<AlertAudio> = {}): AlertAudio => ({
  sha256: name.repeat(64).slice(0, 64),
  bytes: 1_000_000,
  format: 'mp3',
  durationMs: 9_000,
  ...more,
});
const song = audio('a');

/** East speaks through a sound output, west through a chip. */
const site = {
  ...hamlet,
  terminals: hamlet.terminals.map((one) =>
    one.kind === 'speaker' && one.zone === 'east' ? speaker(one.id, 'east', { output: 'card' }) : one,
  ),
};

const codes = (village: Hamlet, trace: string): readonly string[] =>
  village
    .receipts()
    .filter((receipt) => receipt.trace === trace)
    .map(({ body }) =>
      'code' in body ? `${body.stage}:${body.code}` : 'what' in body ? `${body.stage}:${body.what}` : body.stage,
    );

const spoken = (village: Hamlet): readonly { terminal: string; audio: string | null; durationMs: number }[] =>
  village
    .effects('sound')
    .flatMap(({ cues }) =>
      cues.flatMap(({ terminal, action, durationMs }) =>
        action.play === 'speech' ? [{ terminal, audio: action.audio, durationMs }] : [],
      ),
    );

const ready = (village: Hamlet, { sha256 }: AlertAudio = song): void =>
  void village.tell({ kind: 'audio-ready', sha256 });
const eastSpeaker = site.terminals.find(({ kind, zone }) => kind === 'speaker' && zone === 'east')?.id ?? '';
const westSpeaker = site.terminals.find(({ kind, zone }) => kind === 'speaker' && zone === 'west')?.id ?? '';

describe('an alert that brings a recording', () => {
  it('with words sounds at once and speaks them, and plays the recording from the next pass on', () => {
    const village = new Hamlet(site);
    const { id } = village.issue({ kind: 'issue', alert: alert('a1', { audio: song }) });
    expect(village.stages(id).slice(0, 4)).toEqual(['received', 'verified', 'queued', 'started']);
    while (spoken(village).length === 0) village.run(1_000);
    expect(spoken(village)).toEqual([expect.objectContaining({ terminal: eastSpeaker, audio: null })]);
    ready(village);
    village.run(120_000);
    expect(spoken(village).at(-1)).toMatchObject({ terminal: eastSpeaker, audio: song.sha256, durationMs: 9_000 });
  });

  it('that is here already plays it in the first pass, and chips speak the words', () => {
    const village = new Hamlet(site);
    village.issue({ kind: 'store-audio', audio: song });
    ready(village);
    village.issue({ kind: 'issue', alert: alert('a1', { zones: ['east', 'west'], audio: song }) });
    village.run(200_000);
    const [east, west] = [eastSpeaker, westSpeaker].map((id) => spoken(village).find((one) => one.terminal === id));
    expect(east).toMatchObject({ audio: song.sha256, durationMs: 9_000 });
    expect(west?.durationMs).toBe(500 + 250 * alert('x').text.length);
  });

  it('without words waits, passes no stage, and is queued when the recording is here', () => {
    const village = new Hamlet(site);
    const { id } = village.issue({ kind: 'issue', alert: alert('a1', { headline: '', text: '', audio: song }) });
    village.run(60_000);
    expect(codes(village, id)).toEqual(['received', 'verified', 'noted:waiting-audio']);
    expect(village.heard()).toEqual([]);
    ready(village);
    expect(village.stages(id).slice(2)).toEqual(['noted', 'queued', 'started']);
    village.run(200_000);
    expect(spoken(village)[0]).toMatchObject({ terminal: eastSpeaker, audio: song.sha256 });
  });

  it('without words leaves a chip unknown, with the reason', () => {
    const village = new Hamlet(site);
    village.issue({ kind: 'store-audio', audio: song });
    ready(village);
    village.issue({ kind: 'issue', alert: alert('a1', { zones: ['west'], headline: '', text: '', audio: song }) });
    village.run(600_000);
    const told = village.receipts().flatMap(({ body }) => (body.stage === 'terminal' ? [body] : []));
    expect(told.filter(({ terminal }) => terminal === westSpeaker)).toEqual([
      expect.objectContaining({ verdict: 'unknown', reason: 'audio-only' }),
    ]);
    expect(spoken(village)).toEqual([]);
  });

  it('is refused with the code of the edge when the recording is wrong, and at the end of its validity', () => {
    const village = new Hamlet(site);
    const wordless = { headline: '', text: '', audio: song };
    const wrong = village.issue({ kind: 'issue', alert: alert('a1', wordless) });
    village.tell({ kind: 'audio-failed', sha256: song.sha256, code: 'media-hash-wrong', detail: '' });
    expect(codes(village, wrong.id).at(-1)).toBe('refused:media-hash-wrong');
    const late = village.issue({ kind: 'issue', alert: alert('a2', wordless) }, { validForMs: 600_000 });
    village.run(3_600_000);
    expect(codes(village, late.id).at(-1)).toBe('refused:audio-late');
    expect(village.village.durable.waiting).toEqual([]);
    expect(village.village.durable.audio).toEqual({});
  });

  it('with words goes on speaking when the recording is wrong, and says so', () => {
    const village = new Hamlet(site);
    const { id } = village.issue({ kind: 'issue', alert: alert('a1', { audio: song }) });
    village.tell({ kind: 'audio-failed', sha256: song.sha256, code: 'media-hash-wrong', detail: '' });
    expect(codes(village, id)).toContain('noted:media-hash-wrong');
    village.run(200_000);
    expect(spoken(village).length).toBeGreaterThan(0);
    expect(spoken(village).every((one) => one.audio === null)).toBe(true);
  });

  it('that waits is ended by stop, cancel and update of its alert', () => {
    for (const how of ['stop', 'cancel', 'update'] as const) {
      const village = new Hamlet(site);
      const { id } = village.issue({ kind: 'issue', alert: alert('a1', { headline: '', text: '', audio: song }) });
      if (how === 'stop') village.tell({ kind: 'stop', source: 'cli', person: 'p', id: 's1' });
      if (how === 'cancel')
        expect(codes(village, village.issue({ kind: 'cancel', alertId: 'a1' }).id)).toContain('done:cancelled');
      if (how === 'update') village.issue({ kind: 'update', alert: alert('a1') });
      expect(codes(village, id).at(-1), how).toBe('refused:audio-order-ended');
      ready(village);
      village.run(5_000);
      expect(spoken(village), how).toEqual([]);
    }
  });

  it('that waits cannot be replaced by whoever may only drill', () => {
    const village = new Hamlet(site);
    village.issue({ kind: 'issue', alert: alert('a1', { headline: '', text: '', audio: song }) });
    const drill = village.issue({ kind: 'update', alert: alert('a1', { status: 'drill' }) }, { class: 'drill' });
    expect(codes(village, drill.id).at(-1)).toBe('refused:class-unfit');
    expect(village.village.durable.waiting).toHaveLength(1);
  });

  it('in a drill stands between the spoken marks', () => {
    const own = {
      ...site,
      plans: site.plans.map((one) => ({
        ...one,
        drill: { ...one.drill, playlist: [{ play: 'speech', text: null, clip: null }] as const },
      })),
    };
    const village = new Hamlet(own);
    village.issue({ kind: 'store-audio', audio: song });
    ready(village);
    village.issue({ kind: 'issue', alert: alert('d1', { status: 'drill', audio: song }) }, { class: 'drill' });
    const items = Object.values(village.village.durable.broadcasts)[0]?.items ?? [];
    expect(items.map((item) => (item.play === 'speech' ? item.audio : item.play))).toEqual([null, song.sha256, null]);
    expect(items[0]).toMatchObject({ text: '演练，演练，演练。' });
  });

  it('in a drill whose playlist has no place for it is waited for, and heard between the spoken marks', () => {
    const village = new Hamlet(site);
    const drill = alert('d1', { status: 'drill', audio: song });
    const { id } = village.issue({ kind: 'issue', alert: drill }, { class: 'drill' });
    expect(codes(village, id)).toEqual(['received', 'verified', 'noted:waiting-audio']);
    ready(village);
    village.run(120_000);
    const own = hamlet.plans[0]?.drill.playlist[0];
    expect(own).toMatchObject({ text: '这是演练内容' });
    const said = village
      .effects('sound')
      .flatMap(({ cues }) => cues.filter(({ terminal }) => terminal === eastSpeaker))
      .map(({ action }) => (action.play === 'speech' ? (action.audio ?? action.text) : action.play));
    expect(said).toEqual(['演练，演练，演练。', '这是演练内容', song.sha256, '演练，演练，演练。']);
  });

  it('in a drill that it never came for is refused by its code', () => {
    const village = new Hamlet(site);
    const drill = alert('d1', { status: 'drill', audio: song });
    const { id } = village.issue({ kind: 'issue', alert: drill }, { class: 'drill' });
    village.tell({ kind: 'audio-failed', sha256: song.sha256, code: 'audio-hash', detail: 'd' });
    village.run(10_000);
    expect(codes(village, id).at(-1)).toBe('refused:audio-hash');
    expect(spoken(village)).toEqual([]);
  });

  it('without words, where nobody can play it, is told, not fetched and not waited for: the siren sounds at once', () => {
    const village = new Hamlet({
      ...site,
      plans: [plan('move-now', { playlist: [{ play: 'tone', tone: 'steady' }], repeats: 1 })],
    });
    const wordless = alert('a1', { headline: '', text: '', audio: song, zones: ['west'] });
    const { id } = village.issue({ kind: 'issue', alert: wordless });
    expect(codes(village, id)).toContain('noted:audio-nowhere');
    expect(wantedAudio(village.village.durable)).toEqual([]);
    expect(village.village.durable.waiting).toEqual([]);
    expect(village.heard()[0]).toMatchObject({ at: 0, terminal: 'west-siren-1' });
  });

  it('with words, where nobody can play it, speaks them and tells that the recording is not played', () => {
    const village = new Hamlet(site);
    const { id } = village.issue({ kind: 'issue', alert: alert('a1', { audio: song, zones: ['west'] }) });
    expect(codes(village, id)).toContain('noted:audio-nowhere');
    expect(wantedAudio(village.village.durable)).toEqual([]);
    while (spoken(village).length === 0) village.run(1_000);
    expect(spoken(village)).toEqual([expect.objectContaining({ terminal: westSpeaker, audio: null })]);
  });

  it('in a drill where nobody can play it is told and not fetched; the drill goes on', () => {
    const village = new Hamlet(site);
    const drill = alert('d1', { status: 'drill', audio: song, zones: ['west'] });
    const { id } = village.issue({ kind: 'issue', alert: drill }, { class: 'drill' });
    expect(codes(village, id)).toContain('noted:audio-nowhere');
    expect(wantedAudio(village.village.durable)).toEqual([]);
    village.run(5_000);
    expect(spoken(village)).toEqual([expect.objectContaining({ terminal: westSpeaker, audio: null })]);
  });

  it('all-clear and correction speak their own words, never the recording of what they end', () => {
    const village = new Hamlet(site);
    village.issue({ kind: 'store-audio', audio: song });
    ready(village);
    village.issue({ kind: 'issue', alert: alert('a1', { audio: song }) });
    village.issue({ kind: 'all-clear', alertId: 'a1', text: '警报解除' });
    const live = Object.values(village.village.durable.broadcasts).find(({ kind }) => kind === 'all-clear');
    expect(live?.items).toEqual([expect.objectContaining({ text: '警报解除', audio: null })]);
  });

  it('waits over a restart, and the journal folds to the same', () => {
    const village = new Hamlet(site);
    village.issue({ kind: 'issue', alert: alert('a1', { headline: '', text: '', audio: song }) });
    village.tell({ kind: 'booted', version: '0', boot: 'b1', clean: false });
    village.tell({ kind: 'outputs', on: [], unread: [] });
    expect(village.village.durable.waiting).toHaveLength(1);
    expect(wantedAudio(village.village.durable)).toHaveLength(1);
    ready(village);
    village.run(20_000);
    expect(village.heard().length).toBeGreaterThan(0);
    let again: Village = emptyVillage;
    for (const happening of village.journal) again = step(again, happening).village;
    expect(again.durable).toEqual(village.village.durable);
  });
});

describe('the store of recordings', () => {
  const small = { ...site, limits: { ...site.limits, audioStoreBytes: 3_000_000 } };
  const stored = (village: Hamlet, name: string): string => {
    const { id } = village.issue({ kind: 'store-audio', audio: audio(name) });
    ready(village, audio(name));
    return id;
  };

  it('drops the oldest that nothing live needs, and tells whose it was', () => {
    const village = new Hamlet(small);
    const first = stored(village, 'a');
    village.run(1_000);
    const second = stored(village, 'b');
    village.run(1_000);
    village.issue({ kind: 'issue', alert: alert('a1', { audio: audio('a') }) });
    village.run(1_000);
    stored(village, 'c');
    village.run(1_000);
    stored(village, 'd');
    expect(codes(village, second)).toEqual(['received', 'verified', 'done:audio-stored', 'noted:audio-dropped']);
    expect(codes(village, first)).toEqual(['received', 'verified', 'done:audio-stored']);
    expect(Object.keys(village.village.durable.audio).map((name) => name[0])).toEqual(['a', 'c', 'd']);
  });

  it('refuses what does not fit, and an alert with words sounds all the same', () => {
    const village = new Hamlet(small);
    const big = village.issue({ kind: 'store-audio', audio: audio('e', { bytes: 3_000_001 }) });
    expect(codes(village, big.id).at(-1)).toBe('refused:audio-store-full');
    const { id } = village.issue({ kind: 'issue', alert: alert('a1', { audio: audio('e', { bytes: 3_000_001 }) }) });
    expect(codes(village, id)).toEqual(['received', 'verified', 'queued', 'noted:audio-store-full', 'started']);
  });

  it('takes one hash with one size only', () => {
    const village = new Hamlet(site);
    stored(village, 'a');
    const other = village.issue({ kind: 'store-audio', audio: audio('a', { bytes: 2 }) });
    expect(codes(village, other.id).at(-1)).toBe('refused:audio-differs');
  });

  it('fetches for emergencies first, whatever was named before', () => {
    const village = new Hamlet(site);
    village.issue({ kind: 'store-audio', audio: audio('b') });
    village.run(1_000);
    village.issue({ kind: 'issue', alert: alert('d1', { status: 'drill', audio: audio('c') }) }, { class: 'drill' });
    village.run(1_000);
    village.issue({ kind: 'issue', alert: alert('a1', { audio: audio('d') }) });
    expect(wantedAudio(village.village.durable).map((one) => one.audio.sha256[0])).toEqual(['d', 'b', 'c']);
  });

  it('answers an order to store what is here already at once', () => {
    const village = new Hamlet(site);
    stored(village, 'a');
    const again = village.issue({ kind: 'store-audio', audio: song });
    expect(codes(village, again.id)).toEqual(['received', 'verified', 'done:audio-stored']);
  });
});
