import { describe, expect, it } from 'vitest';
import { isBySensor, unanswered } from '../../src/core/answer.ts';
import type { Receipt } from '../../src/core/receipt.ts';
import { alert, Hamlet } from './hamlet.ts';
import { audio, ready, recorded, site } from './recorded.ts';
import { goOn, live, stopAll, textsOnAir } from './stops.ts';

const answer = { kind: 'answered', person: '王某', source: 'panel', id: 'a-1' } as const;

const answers = (village: Hamlet): readonly Receipt[] =>
  village.receipts().filter(({ body }) => body.stage === 'answered');

describe('叫应: a person answers', () => {
  it('reports for each live emergency alert who answered and how long after it came', () => {
    const village = new Hamlet();
    const first = village.issue({ kind: 'issue', alert: alert('one') });
    village.run(40_000);
    const second = village.issue({ kind: 'issue', alert: alert('two', { zones: ['west'] }) });
    village.run(2_500);
    village.tell(answer);
    expect(answers(village).map(({ trace, alert: about, status, body }) => ({ trace, about, status, body }))).toEqual([
      {
        trace: first.id,
        about: 'one',
        status: 'actual',
        body: { stage: 'answered', person: '王某', source: 'panel', afterMs: 42_500 },
      },
      {
        trace: second.id,
        about: 'two',
        status: 'actual',
        body: { stage: 'answered', person: '王某', source: 'panel', afterMs: 2_500 },
      },
    ]);
  });

  it('is told once for an alert, however often somebody presses', () => {
    const village = new Hamlet();
    village.issue({ kind: 'issue', alert: alert('one') });
    village.tell(answer);
    const records = village.journal.length;
    village.tell({ ...answer, id: 'a-2', person: '李某' });
    expect(answers(village)).toHaveLength(1);
    expect(village.journal).toHaveLength(records);
  });

  it('is asked for again by an update', () => {
    const village = new Hamlet();
    village.issue({ kind: 'issue', alert: alert('one') });
    village.tell(answer);
    expect(unanswered(village.village.durable, village.mono)).toEqual([]);
    village.issue({ kind: 'update', alert: alert('one', { text: '改走东坡' }) });
    expect(unanswered(village.village.durable, village.mono)).toHaveLength(1);
    village.tell({ ...answer, id: 'a-2' });
    expect(answers(village)).toHaveLength(2);
  });

  it('is kept with the warning: who, from where, and when', () => {
    const village = new Hamlet();
    village.issue({ kind: 'issue', alert: alert('one') });
    village.run(2_500);
    village.tell(answer);
    const [broadcast] = Object.values(village.village.durable.broadcasts);
    expect(broadcast?.answer).toEqual({ person: '王某', source: 'panel', at: village.mono });
  });

  it('goes to the newest word of an alert, in whatever order a checkpoint gives them back, and until it expires', () => {
    const village = new Hamlet();
    village.issue({ kind: 'issue', alert: alert('one') }, { validForMs: 60_000 });
    village.issue({ kind: 'update', alert: alert('one', { text: '改走东坡' }) }, { validForMs: 60_000 });
    village.issue({ kind: 'issue', alert: alert('two', { zones: ['west'] }) }, { validForMs: 60_000 });
    const { durable } = village.village;
    const turned = { ...durable, broadcasts: Object.fromEntries(Object.entries(durable.broadcasts).reverse()) };
    const waiting = unanswered(turned, village.mono);
    expect(waiting.map(({ alert: of }) => [of.id, of.text])).toEqual([
      ['one', '改走东坡'],
      ['two', alert('two').text],
    ]);
    const expiresAt = Math.max(...waiting.map((one) => one.expiresAt));
    expect([unanswered(turned, expiresAt - 1).length, unanswered(turned, expiresAt).length]).toEqual([2, 0]);
  });

  it('knows which warning a sensor began', () => {
    expect(['sensor:rain', 'li:sensor:', 'county-1'].map((source) => isBySensor({ source }))).toEqual([
      true,
      false,
      false,
    ]);
  });

  it('says nothing about drills, routine, what has ended, or an all-clear', () => {
    const village = new Hamlet();
    village.issue({ kind: 'issue', alert: alert('drill', { status: 'drill' }) }, { class: 'drill' });
    village.issue(
      { kind: 'issue', alert: alert('notice', { class: 'routine', plan: 'notice' }) },
      { class: 'routine' },
    );
    village.issue({ kind: 'issue', alert: alert('gone') });
    village.tell({ kind: 'stop', source: 'cli', person: 'x', id: 's-1' });
    village.issue({ kind: 'all-clear', alertId: 'gone', text: '解除' });
    const records = village.journal.length;
    village.tell(answer);
    expect(answers(village)).toEqual([]);
    expect(village.journal).toHaveLength(records);
  });

  it('may come after the passes are over, but not after the alert has expired', () => {
    const village = new Hamlet();
    village.issue({ kind: 'issue', alert: alert('one') });
    village.issue({ kind: 'issue', alert: alert('short', { zones: ['west'] }) }, { validForMs: 120_000 });
    village.run(15 * 60_000);
    expect(village.stages().filter((stage) => stage === 'ended')).toHaveLength(2);
    village.tell(answer);
    expect(answers(village).map((receipt) => receipt.alert)).toEqual(['one']);
  });

  it('neither sounds nor silences anything', () => {
    const village = new Hamlet();
    village.issue({ kind: 'issue', alert: alert('one') });
    expect(village.tell(answer).map((effect) => effect.do)).toEqual(['receipt']);
  });
});

