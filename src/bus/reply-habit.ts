/** Known this closely, a habit is left alone: to know it better would cost more looks than it saves time. */
const narrowMs = 0.085;
/** One late reply, or one late turn of this program, moves the next look by no more; a second one in a row is believed. */
const firstRiseMs = 0.12;
/** After so many replies that were there at the first look, the next one is looked for earlier: a unit may become faster. */
const restHits = 16;
const firstStepMs = 0.1;

/**
 * How long a unit usually takes from the end of a request to the first byte of its reply, learnt from looks: a reply that
 * was there at the first look may have been there for long, one that was missed once lies between two looks. A look in
 * vain costs more processor time than the rest of an exchange, so the guess lies a little after the latest miss, rests
 * there, and is tried earlier now and then: each time nothing is missed, by twice as much.
 */
export class ReplyHabit {
  usualMs: number;
  /** No reply can come sooner: a unit knows by the silence after a request that it has ended. */
  private readonly leastMs: number;
  /** The latest look that was too early; null while nothing is known below the guess. */
  lowMs: number | null;
  private rest = restHits;
  private stepMs = firstStepMs;
  private missesInRow = 0;
  private isFresh = true;

  /** `like`: what is known of another unit, which this one may resemble. */
  constructor(leastMs: number, like: Pick<ReplyHabit, 'usualMs' | 'lowMs'> = { usualMs: leastMs, lowMs: leastMs }) {
    this.leastMs = leastMs;
    this.usualMs = Math.max(leastMs, like.usualMs);
    this.lowMs = like.lowMs;
  }

  /** The look that found the reply, and the latest one that did not (null: there was none), as such times. */
  learn(foundMs: number, missedMs: number | null): void {
    if (missedMs === null) this.earlier(foundMs);
    else this.later(foundMs, Math.max(this.leastMs, missedMs));
    this.isFresh = false;
  }

  private earlier(foundMs: number): void {
    this.missesInRow = 0;
    this.usualMs = Math.max(this.leastMs, Math.min(this.usualMs, foundMs));
    const { lowMs, usualMs } = this;
    if (lowMs !== null && usualMs - lowMs > narrowMs) {
      this.usualMs = (usualMs + lowMs) / 2;
    } else if (lowMs !== null && this.rest > 0) {
      this.rest -= 1;
    } else if (usualMs - this.leastMs > 2 * narrowMs) {
      this.lowMs = null;
      this.usualMs = Math.max(this.leastMs, usualMs - this.stepMs);
      this.stepMs *= 2;
    }
  }

  private later(foundMs: number, missedMs: number): void {
    this.missesInRow += 1;
    this.rest = restHits;
    this.stepMs = firstStepMs;
    // That the reply was not there yet is sure; how long it was there before it was found is not.
    const guessMs = Math.max(missedMs, missedMs + Math.min((foundMs - missedMs) / 1.5, firstRiseMs));
    const isBelieved = this.isFresh || this.missesInRow > 1;
    this.usualMs = isBelieved ? guessMs : Math.min(guessMs, this.usualMs + firstRiseMs);
    this.lowMs = Math.min(missedMs, this.usualMs);
  }
}
