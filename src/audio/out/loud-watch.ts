import { audibleDbfs, levelOf } from '../level.ts';
import { msOfSamples, samplesOfMs, type Pcm } from '../pcm.ts';

/** What is told of the sound that is handed over. */
export interface LoudEvents {
  /** The first of it that can be heard: a recording may begin with silence. */
  readonly onLoud: () => void;
  /** It has been quiet for so long, in the middle: once when that is a pause, and again when it is over. */
  readonly onQuiet: (quietMs: number, isOver: boolean) => void;
}

/** A look at the loudspeaker may fall into any pause that is longer than what a meter means over. */
const pauseMs = 60;
/**
 * A loudspeaker that plays is looked at in the first seconds, on a slow line for half a minute at most. So long all pauses are
 * told, twenty messages a second where a recording does nothing but stutter; behind that a breath is worth none.
 */
const pausesToldMs = 30_000;
const longQuietMs = 1_000;

/** Watches what an item itself sounds like, moment by moment; `lengthSamples` counts where nothing was there in time. */
export const createLoudWatch = ({ onLoud, onQuiet }: LoudEvents): ((pcm: Pcm, lengthSamples: number) => void) => {
  let hasBegun = false;
  let quiet = 0;
  let begunFor = 0;
  let isTold = false;
  const isToBeTold = (): boolean =>
    quiet >= samplesOfMs(begunFor - quiet < samplesOfMs(pausesToldMs) ? pauseMs : longQuietMs);
  return (pcm, lengthSamples) => {
    const isLoud = levelOf(pcm).rmsDbfs > audibleDbfs;
    if (isLoud && !hasBegun) onLoud();
    if (isLoud && isTold) onQuiet(msOfSamples(quiet), true);
    hasBegun ||= isLoud;
    if (hasBegun) begunFor += lengthSamples;
    quiet = isLoud ? 0 : quiet + lengthSamples;
    if (isLoud) isTold = false;
    if (!hasBegun || isTold || !isToBeTold()) return;
    isTold = true;
    onQuiet(msOfSamples(quiet), false);
  };
};
