/** How far the known lower bound is given up at the second good look in a row; twice as far at each one after it. */
const leastStepMs = 0.01;
/** One late turn of this program must not make all later looks late: only the second one in a row is believed. */
const firstRiseMs = 0.12;

/**
 * How long a unit usually takes from the end of a request to the first byte of its reply, learnt from looks: a reply that
 * was there at the first look may have been there for long, one that was missed once lies between two looks. The guess
 * halves its distance to the latest miss, and the miss is slowly forgotten, since a unit may also become faster.
 */
export class ReplyHabit {
  /** Null before the first reply, unless there is something to begin with. */
  usualMs: number | null;
  private lowMs = 0;
  private hits = 0;
  private misses = 0;

  constructor(usualMs: number | null = null) {
    this.usualMs = usualMs;
  }

  /** The look that found the reply, and the latest one that did not (null: there was none), as such times. */
  learn(foundMs: number, missedMs: number | null): void {
    if (missedMs === null) this.earlier(Math.max(0, Math.min(this.usualMs ?? foundMs, foundMs)));
    else this.later(this.usualMs ?? 0, Math.max(0, missedMs), foundMs);
  }

  private earlier(usualMs: number): void {
    this.misses = 0;
    this.hits += 1;
    const given = this.hits < 2 ? 0 : leastStepMs * 2 ** Math.min(this.hits - 2, 20);
    this.lowMs = Math.max(0, Math.min(this.lowMs, usualMs) - given);
    this.usualMs = (usualMs + this.lowMs) / 2;
  }

  private later(usualMs: number, missedMs: number, foundMs: number): void {
    this.hits = 0;
    this.misses += 1;
    // That the reply was not there yet is sure; how long it was there before it was found is not.
    const rise = Math.max(0, missedMs + Math.min((foundMs - missedMs) / 2, firstRiseMs) - usualMs);
    this.usualMs = usualMs + (this.misses > 1 ? rise : Math.min(rise, firstRiseMs));
    this.lowMs = Math.min(missedMs, this.usualMs);
  }
}