/** What waits for an answer now. */
const waiting = ({ village, mono }: Hamlet): readonly string[] =>
  unanswered(village.durable, mono).map(({ alert: { id, text } }) => `${id} ${text}`);

/** An answered warning that was stopped. */
const answeredAndStopped = (): Hamlet => {
  const village = new Hamlet(site);
  village.issue({ kind: 'issue', alert: alert('rec', { text: '上山' }) });
  village.tell(answer);
  stopAll(village);
  return village;
};

describe('a warning that a person goes on with after a stop', () => {
  it('is not asked about again: its words were answered', () => {
    const village = answeredAndStopped();
    goOn(village);
    expect([textsOnAir(village), waiting(village)]).toEqual([['上山'], []]);
    const [first, second] = Object.values(village.village.durable.broadcasts);
    expect([second?.id, second?.answer]).toEqual(['b-c1-0', first?.answer]);
    // The centre has heard of it, and hears of it no second time.
    village.tell({ ...answer, id: 'a-2' });
    expect(answers(village)).toHaveLength(1);
  });

  it('keeps its answer through one stop after the other', () => {
    const village = answeredAndStopped();
    for (const turn of [1, 2, 3]) {
      goOn(village, `c${turn}`);
      stopAll(village, `s${turn + 1}`);
    }
    goOn(village, 'c4');
    expect([live(village), waiting(village)]).toEqual([['rec'], []]);
  });

  it('still waits for its answer where nobody had given one', () => {
    const village = new Hamlet();
    village.issue({ kind: 'issue', alert: alert('one') });
    stopAll(village);
    expect(waiting(village)).toEqual([]);
    goOn(village);
    expect(waiting(village)).toEqual(['one 请立即转移']);
    expect(Object.values(village.village.durable.broadcasts).map((one) => 'answer' in one)).toEqual([false, false]);
  });

  it('is asked about again where what goes on are words that came after the stop, also when they are the same', () => {
    for (const text of ['下山', '上山']) {
      const village = answeredAndStopped();
      village.issue({ kind: 'update', alert: alert('rec', { text }) });
      goOn(village);
      expect([textsOnAir(village), waiting(village)]).toEqual([[text], [`rec ${text}`]]);
    }
  });

  it('keeps its answer while its old words sound, and is asked about when the new recording replaces them', () => {
    const village = answeredAndStopped();
    village.issue({ kind: 'update', alert: recorded });
    goOn(village);
    expect([textsOnAir(village), waiting(village)]).toEqual([['上山'], []]);
    ready(village);
    expect([textsOnAir(village), waiting(village)]).toEqual([[''], ['rec ']]);
  });

  it('keeps its answer when its own recording must be fetched anew', () => {
    const village = new Hamlet(site);
    village.issue({ kind: 'issue', alert: recorded });
    ready(village);
    village.tell(answer);
    stopAll(village);
    village.tell({ kind: 'audio-failed', sha256: audio.sha256, code: 'audio-lost', detail: '' });
    goOn(village);
    expect([live(village), waiting(village)]).toEqual([['rec'], []]);
    expect(village.village.durable.waiting).toHaveLength(1);
    ready(village);
    expect([live(village), waiting(village)]).toEqual([['rec'], []]);
  });
});
