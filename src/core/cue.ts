import type { ProofGrade } from './site.ts';
import type { MonoMs } from './time.ts';

export type CueAction =
  | { readonly play: 'tone'; readonly tone: string }
  /**
   * `audio`: SHA-256 (hex) of stored warning audio that a terminal with a sound output plays in place of speaking the
   * text. `clip`: what such a terminal plays when speech cannot be made. Chips speak the text.
   */
  | { readonly play: 'speech'; readonly text: string; readonly clip: string | null; readonly audio: string | null }
  | { readonly play: 'clip'; readonly clip: string; readonly track: number | null };

/** One order to one terminal at one instant. `id` names broadcast, zone, pass, item and segment. */
export interface Cue {
  readonly id: string;
  readonly terminal: string;
  /** The order or trigger this comes from: one id from order to frame. */
  readonly trace: string;
  readonly action: CueAction;
  /** How long it must sound: the segment for a tone, the estimate for speech and clips. */
  readonly durationMs: number;
}

/**
 * What one look at a terminal showed. `on`/`off`: switched state only (grade of a relay's echo or coil). `sounding`/
 * `silent`: judged by a proof input, status register or the chip. `spoken`: the chip's own end of speech.
 * `no-reply`: the unit did not answer. `rejected`: it answered that it will not. `ended`: the box itself has played all of
 * it into the output, which proves nothing of what was heard.
 */
export type Sight = 'on' | 'off' | 'sounding' | 'silent' | 'spoken' | 'ended' | 'no-reply' | 'rejected';

export interface Finding {
  readonly terminal: string;
  readonly cue: string | null;
  readonly sight: Sight;
  readonly grade: ProofGrade | 'switched';
  /** The measured value where there is one, with its unit (e.g. 3.2 `A`). */
  readonly value: number | null;
  readonly unit: string | null;
  readonly readAt: MonoMs;
  /** Short reason for `silent`, `rejected`, `no-reply`: `no-current`, `no-sound`, `busy`, `exception-2`… */
  readonly reason: string | null;
}

/** What a test without a sound has found at a terminal. */
export type QuietResult = 'good' | 'amplifier-fault' | 'horn-open' | 'no-reply' | 'unsupported';
