import type { Receipt } from '../core/receipt.ts';
import type { MonoMs } from '../core/time.ts';
import { failed, ok, type Failure, type Result } from '../words/failure.ts';
import { receiptsPerMessage } from './messages.ts';
import { messageShare, openPace } from './pace.ts';

/** Where receipts are kept until the centre has them; the store keeps them for at least 72 h, across restarts. */
export interface OutboxSource {
  /** Newest receipt number there is; 0 when there is none yet. */
  readonly latest: () => number;
  /** Acknowledged up to here, as the journal knows it. */
  readonly acknowledged: () => number;
  /** Receipts from this number on, in order, at most `limit`. Fewer is fine; a gap means that they are gone. */
  readonly read: (from: number, limit: number) => Promise<readonly Receipt[]> | readonly Receipt[];
}

/** Acknowledged up to and sent up to, by number. `sent` never falls below `acknowledged`. */
export interface OutboxCursor {
  readonly acknowledged: number;
  readonly sent: number;
}

/** What to read next, or null when the window (receipts sent and not acknowledged) is full or everything is sent. */
export const nextToSend = (
  { acknowledged, sent }: OutboxCursor,
  latest: number,
  window: number,
): { readonly from: number; readonly limit: number } | null => {
  const room = Math.min(window - (sent - acknowledged), latest - sent, receiptsPerMessage, messageShare(window));
  return room <= 0 ? null : { from: sent + 1, limit: room };
};

/** Everything unacknowledged is to be sent again: after a reconnect, or when acknowledgements stay away. */
export const rewound = ({ acknowledged }: OutboxCursor): OutboxCursor => ({ acknowledged, sent: acknowledged });

/** The cursor after an acknowledgement up to `number`; an older one changes nothing, one past the newest is refused. */
export const acknowledgedTo = (cursor: OutboxCursor, number: number, latest: number): Result<OutboxCursor> => {
  if (number > latest) return failed('uplink-acknowledge-ahead', { number, latest }, { field: 'number' });
  if (number <= cursor.acknowledged) return ok(cursor);
  return ok({ acknowledged: number, sent: Math.max(cursor.sent, number) });
};

export interface OutboxOptions {
  readonly now: () => MonoMs;
  readonly source: OutboxSource;
  /** Sends one `receipts` message; false when there is no open link. */
  readonly send: (receipts: readonly Receipt[]) => boolean;
  readonly onAcknowledge: (number: number) => void;
  /** Everything before the next receipt is gone: the centre must know, or it waits for that for ever. */
  readonly onGone: () => void;
  readonly report: (failure: Failure) => void;
}

export interface Outbox {
  /** A link opened: start again after the last acknowledged receipt. */
  readonly restart: () => void;
  /** New receipts may be there. */
  readonly wake: () => void;
  readonly acknowledge: (number: number) => Result<OutboxCursor>;
  /** Called every now and then: sends again when nothing was acknowledged since the last call. */
  readonly repeat: () => void;
}

/** Number ranges that are missing before and between the receipts that were read. */
const gapsIn = (
  from: number,
  receipts: readonly Receipt[],
): readonly { readonly from: number; readonly to: number }[] =>
  receipts.flatMap((receipt, index) => {
    const expected = index === 0 ? from : (receipts[index - 1]?.number ?? 0) + 1;
    return receipt.number > expected ? [{ from: expected, to: receipt.number - 1 }] : [];
  });

/** Does it again and again until it says false, and once more for a call that came while that went on. */
const oneAtATime = (again: () => Promise<boolean>, onError: (error: unknown) => void): (() => void) => {
  let [running, called] = [false, false];
  const run = async (): Promise<void> => {
    while (called) {
      called = false;
      while (await again());
    }
  };
  const start = (): void => {
    called = true;
    if (running) return;
    running = true;
    void run()
      .catch(onError)
      .finally(() => {
        running = false;
        if (called) start();
      });
  };
  return start;
};

/**
 * Sends receipts in order within a window, again after each reconnect until acknowledged. It keeps no receipts, only a
 * cursor: what is not acknowledged is read from the source again. The centre tells a repeated one by its number. The window
 * follows the line (pace.ts): on one that crawls, what was sent must not stand in the way of everything after it.
 */
export const openOutbox = ({ now, source, send, onAcknowledge, onGone, report }: OutboxOptions): Outbox => {
  let cursor: OutboxCursor = { acknowledged: source.acknowledged(), sent: source.acknowledged() };
  let seenAcknowledged = cursor.acknowledged;
  const pace = openPace();

  /** One read and one message; false when there is nothing more to do now. */
  const sendNext = async (): Promise<boolean> => {
    const wanted = nextToSend(cursor, source.latest(), pace.window());
    if (wanted === null) return false;
    const before = cursor;
    const receipts = await source.read(wanted.from, wanted.limit);
    // A reconnect or an acknowledgement while reading moved the cursor: what was read may be old.
    if (cursor !== before) return true;
    const last = receipts.at(-1);
    if (last === undefined) return false;
    const gaps = gapsIn(wanted.from, receipts);
    if (gaps[0]?.from === cursor.acknowledged + 1) onGone();
    if (!send(receipts)) return false;
    for (const gap of gaps) report(failed('uplink-receipts-lost', gap).failure);
    cursor = { ...cursor, sent: last.number };
    pace.sent(last.number, now());
    return true;
  };

  const pump = oneAtATime(sendNext, (error) => {
    const detail = error instanceof Error ? error.message : String(error);
    report(failed('uplink-outbox-unreadable', { detail }).failure);
  });

  const restart = (): void => {
    pace.beginAnew();
    const acknowledged = Math.max(cursor.acknowledged, source.acknowledged());
    cursor = { acknowledged, sent: acknowledged };
    seenAcknowledged = acknowledged;
    pump();
  };

  return {
    restart,
    wake: pump,
    acknowledge: (number) => {
      const moved = acknowledgedTo(cursor, number, source.latest());
      if (!moved.ok) return moved;
      pace.acknowledged(number, now());
      const advanced = moved.value.acknowledged > cursor.acknowledged;
      cursor = moved.value;
      if (advanced) onAcknowledge(cursor.acknowledged);
      pump();
      return moved;
    },
    repeat: () => {
      if (cursor.acknowledged === seenAcknowledged && cursor.sent > cursor.acknowledged) {
        cursor = rewound(cursor);
        pace.beginAnew();
      }
      seenAcknowledged = cursor.acknowledged;
      pump();
    },
  };
};
