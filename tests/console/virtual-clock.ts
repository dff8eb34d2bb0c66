interface Timer {
  readonly at: number;
  readonly call: () => void;
}

/** Time that passes only when it is told to. */
export class VirtualClock {
  private at = 0;
  private readonly timers = new Set<Timer>();

  readonly now = (): number => this.at;

  readonly after = (ms: number, call: () => void): (() => void) => {
    const timer = { at: this.at + ms, call };
    this.timers.add(timer);
    return () => this.timers.delete(timer);
  };

  private nextBefore(end: number): Timer | undefined {
    return [...this.timers].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
  }

  run(ms: number): void {
    const end = this.at + ms;
    for (let next = this.nextBefore(end); next !== undefined; next = this.nextBefore(end)) {
      this.timers.delete(next);
      this.at = next.at;
      next.call();
    }
    this.at = end;
  }

  /** Lets timers run one by one until something holds. Throws when none is left. */
  runUntil(holds: () => boolean): void {
    while (!holds()) {
      const next = this.nextBefore(Infinity);
      if (next === undefined) throw new Error('no timer is left');
      this.run(next.at - this.at);
    }
  }
}
