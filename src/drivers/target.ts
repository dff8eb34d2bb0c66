import type { WiredTerminal } from './site-map.ts';

/** One terminal to switch. `durationMs` 0 is off. */
export interface Target {
  readonly wired: WiredTerminal;
  readonly durationMs: number;
  /** The unit's own tone number to sound; null or none leaves it. */
  readonly tone?: number | null;
}

/** Nothing sounds longer on one order (promise 3). */
const longestMs = 180_000;

/** What a lease allows of a wanted duration. */
export const leaseMs = ({ output, lease }: WiredTerminal, wantedMs: number): number => {
  if (wantedMs <= 0) return 0;
  if (output.lease.kind === 'timed') return Math.min(wantedMs, output.lease.longestMs, longestMs);
  if (output.lease.kind === 'dead-man') {
    const holdMs = lease.kind === 'dead-man' ? Math.min(lease.holdMs, output.lease.holdMs) : output.lease.holdMs;
    return Math.min(wantedMs, holdMs);
  }
  return Math.min(wantedMs, longestMs);
};
