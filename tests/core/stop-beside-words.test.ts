import { describe, expect, test } from 'vitest';
import { alert, Hamlet } from './hamlet.ts';
import { ready, recorded, site } from './recorded.ts';
import { goOn, live, stopAll } from './stops.ts';

describe('a stop of a warning that waits for its recording', () => {
  test('holds the zones of its words as well, where the recording was for others', () => {
    const village = new Hamlet(site);
    village.issue({ kind: 'issue', alert: alert('rec', { text: '上山', zones: ['east', 'west'] }) });
    village.issue({ kind: 'update', alert: recorded });
    expect(village.village.durable.waiting).toHaveLength(1);
    stopAll(village);
    expect(village.village.durable.latches.map(({ zones }) => zones)).toEqual([['east', 'west']]);
    village.issue({ kind: 'update', alert: alert('rec', { text: '下山', zones: ['west'] }) });
    expect(live(village)).toEqual([]);
  });

  test('is gone on with as the warning it is, though words that lifted the one before were stopped with it', () => {
    const village = new Hamlet(site);
    village.issue({ kind: 'issue', alert: alert('rec', { text: '上山' }) });
    village.run(1_000);
    village.issue({ kind: 'all-clear', alertId: 'rec', text: '解除' });
    village.issue({ kind: 'issue', alert: recorded });
    expect(village.village.durable.waiting).toHaveLength(1);
    stopAll(village);
    goOn(village);
    ready(village);
    const onAir = Object.values(village.village.durable.broadcasts).filter(({ ended }) => ended === null);
    expect(onAir.map(({ kind }) => kind)).toEqual(['alert']);
  });
});
