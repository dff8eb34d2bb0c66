import { describe, expect, test } from 'vitest';
import { alert, hamlet, order, speaker } from '../core/hamlet.ts';
import { Bench, note } from './loop-bench.ts';

const notice = order({ kind: 'issue', alert: alert('n', { class: 'routine', plan: 'notice' }) }, { class: 'routine' });
const song = { sha256: 'a'.repeat(64), bytes: 1_000_000, format: 'mp3', durationMs: 9_000 } as const;
const drill = order({ kind: 'issue', alert: alert('d', { status: 'drill', audio: song }) }, { class: 'drill' });
/** East speaks through a sound output, which can play a recording. */
const site = {
  ...hamlet,
  terminals: hamlet.terminals.map((one) =>
    one.kind === 'speaker' && one.zone === 'east' ? speaker(one.id, 'east', { output: 'card' }) : one,
  ),
};

describe('what is refused while the disk fails', () => {
  const stages = (bench: Bench, trace: string) =>
    bench.released.flatMap((receipt) => (receipt.trace === trace ? [receipt.body] : []));
  const failing = async (bench: Bench): Promise<void> => {
    void bench.loop.tell(note);
    await bench.disk('failing');
    expect(bench.loop.isDurable()).toBe(false);
  };

  test('one that was played is not refused when it comes again', async () => {
    const bench = new Bench();
    bench.order(notice);
    await bench.disk('durable');
    bench.order(order({ kind: 'cancel', alertId: 'n' }, { class: 'routine' }));
    await bench.disk('durable');
    await failing(bench);
    bench.order(notice);
    await bench.works();
    expect(stages(bench, notice.id).at(-1)).toMatchObject({ stage: 'ended', how: 'cancelled' });
    bench.order(notice);
    expect(bench.answered).toMatchObject([{ order: notice.id, outcome: { stage: 'ended', how: 'cancelled' } }]);
  });

  test('one that the disk did not take is not refused when it comes again, and ends as interrupted', async () => {
    const bench = new Bench();
    bench.order(notice);
    await bench.disk('failing');
    bench.order(notice);
    await bench.works();
    expect(stages(bench, notice.id).map(({ stage }) => stage)).not.toContain('refused');
    expect(stages(bench, notice.id).at(-1)).toMatchObject({ stage: 'ended', how: 'interrupted' });
  });

  test('one that is new is refused each time it comes, by its code', async () => {
    const bench = new Bench();
    await failing(bench);
    bench.order(notice);
    bench.order(notice);
    await bench.works();
    const refused = { stage: 'refused', code: 'routine-undurable' };
    expect(stages(bench, notice.id)).toMatchObject([refused, refused]);
  });

  test('what replaces an alert is refused like a new one', async () => {
    const bench = new Bench();
    await failing(bench);
    const update = order(
      { kind: 'update', alert: alert('n', { class: 'routine', plan: 'notice' }) },
      { class: 'routine' },
    );
    bench.order(update);
    await bench.works();
    expect(stages(bench, update.id)).toMatchObject([{ stage: 'refused', code: 'routine-undurable' }]);
  });

  test('a drill that waits for its recording is called off by a cancel, and never sounds', async () => {
    const bench = new Bench(site);
    bench.order(drill);
    await bench.disk('durable');
    expect(bench.loop.village().durable.waiting).toHaveLength(1);
    await failing(bench);
    const cancel = order({ kind: 'cancel', alertId: 'd' }, { class: 'drill' });
    bench.order(cancel);
    expect(bench.loop.village().durable.waiting).toEqual([]);
    await bench.works();
    void bench.loop.tell({ kind: 'audio-ready', sha256: song.sha256 });
    await bench.works();
    expect(stages(bench, cancel.id).at(-1)).toMatchObject({ stage: 'done', what: 'cancelled' });
    expect(stages(bench, drill.id).at(-1)).toMatchObject({ stage: 'refused', code: 'audio-order-ended' });
    expect(bench.kinds()).not.toContain('sound');
  });

  test.each(['all-clear', 'correction'] as const)(
    'a notice is ended by its %s, whose words are not said',
    async (kind) => {
      const bench = new Bench();
      bench.order(notice);
      await bench.disk('durable');
      const before = bench.kinds().filter((one) => one === 'sound').length;
      void bench.loop.tell(note);
      const lift = order({ kind, alertId: 'n', text: '演练结束' }, { class: 'routine' });
      await bench.disk('failing');
      bench.order(lift);
      for (let second = 0; second < 30; second += 1) {
        bench.advance(1_000);
        await bench.disk('failing');
      }
      expect(bench.kinds().filter((one) => one === 'sound')).toHaveLength(before);
      await bench.works();
      expect(stages(bench, lift.id).map(({ stage }) => stage)).not.toContain('refused');
      expect(stages(bench, lift.id).at(-1)).toMatchObject({ stage: 'ended', how: 'interrupted' });
    },
  );
});
