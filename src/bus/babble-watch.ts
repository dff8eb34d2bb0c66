import type { WireTiming } from './timing.ts';

/**
 * Bytes that come although nobody was asked. Up to a limit they hold the next request back, as the silence rule wants;
 * a run that goes on for longer is babble, and the line talks over it: a babbling unit costs a bounded time.
 */
export class BabbleWatch {
  private readonly restMs: number;
  private readonly limitMs: number;
  private runFrom = 0;
  private lastAt = Number.NEGATIVE_INFINITY;
  /** The present run is longer than the limit. */
  tooLong = false;

  constructor({ charMs, silenceMs }: WireTiming) {
    this.restMs = silenceMs + 20;
    this.limitMs = 20 + 64 * charMs;
  }

  /** Bytes came while a reply was awaited: they keep a babble going, but begin none. */
  heardAsking(now: number): void {
    if (this.tooLong) this.lastAt = now;
  }

  /** Unasked bytes came. True when their run becomes babble with them. */
  heardUnasked(now: number): boolean {
    if (now - this.lastAt > this.restMs) {
      this.runFrom = now;
      this.tooLong = false;
    }
    this.lastAt = now;
    if (this.tooLong || now - this.runFrom < this.limitMs) return false;
    this.tooLong = true;
    return true;
  }

  /** A good reply came through. */
  over(): void {
    this.tooLong = false;
    this.lastAt = Number.NEGATIVE_INFINITY;
  }
}
