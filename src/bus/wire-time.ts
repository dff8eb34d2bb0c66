import { performance } from 'node:perf_hooks';

/**
 * A line's time in its thread, ms. A rehearsal has one that stands still and is set by hand; it is of this same class,
 * because a program made quick for one kind of clock is thrown away when it meets another.
 */
export class WireTime {
  private readonly rate: number;
  private offsetMs: number;

  private constructor(rate: number, offsetMs: number) {
    this.rate = rate;
    this.offsetMs = offsetMs;
  }

  /** The thread's monotonic clock and so much more. */
  static running(aheadMs: number): WireTime {
    return new WireTime(1, aheadMs);
  }

  /** Stands at this instant until it is set. */
  static standing(instant: number): WireTime {
    return new WireTime(0, instant);
  }

  now(): number {
    return performance.now() * this.rate + this.offsetMs;
  }

  /** Sets a standing clock; a running one would be put ahead by so much. */
  set(instant: number): void {
    this.offsetMs = instant;
  }
}
