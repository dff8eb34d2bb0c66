import type { CueAction } from '../core/cue.ts';

/** One item for one sound output. */
export interface SoundItem {
  readonly output: string;
  readonly action: CueAction;
  /** How long it is to sound (tone), or is thought to take. */
  readonly durationMs: number;
  /** The order or trigger it comes from. */
  readonly trace: string;
}

/** What came back from a terminal while it played. */
export interface ReturnedSound {
  readonly terminal: string;
  readonly verdict: 'sounding' | 'silent' | 'unclear' | 'nothing';
  /** dBFS; null where nothing came back at all. */
  readonly dbfs: number | null;
}

/** A silence within what is played. */
export interface QuietStretch {
  readonly from: number;
  /** Null while it lasts. */
  readonly until: number | null;
}

/** Nothing is told after `onEnded`. */
export interface SoundEvents {
  /** The item itself begins to be heard: the same instant on the box's monotonic scale, and on that of `performance.now`. */
  readonly onSounding: (at: number, stopwatchAt: number) => void;
  /** What is played pauses itself, on the box's monotonic scale; told again once that is over. */
  readonly onQuiet: (quiet: QuietStretch) => void;
  readonly onReturned: (returned: ReturnedSound) => void;
  /** `reason` null: all of it was played, this loud. Otherwise why not. */
  readonly onEnded: (ended: { readonly dbfs: number; readonly reason: string | null }) => void;
}

/** Sound made on the box, as drivers see it. Nothing here waits. */
export interface SoundPort {
  /** Begins to make the item; it is heard after `start`, which takes the output from whatever it played. */
  begin(
    item: SoundItem,
    events: SoundEvents,
  ): {
    /** This much silence first, while amplifiers warm up. */
    start(leadMs: number): void;
    /** Silent at most 300 ms later; `onEnded` tells when. */
    stop(): void;
  };
  /** Told when an output is lost (a short reason) or back (null). */
  onOutput(listener: (output: string, reason: string | null) => void): void;
}
