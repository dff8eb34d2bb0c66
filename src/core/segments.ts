import type { MonoMs } from './time.ts';
import type { TonePlay, ZonePlay } from './village.ts';

/** One sounding stretch of one terminal, by arithmetic from the item's start. */
export interface Segment {
  readonly terminal: string;
  readonly index: number;
  readonly onAt: MonoMs;
  readonly offAt: MonoMs;
}

/** Every terminal that a play keeps on air: its sirens, and who still speaks. */
export const sounders = ({ tone, speaking }: Pick<ZonePlay, 'tone' | 'speaking'>): readonly string[] => [
  ...(tone?.starts ?? []).map(({ terminal }) => terminal),
  ...speaking,
];

const cycleMs = (tone: TonePlay): number => Math.max(1, tone.onMs + tone.offMs);

const segmentAt = (
  play: ZonePlay,
  tone: TonePlay,
  start: TonePlay['starts'][number],
  index: number,
): Segment | null => {
  const from = index * cycleMs(tone);
  if (index < 0 || from >= tone.totalMs) return null;
  const onAt = play.startedAt + start.delayMs + from;
  const end = play.startedAt + start.delayMs + tone.totalMs;
  return { terminal: start.terminal, index, onAt, offAt: Math.min(onAt + tone.onMs, end) };
};

/** Between the end of a tone and what follows: contacts open, horns run out; siren and speech never overlap. */
const afterToneMs = 300;

/** When the last siren of a tone is over; its start where only loudspeakers play it. */
export const toneOverAt = (play: Pick<ZonePlay, 'startedAt'>, tone: Pick<TonePlay, 'starts' | 'totalMs'>): MonoMs =>
  tone.starts.reduce(
    (end, { delayMs }) => Math.max(end, play.startedAt + delayMs + tone.totalMs + afterToneMs),
    play.startedAt,
  );

/** The segments that begin in (`after`, `until`]. */
export const segmentsBeginning = (play: ZonePlay, after: MonoMs, until: MonoMs): readonly Segment[] => {
  const { tone } = play;
  if (tone === null || play.phase !== 'item') return [];
  return tone.starts.flatMap((start) => {
    const zero = play.startedAt + start.delayMs;
    const first = Math.max(0, Math.floor((after - zero) / cycleMs(tone)) + 1);
    const last = Math.floor((until - zero) / cycleMs(tone));
    const found: Segment[] = [];
    for (let index = first; index <= last; index += 1) {
      const segment = segmentAt(play, tone, start, index);
      if (segment === null) break;
      found.push(segment);
    }
    return found;
  });
};

/** The segment a terminal is in at `at`, if it is sounding then. */
export const segmentDuring = (play: ZonePlay, terminal: string, at: MonoMs): Segment | null => {
  const { tone } = play;
  const start = tone?.starts.find((candidate) => candidate.terminal === terminal);
  if (tone === null || start === undefined || play.phase !== 'item') return null;
  const index = Math.floor((at - play.startedAt - start.delayMs) / cycleMs(tone));
  const segment = segmentAt(play, tone, start, index);
  return segment !== null && at >= segment.onAt && at < segment.offAt ? segment : null;
};

/** The first begin of a segment after `after`; null when none is left. */
export const nextBegin = (play: ZonePlay, after: MonoMs): MonoMs | null => {
  const { tone } = play;
  if (tone === null || play.phase !== 'item') return null;
  const begins = tone.starts.flatMap((start) => {
    const zero = play.startedAt + start.delayMs;
    const index = Math.max(0, Math.floor((after - zero) / cycleMs(tone)) + 1);
    const segment = segmentAt(play, tone, start, index);
    return segment === null ? [] : [segment.onAt];
  });
  return begins.length === 0 ? null : Math.min(...begins);
};

/** When to look for proof in a segment: after the device had time to draw current, well before it ends. */
export const proofAt = (segment: Segment): MonoMs =>
  segment.onAt + Math.min(400, Math.floor((segment.offAt - segment.onAt) / 2));
