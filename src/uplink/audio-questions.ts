import type { MonoMs } from '../core/time.ts';
import { failed, ok, type Result } from '../words/failure.ts';
import type { AudioChunk } from './audio-messages.ts';

/** One recording to fetch, as a verified order names it. */
export interface WantedAudio {
  readonly order: string;
  readonly sha256: string;
  readonly bytes: number;
}

/** A piece of a recording that the centre was asked for. */
export interface AudioQuestion {
  readonly wanted: WantedAudio;
  readonly offset: number;
  readonly length: number;
  readonly at: MonoMs;
}

/** The bytes of a chunk; `late`: they came for an earlier question for the same place. */
export interface AudioAnswer {
  readonly bytes: Uint8Array;
  readonly late: boolean;
}

export interface AudioQuestions {
  /** The question that is waited for. */
  readonly open: () => AudioQuestion | null;
  readonly ask: (question: AudioQuestion) => void;
  /** Nobody waits for the answer any more; it may come all the same. */
  readonly giveUp: () => void;
  /** Another link: nothing that was asked before is answered on it. */
  readonly forget: () => void;
  /**
   * Closes the question that this chunk answers. Null: the answer to an earlier question, and of no use any more. Errors are
   * the centre's: `media-chunk-unwanted`, `media-chunk-offset`, `media-chunk-base64`, `media-chunk-size`.
   */
  readonly answer: (chunk: AudioChunk) => Result<AudioAnswer | null>;
}

/** So many answers may be on their way at once; older ones have got lost. */
const mostLate = 8;

/** Strict base64: one spelling for each content. */
const bytesOf = (data: string): Uint8Array | null => {
  const bytes = Buffer.from(data, 'base64');
  return bytes.length > 0 && bytes.toString('base64') === data ? bytes : null;
};

const mostBytes = ({ length, wanted, offset }: AudioQuestion): number => Math.min(length, wanted.bytes - offset);

const isForPlace = (question: AudioQuestion, { sha256, offset }: AudioChunk): boolean =>
  question.wanted.sha256 === sha256 && question.offset === offset;

/** Why no question for this place was found. */
const unasked = (chunk: AudioChunk, open: AudioQuestion | null): ReturnType<typeof failed> =>
  open?.wanted.sha256 === chunk.sha256
    ? failed('media-chunk-offset', { offset: chunk.offset, expected: open.offset }, { field: 'offset' })
    : failed('media-chunk-unwanted', { sha256: chunk.sha256 });

/** The questions of one link. A slow one answers after we have asked again, for less: that is nobody's mistake. */
export const openQuestions = (): AudioQuestions => {
  let open: AudioQuestion | null = null;
  let late: readonly AudioQuestion[] = [];
  const giveUp = (): void => {
    if (open !== null) late = [...late, open].slice(-mostLate);
    open = null;
  };
  return {
    open: () => open,
    ask: (question) => {
      giveUp();
      open = question;
    },
    giveUp,
    forget: () => {
      [open, late] = [null, []];
    },
    answer: (chunk) => {
      const asked = [...(open === null ? [] : [open]), ...late].filter((one) => isForPlace(one, chunk));
      if (asked.length === 0) return unasked(chunk, open);
      const bytes = bytesOf(chunk.data);
      if (bytes === null) return failed('media-chunk-base64', {}, { field: 'data' });
      // The smallest question that it fits: a larger one may still be answered.
      const fitting = asked.filter((one) => bytes.length <= mostBytes(one));
      const [answered] = fitting.sort((a, b) => mostBytes(a) - mostBytes(b));
      const max = Math.max(...asked.map(mostBytes));
      if (answered === undefined) return failed('media-chunk-size', { bytes: bytes.length, max }, { field: 'data' });
      const isLate = answered !== open;
      const isUseful = open !== null && isForPlace(open, chunk);
      if (isLate) late = late.filter((one) => one !== answered);
      if (isLate && isUseful) giveUp();
      if (!isLate) open = null;
      return ok(isUseful ? { bytes, late: isLate } : null);
    },
  };
};
