import type { MonoMs } from '../core/time.ts';
import type { Journal } from '../store/journal.ts';
import { failed, type Failure } from '../words/failure.ts';

export interface MendedPorts {
  readonly journal: Pick<Journal, 'onMended'>;
  /** Error codes that are true now. */
  readonly troubles: Set<string>;
  readonly now: () => MonoMs;
}

/** So long after the last one a disk counts as well again; and no oftener is it told, with what was counted meanwhile. */
export const mendedForMs = 3_600_000;

/**
 * Watches for flushes that failed and then succeeded in a new segment. Nothing is lost by one, but a disk that does this is
 * on its way out, and somebody must hear of it while it still can be copied. The trouble is true at once; the returned look
 * says what is to be told upstream and in the log, or null: telling is a record itself, and may be the next that fails.
 */
export const watchMended = ({ journal, troubles, now }: MendedPorts): (() => Failure | null) => {
  let [untold, reason] = [0, ''];
  let [lastAt, toldAt] = [-Infinity, -Infinity];
  journal.onMended((failure) => {
    [untold, reason, lastAt] = [untold + 1, failure.code, now()];
    troubles.add('journal-flush-mended');
  });
  return () => {
    if (now() - lastAt >= mendedForMs) troubles.delete('journal-flush-mended');
    if (untold === 0 || now() - toldAt < mendedForMs) return null;
    const { failure } = failed('journal-flush-mended', { reason, count: untold });
    [untold, toldAt] = [0, now()];
    return failure;
  };
};
