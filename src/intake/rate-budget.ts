import type { MonoMs } from '../core/time.ts';

/** So many a second in the long run, and so many at once after a rest. */
export interface BudgetLimits {
  readonly perSecond: number;
  readonly burst: number;
}

/**
 * Messages of one link before any signature is looked at. A signed order stands in one row with whatever else came over its
 * link, and must not wait there for a second: so this is above the 1000 forged ones a second that a link is to bear. What
 * a slow processor cannot bear is bounded by time (the backlog's turns), not by this count.
 */
export const linkBudget: BudgetLimits = { perSecond: 1_500, burst: 1_500 };

/** A token bucket as a value: `tokens` were there at `at`. */
export interface Bucket {
  readonly tokens: number;
  readonly at: MonoMs;
}

export const fullBucket = (limits: BudgetLimits, now: MonoMs): Bucket => ({ tokens: limits.burst, at: now });

/**
 * Takes one token. Nothing is dropped here: the caller waits and asks again, so a flood costs time and not orders.
 *
 * @returns the new bucket, and 0 when the message may pass now, else the milliseconds until it may
 */
export const takeToken = (
  bucket: Bucket,
  limits: BudgetLimits,
  now: MonoMs,
): { readonly bucket: Bucket; readonly waitMs: number } => {
  const elapsedMs = Math.max(0, now - bucket.at);
  const tokens = Math.min(limits.burst, bucket.tokens + (elapsedMs * limits.perSecond) / 1000);
  const at = Math.max(now, bucket.at);
  if (tokens >= 1) return { bucket: { tokens: tokens - 1, at }, waitMs: 0 };
  return { bucket: { tokens, at }, waitMs: Math.ceil(((1 - tokens) * 1000) / limits.perSecond) };
};

/** The bucket of one link, kept for the edge that reads it: `now` → 0, or the milliseconds to wait. */
export const rateBudget = (limits: BudgetLimits): ((now: MonoMs) => number) => {
  let bucket: Bucket | null = null;
  return (now) => {
    const taken = takeToken(bucket ?? fullBucket(limits, now), limits, now);
    bucket = taken.bucket;
    return taken.waitMs;
  };
};
