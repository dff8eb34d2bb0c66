import type { Failure, Result } from '../words/failure.ts';
import type { TonePattern } from '../core/tone-pattern.ts';
import type { Pcm } from './pcm.ts';

/** Recordings that come with the program, for the hour in which nothing can be synthesised. */
export type Recording = 'drill-mark' | 'test-mark' | 'evacuate';

/** What is played in place of speech that no engine could make. */
export type StandIn =
  | { readonly make: 'file'; readonly path: string; readonly longestMs: number; readonly expectMs?: number }
  | { readonly make: 'stored'; readonly recording: Recording };

/** What a sound output is asked to play: one item of a playlist, described so that it can be made ahead and cached. */
export type Programme =
  /**
   * Mandarin speech made on the box. Where no engine speaks, a drill or test mark is played from its recording, any other
   * text from `otherwise`; without one the making fails.
   */
  | { readonly make: 'speech'; readonly text: string; readonly otherwise?: StandIn }
  /**
   * A file of the site's `audio/` folder or of the store of pushed audio; the format is read from its first bytes. Sound
   * beyond `longestMs` is cut. Where `expectMs` is given, a file that is noticeably shorter or longer is refused.
   */
  | StandIn
  /** A tone: a pattern of `src/core/tone-pattern.ts` by name, or a site's own, for so long. */
  | { readonly make: 'tone'; readonly pattern: string | TonePattern; readonly durationMs: number };

/** A stretch of a programme's sound. `instead` says that it is not what was asked for, and why. */
export interface Piece {
  readonly pcm: Pcm;
  readonly instead: Instead | null;
}

/** `engine`: the built-in engine in place of the configured one. `recording`: a recording in place of speech. */
export interface Instead {
  readonly by: 'engine' | 'recording';
  readonly why: Failure;
}

/**
 * Makes programmes into sound. Everything slow or dangerous (synthesis, decoding) happens in children that can be
 * killed; the same programme asked for twice is made once.
 */
export interface SoundMaker {
  /** The whole programme. Ready at once where it was made before. Errors: named codes of src/words/errors/audio.ts. */
  readonly make: (programme: Programme, signal?: AbortSignal) => Promise<Result<Pcm>>;
  /**
   * The same sound piece by piece, as it is made: the first sentence plays while the second is synthesised. A failure is
   * the last thing given. Leaving the loop early, or the signal, ends the making.
   */
  readonly pieces: (programme: Programme, signal?: AbortSignal) => AsyncIterable<Result<Piece>>;
  /** Makes ahead what will be needed (plans of the site), lowest priority; `onProgress` tells how many are made. */
  readonly prepare: (
    programmes: readonly Programme[],
    onProgress?: (made: number, of: number) => void,
  ) => Promise<void>;
  readonly close: () => Promise<void>;
}
