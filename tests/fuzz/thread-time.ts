import { closeSync, openSync, readSync } from 'node:fs';

/** Processor time of one thread; what other threads and other programs use does not count. */
export interface ThreadTime {
  /** Ms for which this thread has had a processor. */
  readonly ms: () => number;
  readonly close: () => void;
}

/** First number of proc(5) schedstat: nanoseconds on a processor. */
const nsIn = (text: string): number => Number(text.slice(0, text.indexOf(' ')));

/** Of the thread that calls, for as long as it calls from there. */
export const threadTime = (): ThreadTime => {
  // The link leads to the thread that opens it, and what is opened stays there.
  const file = openSync('/proc/thread-self/schedstat', 'r');
  const bytes = Buffer.alloc(96);
  // The call as it is now: who watches later what an input does to files does not mean this look.
  const read = readSync;
  return {
    ms: () => nsIn(bytes.toString('latin1', 0, read(file, bytes, 0, bytes.length, 0))) / 1e6,
    close: () => closeSync(file),
  };
};
