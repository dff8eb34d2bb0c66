import type { Finding } from '../core/cue.ts';
import type { Tone } from '../core/site.ts';
import { sleep } from './clock.ts';
import type { Ordered, Rig } from './rig.ts';

/** What plays while it is looked at; times on the box's monotonic scale, ms. */
export interface PlayedItem {
  /** Null: speech or a clip. */
  readonly tone: Tone | null;
  readonly beganAt: number;
  /** When the sound was over, Infinity before. */
  readonly endedAt: () => number;
}

/** Who is looked at, and for which order. */
export interface LookedAt extends Pick<Ordered, 'cue' | 'token'> {
  readonly wired: { readonly id: string; readonly proof: object | null };
}

/** When the amplifier's current is looked at, ms after the beginning: speech breathes, so one quiet look says nothing. */
const speechLooks = [500, 1_200, 2_300, 3_400, 4_500, 5_600] as const;
/** A tone with pauses is looked at more closely: so three looks fall into different parts of the usual ones. */
const toneLooks = [500, 1_100, 1_700, 2_600, 3_200, 3_800, 4_700, 5_300] as const;
/** So many quiet looks are evidence of silence; the later times are for a unit that did not answer all of the first. */
const quietLooks = 3;
/** Two looks closer than this show one and the same pause. */
const looksApartMs = 500;
/** A shorter item has no time for two looks so far apart: all that were answered must do. */
const shortMs = 2_400;
/** So near its edge a look may have been read beside the sounding part of a tone. */
const edgeMs = 150;
/** So much later than it is played a sound may be read: the loudspeaker's own buffer, and a meter that means over a second. */
const lagMost = 1_500;
const lagStep = 50;

const hasPauses = (tone: Tone | null): tone is Tone => tone !== null && tone.offMs > 0;

/** Is the tone to be heard this long after it began? Not in its pauses, nor near their edges. */
const isToBeHeard = ({ onMs, offMs }: Tone, passedMs: number): boolean => {
  const edge = Math.min(edgeMs, onMs / 4);
  const phaseMs = passedMs % (onMs + offMs);
  return passedMs >= 0 && phaseMs >= edge && phaseMs <= onMs - edge;
};

const lags = Array.from({ length: lagMost / lagStep + 1 }, (_, index) => index * lagStep);

/** However late it is read: one of these quiet looks, ms after the beginning, fell where the tone was to be heard. */
const missesTone = (tone: Tone, looks: readonly number[]): boolean =>
  lags.every((lagMs) => looks.some((atMs) => isToBeHeard(tone, atMs - lagMs)));

/** The times of the looks at an item of this length: all in its first half. */
const lookTimes = (tone: Tone | null, durationMs: number): readonly number[] => [
  ...new Set((hasPauses(tone) ? toneLooks : speechLooks).map((atMs) => Math.min(atMs, durationMs / 2))),
];

/**
 * Looks at the amplifier's proof input until it is seen sounding; only the last word is reported. A quiet look proves
 * nothing by itself: speech breathes, a tone has its pauses. What a unit that answered once, or twice in a moment, has shown
 * may be a pause or the silence after the item: that is as good as unanswered.
 */
export const lookWhilePlaying = async (
  rig: Pick<Rig, 'clock' | 'look' | 'report'>,
  { cue, wired, token }: LookedAt,
  { tone, beganAt, endedAt }: PlayedItem,
): Promise<void> => {
  if (wired.proof === null) return;
  const quiet: number[] = [];
  let last: readonly Finding[] = [];
  let unanswered: readonly Finding[] | null = null;
  const isProof = (): boolean =>
    hasPauses(tone) ? missesTone(tone, quiet) : quiet.length > 1 || (cue.durationMs < shortMs && unanswered === null);
  for (const atMs of lookTimes(tone, cue.durationMs)) {
    if (endedAt() < Infinity && last.length > 0) break;
    if (!(await sleep(rig.clock, beganAt + atMs - rig.clock.now(), token))) return;
    const seen = await rig.look([{ terminal: wired.id, cue: cue.id }], cue.trace);
    const readAt = seen[0]?.readAt ?? rig.clock.now();
    const isQuiet = seen.some(({ sight }) => sight === 'silent');
    if (isQuiet && readAt >= endedAt()) break;
    last = seen;
    if (!isQuiet) unanswered = seen;
    else if (readAt - beganAt - (quiet.at(-1) ?? -Infinity) >= looksApartMs) quiet.push(readAt - beganAt);
    if ((quiet.length >= quietLooks && isProof()) || seen.some(({ sight }) => sight === 'sounding')) break;
  }
  const isUnproven = last.some(({ sight }) => sight === 'silent') && !isProof();
  if (token.alive()) rig.report(isUnproven ? (unanswered ?? []) : last);
};
