import type { Result } from '../words/failure.ts';
import type { Pcm } from './pcm.ts';

/** What a sound output is asked to play: one item of a playlist, described so that it can be made ahead and cached. */
export type Programme =
  /** Mandarin speech made on the box. */
  | { readonly make: 'speech'; readonly text: string }
  /** A file of the site's `audio/` folder or of the store of pushed audio; the format is read from its first bytes. */
  | { readonly make: 'file'; readonly path: string; readonly longestMs: number }
  /** A tone: a pattern of `patterns.ts` by name, cut or repeated to this length. */
  | { readonly make: 'tone'; readonly pattern: string; readonly durationMs: number };

/**
 * Makes programmes into sound. Everything slow or dangerous (synthesis, decoding) happens in children that can be
 * killed; the same programme asked for twice is made once.
 */
export interface SoundMaker {
  /** Ready at once where it was made before. Errors: named codes of src/words/errors/audio.ts. */
  readonly make: (programme: Programme, signal?: AbortSignal) => Promise<Result<Pcm>>;
  /** Makes ahead what will be needed (plans of the site), lowest priority; `onProgress` tells how many are made. */
  readonly prepare: (
    programmes: readonly Programme[],
    onProgress?: (made: number, of: number) => void,
  ) => Promise<void>;
  readonly close: () => Promise<void>;
}
