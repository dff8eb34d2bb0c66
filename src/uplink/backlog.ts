import type { MonoMs } from '../core/time.ts';
import type { Timers, UplinkClock } from './timers.ts';

/** So much may wait before the socket is no longer read: over a thousand orders, so that what comes behind them is seen. */
export const holdAboveBytes = 2_097_152;
/** Most bytes of messages that wait: what was read from the socket before it was held, and some. */
export const backlogMaxBytes = 2 * holdAboveBytes;
/** Then there is room for what a socket gives at once. */
const readAgainBelowBytes = (holdAboveBytes * 3) / 4;
/** The smallest message costs this much too, so that a million empty ones are not for nothing. */
const messageCostBytes = 64;
/** So long the messages of a link may take before everything else gets as long a turn. */
const turnMs = 5;

/** No order is as short as this: acknowledgements and pings are, cost nearly nothing, and are waited for. */
const shortMessage = 128;
/** So many short ones go before one that is not: a flood of them must not keep an order waiting for ever. */
const shortInRow = 8;

export interface BacklogOptions {
  readonly clock: UplinkClock;
  readonly timers: Timers;
  /** 0, or the milliseconds to wait. */
  readonly admit: (now: MonoMs) => number;
  /** With the instant at which it came: an order's time begins there, however long it waited here. */
  readonly take: (text: string | null, receivedAt: MonoMs) => void;
  /** Stop or go on reading the socket. */
  readonly hold: (held: boolean) => void;
  readonly overflow: (messages: number) => void;
}

export interface Backlog {
  readonly push: (text: string | null) => void;
  readonly clear: () => void;
  /** The socket is not read: that nothing is heard says nothing. */
  readonly holds: () => boolean;
}

/** Spends so many ms and tells what is left: what was spent comes back half as fast as time passes. */
const halfOfTime = (clock: UplinkClock): ((ms: number) => number) => {
  let left = { ms: turnMs, at: clock.now() };
  return (ms) => {
    const now = clock.now();
    left = { ms: Math.min(turnMs, left.ms + (now - left.at) / 2) - ms, at: now };
    return left.ms;
  };
};

const costOf = (text: string | null): number => messageCostBytes + (text?.length ?? 0);

interface Message {
  readonly text: string | null;
  readonly at: MonoMs;
}

/** First in, first out, without moving all others at each step. */
const openRow = () => {
  let messages: Message[] = [];
  let first = 0;
  return {
    length: (): number => messages.length - first,
    push: (message: Message): void => void messages.push(message),
    next: (): Message | undefined => {
      const message = messages[first];
      first += 1;
      if (first > 1_024 && first > messages.length / 2) [messages, first] = [messages.slice(first), 0];
      return message;
    },
    clear: (): void => void ([messages, first] = [[], 0]),
  };
};

/** Two rows, each in order: the short ones go first, and the others are not forgotten. */
const openRows = () => {
  const [short, long] = [openRow(), openRow()];
  let [inRow, bytes] = [0, 0];
  return {
    length: (): number => short.length() + long.length(),
    bytes: (): number => bytes,
    push: (message: Message): void => {
      const { text } = message;
      bytes += costOf(text);
      (text !== null && text.length <= shortMessage ? short : long).push(message);
    },
    next: (): Message | undefined => {
      const isShort = short.length() > 0 && (long.length() === 0 || inRow < shortInRow);
      inRow = isShort ? inRow + 1 : 0;
      const message = (isShort ? short : long).next();
      bytes -= costOf(message?.text ?? null);
      return message;
    },
    clear: (): void => {
      short.clear();
      long.clear();
      [inRow, bytes] = [0, 0];
    },
  };
};

/**
 * Messages wait here for the budget: a flood costs bounded time and memory, and no order is dropped. It gets half of the
 * program's time at most, however slow the processor is. Orders stay in order; acknowledgements and signs of life go before
 * them. When too much waits the socket is not read, and TCP slows the sender down. What was read already is at most
 * `backlogMaxBytes`; more is an overflow.
 */
export const openBacklog = ({ clock, timers, admit, take, hold, overflow }: BacklogOptions): Backlog => {
  const rows = openRows();
  const spend = halfOfTime(clock);
  let [draining, holding] = [false, false];
  const look = (): void => {
    const full = rows.bytes() > (holding ? readAgainBelowBytes : holdAboveBytes);
    if (full !== holding) hold(full);
    holding = full;
  };
  /** Milliseconds to wait before the next one, 0 when all are taken. */
  const takeAll = (): number => {
    while (rows.length() > 0) {
      const begunAt = clock.now();
      if (spend(0) <= 0) return turnMs;
      const waitMs = admit(begunAt);
      if (waitMs > 0) return waitMs;
      const message = rows.next();
      if (message !== undefined) take(message.text, message.at);
      spend(clock.now() - begunAt);
    }
    return 0;
  };
  const drain = (): void => {
    draining = true;
    const waitMs = takeAll();
    draining = false;
    if (waitMs > 0) timers.set('drain', waitMs, drain);
    look();
  };
  const clear = (): void => {
    rows.clear();
    holding = false;
  };
  return {
    push: (text) => {
      rows.push({ text, at: clock.now() });
      if (rows.length() === 1 && !draining) drain();
      else if (rows.bytes() > backlogMaxBytes) {
        overflow(rows.length());
        clear();
      } else look();
    },
    clear,
    holds: () => holding,
  };
};
