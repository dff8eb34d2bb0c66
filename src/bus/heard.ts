import { heardLimit } from './framing.ts';

/** The bytes heard since the last request, at most `heardLimit`: what is older falls out, so noise never fills memory. */
export class Heard {
  private readonly store = new Uint8Array(heardLimit);
  private count = 0;
  /** When the latest byte was read; minus infinity when none ever was. */
  lastAt = Number.NEGATIVE_INFINITY;

  get length(): number {
    return this.count;
  }

  /** A view, valid until the next change. */
  get bytes(): Uint8Array {
    return this.store.subarray(0, this.count);
  }

  push(chunk: Uint8Array, now: number): void {
    const fresh = chunk.length > heardLimit ? chunk.subarray(chunk.length - heardLimit) : chunk;
    const surplus = this.count + fresh.length - heardLimit;
    if (surplus > 0) this.cut(0, surplus);
    this.store.set(fresh, this.count);
    this.count += fresh.length;
    this.lastAt = now;
  }

  /** Takes out `[from, to)`: a frame that is accounted for. */
  cut(from: number, to: number): void {
    this.store.copyWithin(from, to, this.count);
    this.count -= to - from;
  }

  clear(): void {
    this.count = 0;
  }
}
