import { describe, expect, test } from 'vitest';
import { createRecorder, waitingMax, type RecorderState } from '../../src/box/recorder.ts';
import { failed, ok, type Failure, type Result } from '../../src/words/failure.ts';

const turns = async (): Promise<void> => {
  for (let turn = 0; turn < 6; turn += 1) await Promise.resolve();
};

/** A recorder of numbers whose disk answers each append when the test says so. */
const bench = () => {
  const asked: { entry: number; answer: (result: Result<number>) => void }[] = [];
  const timers: (() => void)[] = [];
  const reports: Failure[] = [];
  const durable: { entry: number; state: RecorderState }[] = [];
  const dropped: number[] = [];
  const recorder = createRecorder<number, number>({
    append: (entry) => new Promise((answer) => asked.push({ entry, answer })),
    setTimer: (_ms, call) => {
      timers.push(call);
      return () => void timers.splice(timers.indexOf(call), 1);
    },
    report: (failure) => reports.push(failure),
  });
  const record = (entry: number): void =>
    recorder.record({
      entry,
      onDurable: (_place, state) => durable.push({ entry, state }),
      onPutOff: () => undefined,
      onDropped: () => dropped.push(entry),
    });
  const answer = async (entry: number, result: Result<number>): Promise<void> => {
    const index = asked.findIndex((one) => one.entry === entry);
    asked.splice(index, 1)[0]?.answer(result);
    await turns();
  };
  const wake = (): void => timers.splice(0).forEach((call) => call());
  return { recorder, record, answer, wake, asked, timers, reports, durable, dropped };
};

describe('records on their way to the disk', () => {
  test('are tried again in the order in which they were told, however their failures come back', async () => {
    const { record, answer, wake, asked } = bench();
    [1, 2, 3].forEach(record);
    await answer(3, failed('journal-undurable'));
    wake();
    expect(asked.map(({ entry }) => entry)).toEqual([1, 2]);
    await answer(2, failed('journal-undurable'));
    await answer(1, failed('journal-undurable'));
    record(4);
    wake();
    expect(asked.map(({ entry }) => entry)).toEqual([1]);
    await answer(1, ok(1));
    expect(asked.map(({ entry }) => entry)).toEqual([2, 3, 4]);
  });

  test('that are told because one could not be taken stand behind it', async () => {
    const { recorder, record, answer, wake, asked, durable } = bench();
    recorder.record({
      entry: 1,
      onDurable: (_place, state) => durable.push({ entry: 1, state }),
      onPutOff: () => record(2),
      onDropped: () => undefined,
    });
    await answer(1, failed('journal-undurable'));
    expect([recorder.waiting(), asked]).toEqual([2, []]);
    wake();
    expect(asked.map(({ entry }) => entry)).toEqual([1]);
    await answer(1, ok(1));
    expect(asked.map(({ entry }) => entry)).toEqual([2]);
    await answer(2, ok(2));
    expect(durable).toEqual([
      { entry: 1, state: { whole: true, mended: false } },
      { entry: 2, state: { whole: true, mended: true } },
    ]);
  });

  test('cost a disk that still takes nothing one try each second, however many wait', async () => {
    const { record, answer, wake, asked, recorder } = bench();
    record(0);
    await answer(0, failed('journal-undurable'));
    for (let entry = 1; entry <= 500; entry += 1) record(entry);
    for (let second = 0; second < 3; second += 1) {
      wake();
      expect(asked.map(({ entry }) => entry)).toEqual([0]);
      await answer(0, failed('journal-undurable'));
    }
    expect(recorder.waiting()).toBe(501);
  });

  test('lead to a checkpoint only when no older one is open, and to one at once after trouble', async () => {
    const { record, answer, wake, durable } = bench();
    [1, 2].forEach(record);
    await answer(1, failed('journal-full'));
    await answer(2, ok(1));
    wake();
    await answer(1, ok(2));
    expect(durable).toEqual([
      { entry: 2, state: { whole: false, mended: false } },
      { entry: 1, state: { whole: true, mended: true } },
    ]);
  });

  test('that no second try can help are reported and dropped', async () => {
    const { recorder, record, answer, reports, dropped, timers } = bench();
    record(1);
    await answer(1, failed('journal-record-too-large', { bytes: 2, limit: 1 }));
    expect([reports.length, dropped, recorder.waiting(), timers.length]).toEqual([1, [1], 0, 0]);
  });

  test('that wait are tried at once behind one that turns out to be lost for ever', async () => {
    const { record, answer, wake, asked, dropped } = bench();
    [1, 2].forEach(record);
    await answer(1, failed('journal-undurable'));
    await answer(2, failed('journal-undurable'));
    wake();
    await answer(1, failed('journal-record-too-large', { bytes: 2, limit: 1 }));
    expect([dropped, asked.map(({ entry }) => entry)]).toEqual([[1], [2]]);
  });

  test('beyond the bound the oldest are dropped and counted', async () => {
    const { recorder, record, answer, dropped } = bench();
    record(0);
    await answer(0, failed('journal-undurable'));
    for (let entry = 1; entry <= waitingMax; entry += 1) record(entry);
    expect([dropped, recorder.dropped()]).toEqual([[0], 1]);
  });

  test('hold back a call that needs them all; one that can never be taken lets it fall, and what is told later is not waited for', async () => {
    const { recorder, record, answer } = bench();
    const called: string[] = [];
    const once = (name: string): void => recorder.onceDurable(() => called.push(name));
    once('nothing told');
    record(1);
    record(2);
    once('behind both');
    record(3);
    await answer(2, ok(1));
    expect(called).toEqual(['nothing told']);
    await answer(1, ok(2));
    expect(called).toEqual(['nothing told', 'behind both']);
    once('behind what is dropped');
    await answer(3, failed('journal-record-too-large', { bytes: 2, limit: 1 }));
    expect(called).toEqual(['nothing told', 'behind both']);
    record(4);
    await answer(4, ok(3));
    expect(called).toEqual(['nothing told', 'behind both']);
  });

  test('are not tried again after the stop', async () => {
    const { recorder, record, answer, timers } = bench();
    record(1);
    recorder.stop();
    await answer(1, failed('journal-undurable'));
    expect(timers).toEqual([]);
  });
});
