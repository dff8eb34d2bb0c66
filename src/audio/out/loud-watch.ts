import { audibleDbfs, levelOf } from '../level.ts';
import { msOfSamples, samplesOfMs, type Pcm } from '../pcm.ts';

/** What is told of the sound that is handed over. */
export interface LoudEvents {
  /** The first of it that can be heard: a recording may begin with silence. */
  readonly onLoud: () => void;
  /** It has been quiet for so long, in the middle: once when that is long, and again when it is over. */
  readonly onQuiet: (quietMs: number, isOver: boolean) => void;
}

/** A shorter silence is a breath. */
const longQuietMs = 1_000;

/** Watches what an item itself sounds like, moment by moment; `lengthSamples` counts where nothing was there in time. */
export const createLoudWatch = ({ onLoud, onQuiet }: LoudEvents): ((pcm: Pcm, lengthSamples: number) => void) => {
  let hasBegun = false;
  let quiet = 0;
  const isLong = (): boolean => quiet >= samplesOfMs(longQuietMs);
  return (pcm, lengthSamples) => {
    if (levelOf(pcm).rmsDbfs > audibleDbfs) {
      if (!hasBegun) onLoud();
      else if (isLong()) onQuiet(msOfSamples(quiet), true);
      hasBegun = true;
      quiet = 0;
      return;
    }
    const wasLong = isLong();
    quiet += lengthSamples;
    if (hasBegun && isLong() && !wasLong) onQuiet(msOfSamples(quiet), false);
  };
};
