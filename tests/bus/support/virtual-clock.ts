import type { LineClock } from '../../../src/bus/line-clock.ts';

/** Time that moves only when the test says so. */
export class VirtualClock implements LineClock {
  private time = 0;
  private readonly timers = new Set<{ readonly at: number; readonly wake: () => void }>();

  now(): number {
    return this.time;
  }

  at(instant: number, wake: () => void): { cancel(): void } {
    const timer = { at: Math.max(instant, this.time), wake };
    this.timers.add(timer);
    return { cancel: () => this.timers.delete(timer) };
  }

  get pending(): number {
    return this.timers.size;
  }

  /** Runs everything due in the next `ms`, in order; promises settle in between. */
  async run(ms: number): Promise<void> {
    const until = this.time + ms;
    for (let steps = 0; ; steps += 1) {
      await settle();
      if (steps > 2_000_000) throw new Error('virtual time does not move: something is armed again and again');
      let next: { readonly at: number; readonly wake: () => void } | null = null;
      for (const timer of this.timers) if (next === null || timer.at < next.at) next = timer;
      if (next === null || next.at > until) break;
      this.timers.delete(next);
      this.time = Math.max(this.time, next.at);
      next.wake();
    }
    this.time = until;
  }

  /** Runs until the promise settles, for at most `ms`. */
  async until<T>(promise: Promise<T>, ms = 60_000): Promise<T> {
    const state = { done: false };
    const mark = (): void => {
      state.done = true;
    };
    promise.then(mark, mark);
    const end = this.time + ms;
    for (;;) {
      await settle();
      if (state.done) return promise;
      if (this.time >= end) throw new Error(`not settled after ${ms} ms of virtual time`);
      const next = Math.min(end, ...[...this.timers].map(({ at }) => at));
      await this.run(Math.max(0, next - this.time));
    }
  }
}

const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 4; turn += 1) await Promise.resolve();
};
