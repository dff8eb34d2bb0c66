import { errorCodes } from '../words/error-codes.ts';
import type { Failure, Result } from '../words/failure.ts';

export interface RecorderPorts<Entry, Place> {
  readonly append: (entry: Entry) => Promise<Result<Place>>;
  readonly setTimer: (afterMs: number, call: () => void) => () => void;
  readonly report: (failure: Failure) => void;
}

/** One record on its way to the disk, and what is to happen then. */
export interface Recording<Entry, Place> {
  readonly entry: Entry;
  readonly onDurable: (place: Place, state: RecorderState) => void;
  /** The disk could not take it now: it is kept in memory and tried again. Called once. */
  readonly onPutOff: () => void;
  /** It will never be recorded: no retry can help, or too many wait. */
  readonly onDropped: () => void;
}

export interface RecorderState {
  /** Nothing that was told before this record is still on its way: what it led to may be kept as a checkpoint. */
  readonly whole: boolean;
  /** The order of the journal was disturbed and stands again: a checkpoint is due now. */
  readonly mended: boolean;
}

export interface Recorder<Entry, Place> {
  readonly record: (recording: Recording<Entry, Place>) => void;
  /**
   * Calls once everything told so far is durable, at once where it is. It never calls where the disk takes one of these
   * records late or not at all, or where too many calls wait: for what may be left out, as it will be asked for again.
   */
  readonly onceDurable: (call: () => void) => void;
  /** Records in memory only, waiting for the disk. */
  readonly waiting: () => number;
  /** Records given up since the start, for ever. */
  readonly dropped: () => number;
  /** Nothing is tried again from here on. */
  readonly stop: () => void;
}

/** Beyond this many unrecorded events the oldest are given up; an undurable box is reported long before. */
export const waitingMax = 2_000;
const retryMs = 1_000;
/** Most calls that wait for records under way. */
const callsMax = 64;

interface Numbered<Entry, Place> extends Recording<Entry, Place> {
  /** Rises with every record told: the order in which they were folded. */
  readonly index: number;
}

/** It is nearly always the newest: looking from the end keeps a long wait cheap. */
const putInOrder = <One extends { readonly index: number }>(waiting: One[], one: One): void => {
  const behind = waiting.findLastIndex(({ index }) => index < one.index);
  waiting.splice(behind + 1, 0, one);
};

/** Calls that wait until everything told before them is durable. */
const heldCalls = (oldestOpen: () => number) => {
  let held: readonly { readonly behind: number; readonly call: () => void }[] = [];
  return {
    hold: (behind: number, call: () => void): void => {
      if (held.length < callsMax) held = [...held, { behind, call }];
    },
    forget: (): void => void (held = []),
    release: (): void => {
      const oldest = oldestOpen();
      const due = held.filter(({ behind }) => behind < oldest);
      held = held.filter(({ behind }) => behind >= oldest);
      for (const { call } of due) call();
    },
  };
};

/** Which records are not settled yet, what waits for them, and whether the journal had to take them in another order. */
const openOrder = () => {
  const open = new Set<number>();
  let newest = 0;
  let disturbed = false;
  // They were begun in their order, and a set keeps it.
  const calls = heldCalls(() => {
    const [oldest = Infinity] = open;
    return oldest;
  });
  return {
    begin: (index: number): void => void open.add(index),
    disturb: (): void => {
      disturbed = true;
      calls.forget();
    },
    drop: (index: number): void => {
      open.delete(index);
      calls.forget();
    },
    callBehind: (index: number, call: () => void): void => {
      calls.hold(index, call);
      calls.release();
    },
    release: calls.release,
    settle: (index: number): RecorderState => {
      open.delete(index);
      newest = Math.max(newest, index);
      // Everything that came out so far is folded into the newest; an older one that is still open is not in the journal.
      let whole = true;
      for (const other of open) whole &&= other > newest;
      const mended = disturbed && open.size === 0;
      if (mended) disturbed = false;
      return { whole, mended };
    },
  };
};

/** Calls back after a while, once, unless it was stopped. */
const retryTimer = (setTimer: RecorderPorts<never, never>['setTimer'], isIdle: () => boolean, call: () => void) => {
  let stopped = false;
  let cancel: (() => void) | null = null;
  const plan = (): void => {
    if (stopped) return;
    cancel ??= setTimer(retryMs, () => {
      cancel = null;
      if (isIdle()) call();
      else plan();
    });
  };
  return {
    plan,
    stop: (): void => {
      stopped = true;
      cancel?.();
    },
  };
};

/**
 * Brings records to the disk in their order. While one waits for a disk that fails, all later ones wait behind it, and
 * nothing is tried again before everything under way has come back: the journal must hold them as they were folded.
 */
export const createRecorder = <Entry, Place>(ports: RecorderPorts<Entry, Place>): Recorder<Entry, Place> => {
  type One = Numbered<Entry, Place>;
  const order = openOrder();
  const waiting: One[] = [];
  let told = 0;
  let underWay = 0;
  let dropped = 0;

  const drop = (one: One): void => {
    dropped += 1;
    order.drop(one.index);
    one.onDropped();
  };

  const putOff = (one: One): void => {
    order.disturb();
    // It waits before anybody is told: whatever is told of because of it must be recorded behind it.
    putInOrder(waiting, { ...one, onPutOff: () => undefined });
    one.onPutOff();
    if (waiting.length > waitingMax) waiting.splice(0, waiting.length - waitingMax).forEach(drop);
    retry.plan();
  };

  const append = (one: One, settled: () => void = () => undefined): void => {
    underWay += 1;
    void ports.append(one.entry).then((result) => {
      underWay -= 1;
      if (!result.ok) ports.report(result.failure);
      const isLost = !result.ok && errorCodes[result.failure.code].lasting === 'permanent';
      if (result.ok) one.onDurable(result.value, order.settle(one.index));
      else if (isLost) drop(one);
      else putOff(one);
      order.release();
      if (result.ok || isLost) settled();
    });
  };

  /** The oldest shows whether the disk takes anything again: thousands that fail each second would cost an alarm its time. */
  const tryAgain = (): void => {
    const oldest = waiting.shift();
    if (oldest !== undefined) append(oldest, () => waiting.splice(0).forEach((one) => append(one)));
  };
  const retry = retryTimer(ports.setTimer, () => underWay === 0, tryAgain);

  return {
    record: (recording) => {
      told += 1;
      const one = { ...recording, index: told };
      order.begin(told);
      if (waiting.length > 0) putOff(one);
      else append(one);
    },
    onceDurable: (call) => {
      if (waiting.length === 0) order.callBehind(told, call);
    },
    waiting: () => waiting.length,
    dropped: () => dropped,
    stop: retry.stop,
  };
};
