import type { Finding } from '../core/cue.ts';
import type { Tone } from '../core/site.ts';
import { sleep, type Token } from './clock.ts';
import type { Ordered, Rig } from './rig.ts';

/** What plays while it is looked at; times on the box's monotonic scale, ms. */
export interface PlayedItem {
  /** Null: speech or a clip. */
  readonly tone: Tone | null;
  readonly beganAt: number;
  /** Alive as long as the item sounds; nothing is waited for behind its end. */
  readonly playing: Token;
  /** Is this instant known to lie in a pause of what is played itself, such as a recording has? */
  readonly isQuiet: (at: number) => boolean;
}

/** Who is looked at, and for which order. */
export interface LookedAt extends Pick<Ordered, 'cue' | 'token'> {
  readonly wired: { readonly id: string; readonly proof: object | null };
}

/**
 * What all the looks at one item came to. `quiet`: what was answered was quiet, and may yet have been a pause, the silence
 * before or after the item, or a meter that had not woken. `on`, `off`: only the switch of its amplifier was seen.
 */
export type Looked = 'sounding' | 'silent' | 'quiet' | 'on' | 'off' | 'unanswered';

/**
 * When the amplifier's current is looked at, ms after the beginning. The first looks show a loudspeaker that sounds; that one
 * is silent shows only in several. Their distance is no part of the usual tones, and they keep no beat of their own, so that
 * not all of them fall into the pauses of a tone or of beeps.
 */
const lookTimes = [500, 1_050, 1_600, 2_260, 2_650, 3_210, 3_730, 4_360, 4_900, 5_430, 6_010, 6_600] as const;
/** Quiet looks must lie so far apart, lest one reading be the whole proof: a meter that woke may show nothing for a second. */
const tonesApartMs = 1_000;
/** Speech breathes, and a recording pauses longer than it does. */
const wordsApartMs = 2_000;
/** So near its edge a look may have been read beside the sounding part of a tone; of shorter beeps nothing is told. */
const edgeMs = 150;
/** The same for a pause that the player tells: the meter's own time to rise and to fall, and half a step between two lags. */
const toldEdgeMs = 75;
/** So much later than it is played a sound may be read: the loudspeaker's own buffer, and a meter that means over a second. */
const lagMost = 1_500;
/** So much sooner, where the box was too busy to note the beginning in time. */
const leadMost = 500;
const lagStep = 50;

const lags = Array.from({ length: (leadMost + lagMost) / lagStep + 1 }, (_, index) => index * lagStep - leadMost);

const hasPauses = (tone: Tone | null): tone is Tone => tone !== null && tone.offMs > 0;

/** Is the item to be heard this long after it began? Not in its pauses, nor near their edges. */
const isToBeHeard = ({ tone, beganAt, isQuiet }: PlayedItem, passedMs: number): boolean => {
  if (passedMs < 0) return false;
  // A tone may pause within its cycles too: struck notes fade.
  if ([-toldEdgeMs, 0, toldEdgeMs].some((besideMs) => isQuiet(beganAt + passedMs + besideMs))) return false;
  if (!hasPauses(tone)) return true;
  const { onMs, offMs } = tone;
  const phaseMs = passedMs % (onMs + offMs);
  return phaseMs >= edgeMs && phaseMs <= onMs - edgeMs;
};

/** However late they were read: of these quiet looks, ms after the beginning, two far apart fell where it was to be heard. */
const provesSilence = (item: PlayedItem, quiet: readonly number[]): boolean =>
  lags.every((lagMs) => {
    const missed = quiet.filter((atMs) => isToBeHeard(item, atMs - lagMs));
    const [first = Infinity] = missed;
    return (missed.at(-1) ?? 0) - first >= (item.tone === null ? wordsApartMs : tonesApartMs);
  });

/** A short item is looked at in its middle, once at least. */
const timesFor = (durationMs: number): readonly number[] =>
  lookTimes.map((atMs, index) => (index === 0 ? Math.min(atMs, durationMs / 2) : atMs));

interface Sights {
  readonly quiet: readonly number[];
  /** The last finding that was neither sound nor silence; null where all were, or a quiet one took back that it was off. */
  readonly open: readonly Finding[] | null;
  /** Its amplifier was seen off, and neither on nor quiet since. */
  readonly isOff: boolean;
}

const shows = (found: readonly Finding[] | null, sight: Finding['sight']): boolean =>
  found?.some((one) => one.sight === sight) ?? false;

/** What is told of an item that was never seen sounding: a quiet look alone proves nothing, and is as good as unanswered. */
const tellQuiet = (
  item: PlayedItem,
  { quiet, open, isOff }: Sights,
  silent: readonly Finding[],
): readonly [Looked, readonly Finding[]] => {
  if (provesSilence(item, quiet)) return ['silent', silent];
  const told = open ?? [];
  if (isOff) return ['off', told];
  if (quiet.length > 0) return ['quiet', told];
  return [shows(open, 'on') ? 'on' : 'unanswered', told];
};

/** Looks at the amplifier's proof input until it is seen sounding, or has been proven silent; only the last word is reported. */
export const lookWhilePlaying = async (
  rig: Pick<Rig, 'clock' | 'look' | 'report'>,
  { cue, wired, token }: LookedAt,
  item: PlayedItem,
): Promise<Looked> => {
  if (wired.proof === null) return 'unanswered';
  const { beganAt, playing } = item;
  let sights: Sights = { quiet: [], open: null, isOff: false };
  let silent: readonly Finding[] = [];
  for (const atMs of timesFor(cue.durationMs)) {
    if (!(await sleep(rig.clock, beganAt + atMs - rig.clock.now(), playing)) || !token.alive()) break;
    const seen = await rig.look([{ terminal: wired.id, cue: cue.id }], cue.trace);
    if (shows(seen, 'sounding')) {
      if (token.alive()) rig.report(seen);
      return 'sounding';
    }
    const quiet = seen.find(({ sight }) => sight === 'silent');
    // Behind its end it is quiet, and soon switched off, however well it sounded.
    const isOff = shows(seen, 'off');
    if ((quiet !== undefined || isOff) && !playing.alive()) break;
    if (quiet === undefined) sights = { ...sights, open: seen, isOff: isOff || (sights.isOff && !shows(seen, 'on')) };
    else {
      const open = shows(sights.open, 'off') ? null : sights.open;
      sights = { quiet: [...sights.quiet, quiet.readAt - beganAt], open, isOff: false };
      silent = seen;
    }
    if (provesSilence(item, sights.quiet)) break;
  }
  const [looked, told] = tellQuiet(item, sights, silent);
  if (token.alive()) rig.report(told);
  return looked;
};
