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

/** When the amplifier's current is looked at: speech breathes, so one quiet look says nothing. */
const lookAtMs = [500, 1_200, 2_300, 3_400, 4_500, 5_600] as const;
/** So many quiet looks are evidence of silence; the later times are for a unit that did not answer all of the first. */
const quietLooks = 3;
/** Two looks closer than this show one and the same pause. */
const looksApartMs = 500;
/** So near its edge a look may have been read beside the sounding part of a tone. */
const edgeMs = 150;

/** How much later the middle of a sounding part is, where this long after its beginning the item pauses; 0 where it sounds. */
const pauseLeft = (tone: Tone | null, passedMs: number): number => {
  if (tone === null || tone.offMs === 0) return 0;
  const { onMs, offMs } = tone;
  const edge = Math.min(edgeMs, onMs / 4);
  const phaseMs = passedMs % (onMs + offMs);
  if (phaseMs >= edge && phaseMs <= onMs - edge) return 0;
  return (onMs / 2 - phaseMs + onMs + offMs) % (onMs + offMs);
};

/** The times of the looks at an item of this length, ms after its beginning: all in its first half. */
const lookTimes = (durationMs: number): readonly number[] => [
  ...new Set(lookAtMs.map((atMs) => Math.min(atMs, durationMs / 2))),
];

/**
 * Looks at the amplifier's proof input until it is seen sounding; only the last word is reported. A quiet look proves
 * nothing by itself: speech breathes. It counts when the item was to be heard just then, and not soon after another one. A
 * unit that answered once, late, may have shown a pause or the silence after the item: that is as good as unanswered.
 */
export const lookWhilePlaying = async (
  rig: Pick<Rig, 'clock' | 'look' | 'report'>,
  { cue, wired, token }: LookedAt,
  item: PlayedItem,
): Promise<void> => {
  if (wired.proof === null) return;
  let last: readonly Finding[] = [];
  let unanswered: readonly Finding[] | null = null;
  let [quiet, quietAt, lateMs] = [0, -Infinity, 0];
  for (const atMs of lookTimes(cue.durationMs)) {
    if (item.endedAt() < Infinity && last.length > 0) break;
    const askAt = item.beganAt + atMs + pauseLeft(item.tone, atMs + lateMs);
    if (!(await sleep(rig.clock, askAt - rig.clock.now(), token))) return;
    const askedAt = rig.clock.now();
    const seen = await rig.look([{ terminal: wired.id, cue: cue.id }], cue.trace);
    const readAt = seen[0]?.readAt ?? askedAt;
    const isQuiet = seen.some(({ sight }) => sight === 'silent');
    if (isQuiet && readAt >= item.endedAt()) break;
    lateMs = Math.max(0, readAt - askedAt);
    if (!isQuiet) [last, unanswered] = [seen, seen];
    else if (pauseLeft(item.tone, readAt - item.beganAt) === 0 && readAt - quietAt >= looksApartMs)
      [last, quiet, quietAt] = [seen, quiet + 1, readAt];
    if (quiet >= quietLooks || seen.some(({ sight }) => sight === 'sounding')) break;
  }
  const isOnePause = quiet === 1 && last.some(({ sight }) => sight === 'silent');
  if (token.alive()) rig.report(isOnePause ? (unanswered ?? last) : last);
};
