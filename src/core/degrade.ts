import type { Broadcast } from './village.ts';
import { receiptFor, type Work } from './work.ts';

/** Reports a zone that cannot do all it should, once for each reason, until it can again. */
export const degrade = (work: Work, broadcast: Broadcast, zone: string, reason: string | null): void => {
  const before = work.durable.degraded[zone] ?? null;
  if (before === reason) return;
  const { [zone]: gone, ...others } = work.durable.degraded;
  work.durable.degraded = reason === null ? others : { ...others, [zone]: reason };
  if (reason !== null || gone !== undefined) {
    receiptFor(work, broadcast, { stage: 'degraded', zone, reason: reason ?? 'restored' });
  }
};

/** An alert that comes to a zone tells anew what cannot be done there: what was told of another one is no word of this. */
export const forgetDegraded = (work: Work, zone: string): void => {
  const others = Object.entries(work.durable.degraded).filter(([id]) => id !== zone);
  work.durable.degraded = Object.fromEntries(others);
};
