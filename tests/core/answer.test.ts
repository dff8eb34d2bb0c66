import { describe, expect, it } from 'vitest';
import { unanswered } from '../../src/core/answer.ts';
import type { Receipt } from '../../src/core/receipt.ts';
import { alert, Hamlet } from './hamlet.ts';

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
