import type { TonePattern } from './tone-pattern.ts';

/** What the maker of sound is told by the site's files: plain data, compiled by config, read by audio. Core never reads it. */
export interface SoundSettings {
  readonly speech: SpeechSettings;
  /** Tone id → what it sounds like on a sound output; a tone without is not in it. */
  readonly tones: Readonly<Record<string, TonePattern>>;
  /** Clip id → its file, ready to open; a clip that only lies in terminals is not in it. */
  readonly clips: Readonly<Record<string, ClipFile>>;
  readonly mostCacheBytes: number;
}

export interface ClipFile {
  readonly path: string;
  readonly durationMs: number;
}

/** The engine that is asked first; the built-in one stands behind it. */
export type SpeechSettings =
  | { readonly engine: 'builtin' }
  /** A program: the text on its standard input, a WAV file on its standard output. */
  | { readonly engine: 'command'; readonly command: readonly string[]; readonly timeoutMs: number }
  /** A server: the text is posted, a WAV file comes back. */
  | { readonly engine: 'http'; readonly url: string; readonly timeoutMs: number };
