import type { Failure, Result } from './words/failure.ts';

export interface RecorderPorts<Entry, Place> {
  readonly append: (entry: Entry) => Promise<Result<Place>>;
  readonly setTimer: (afterMs: number, call: () => void) => () => void;
  readonly report: (failure: Failure) => void;
}

/** One record on its way to the disk, and what is to happen then. */
export interface Recording<Entry, Place> {
  readonly entry: Entry;
  readonly onDurable: (place: Place) => void;
  /** The disk could not take it now: it is kept in memory and tried again. Called once. */
  readonly onPutOff: () => void;
}

export interface Recorder<Entry, Place> {
  readonly record: (recording: Recording<Entry, Place>) => void;
  /** Records in memory only, waiting for the disk. */
  readonly waiting: () => number;
  readonly stop: () => void;
}

/** Beyond this many unrecorded events the oldest are given up; an undurable box is reported long before. */
const waitingMax = 2_000;
const retryMs = 1_000;

/**
 * Brings records to the disk in their order. While one waits for a disk that fails, all later ones wait behind it: the
 * journal must hold them in the order in which they were folded.
 */
export const createRecorder = <Entry, Place>(ports: RecorderPorts<Entry, Place>): Recorder<Entry, Place> => {
  let waiting: readonly Recording<Entry, Place>[] = [];
  let cancelRetry: (() => void) | null = null;

  const putOff = (recording: Recording<Entry, Place>): void => {
    recording.onPutOff();
    waiting = [...waiting, { ...recording, onPutOff: () => undefined }].slice(-waitingMax);
    cancelRetry ??= ports.setTimer(retryMs, () => {
      cancelRetry = null;
      const again = waiting;
      waiting = [];
      for (const one of again) record(one);
    });
  };

  const record = (recording: Recording<Entry, Place>): void => {
    if (waiting.length > 0) {
      putOff(recording);
      return;
    }
    void ports.append(recording.entry).then((result) => {
      if (result.ok) {
        recording.onDurable(result.value);
        return;
      }
      ports.report(result.failure);
      putOff(recording);
    });
  };

  return { record, waiting: () => waiting.length, stop: () => cancelRetry?.() };
};
