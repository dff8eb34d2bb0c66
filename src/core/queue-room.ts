import { compareRank } from './precedence.ts';
import type { Site } from './site.ts';
import type { Broadcast } from './village.ts';

/** The words of a queue, and what is known of each of its terminals, must fit in a checkpoint (box/memory.ts). */
export const queueBytesMax = 16_000_000;

/** At most what one character, item, terminal or zone, and a broadcast without these, takes in a checkpoint. */
const most = { character: 3, item: 200, terminal: 250, zone: 250, rest: 1_000 } as const;

/** At most the bytes that this takes in a checkpoint, however much will be known of it. */
export const bytesInCheckpoint = (
  { terminals }: Pick<Site, 'terminals'>,
  { alert, items }: Pick<Broadcast, 'alert' | 'items'>,
): number => {
  const here = terminals.filter(({ zone }) => alert.zones.includes(zone)).length;
  const texts = items.map((item) => (item.play === 'speech' ? item.text.length : 0));
  const characters = texts.reduce((sum, length) => sum + length, alert.headline.length + alert.text.length);
  const parts = most.item * items.length + most.terminal * here + most.zone * alert.zones.length;
  return most.rest + most.character * characters + parts;
};

/** Bounds of a queue, and how much of the second one takes. */
export interface Room {
  readonly count: number;
  readonly bytes: number;
  readonly bytesOf: (one: Broadcast) => number;
}

/**
 * Who must leave a queue of those live so that there is room: the lowest ranks, of one rank the newest; of a number that is
 * live already the newcomer takes the place. Null: all that would have to leave are not below the newcomer, which is refused.
 */
export const whoLeaves = (
  newcomer: Broadcast,
  live: readonly Broadcast[],
  { count, bytes, bytesOf }: Room,
): readonly Broadcast[] | null => {
  const others = live.filter(({ alert }) => alert.id !== newcomer.alert.id);
  const all = [newcomer, ...others];
  let over = all.reduce((sum, one) => sum + bytesOf(one), -bytes);
  let many = others.length < live.length ? 0 : all.length - count;
  const leaving: Broadcast[] = [];
  for (const lowest of others.sort((a, b) => compareRank(a.rank, b.rank) || b.sequence - a.sequence)) {
    if (over <= 0 && many <= 0) break;
    if (compareRank(newcomer.rank, lowest.rank) <= 0) return null;
    leaving.push(lowest);
    over -= bytesOf(lowest);
    many -= 1;
  }
  return leaving;
};
