import type { Event } from '../core/event.ts';
import { explain } from '../words/error-codes.ts';
import { failed, type Failure } from '../words/failure.ts';
import type { OwedLoss } from './receipts-owed.ts';

/** A fault that is told upstream and stands in the journal, with its words. */
export const noted = (failure: Failure): Event => ({ kind: 'noted', code: failure.code, detail: explain(failure).en });

export interface Bounds {
  readonly isDurable: () => boolean;
  /** Records dropped since the start. */
  readonly dropped: () => number;
  readonly takeLoss: () => OwedLoss | null;
  readonly takeUncounted: () => number;
}

/**
 * What went at a bound since the last look. Records that were dropped are told once the journal takes records again: what
 * is told of them is a record itself.
 */
export const watchBounds = ({ isDurable, dropped, takeLoss, takeUncounted }: Bounds): (() => readonly Event[]) => {
  let toldDropped = 0;
  return () => {
    if (!isDurable()) return [];
    const loss = takeLoss();
    const uncounted = takeUncounted();
    const gone = dropped() - toldDropped;
    toldDropped += gone;
    return [
      ...(loss === null ? [] : [noted(failed('receipts-given-up', { ...loss }).failure)]),
      ...(uncounted > 0 ? [noted(failed('refusals-counted', { count: uncounted }).failure)] : []),
      ...(gone > 0 ? [noted(failed('records-dropped', { count: gone }).failure)] : []),
    ];
  };
};
