import { describe, expect, it } from 'vitest';
import { keepControl, type KeepControlPorts } from '../../src/box/keep-control.ts';

/** A disk that takes no socket until `isFull` is false, and a timer that the test fires. */
const bench = () => {
  const told: string[] = [];
  const waits: number[] = [];
  const state = { isFull: true, isOurs: true, opened: 0 };
  let due: (() => void) | null = null;
  const ports: KeepControlPorts = {
    open: () => {
      if (state.isFull) return Promise.reject(new Error('ENOSPC'));
      state.opened += 1;
      const note = (what: string) => () => Promise.resolve(void told.push(what));
      return Promise.resolve({ close: note('close'), leave: note('leave') });
    },
    after: (ms, call) => {
      waits.push(ms);
      due = call;
      return () => void (due = null);
    },
    isOurs: () => state.isOurs,
    onClosed: (detail) => told.push(`closed ${detail}`),
    onOpen: () => told.push('open'),
  };
  const fire = async (): Promise<void> => {
    const call = due;
    due = null;
    call?.();
    for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
  };
  return { told, waits, state, ports, fire, isDue: () => due !== null };
};

describe('a control socket on a full disk', () => {
  it('is tried again ever less often, told once, and told when it is open', async () => {
    const { told, waits, state, ports, fire, isDue } = bench();
    const control = await keepControl(ports);
    for (let time = 0; time < 5; time += 1) await fire();
    expect(waits).toEqual([5_000, 10_000, 20_000, 40_000, 60_000, 60_000]);
    expect(told).toEqual(['closed ENOSPC']);
    state.isFull = false;
    await fire();
    expect(told).toEqual(['closed ENOSPC', 'open']);
    expect(isDue()).toBe(false);
    await control.close();
    expect(told.at(-1)).toBe('close');
  });

  it('is not opened while the folder may be another box’s', async () => {
    const { told, state, ports, fire } = bench();
    state.isFull = false;
    state.isOurs = false;
    await keepControl(ports);
    await fire();
    expect(state.opened).toBe(0);
    state.isOurs = true;
    await fire();
    expect(state.opened).toBe(1);
    expect(told.at(-1)).toBe('open');
  });

  it('says nothing where it opens at once, and is not tried any more after the end', async () => {
    const well = bench();
    well.state.isFull = false;
    const control = await keepControl(well.ports);
    expect(well.told).toEqual([]);
    await control.leave();
    expect(well.told).toEqual(['leave']);
    const full = bench();
    const other = await keepControl(full.ports);
    await other.close();
    expect(full.isDue()).toBe(false);
  });
});
