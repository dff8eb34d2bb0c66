import type { Lane } from './line.ts';

/** Highest first. */
export const laneOrder: readonly Lane[] = ['alarm', 'upkeep', 'read-back', 'poll'];

/** Waiting exchanges of all lanes together, and the alarms that may wait when nothing else is left to give up. */
export const laneLimits = { together: 1024, alarms: 4096 } as const;

/**
 * Four queues, first in first out within each. Bounded: when they are full, the oldest of the lowest lane gives way to a
 * newcomer of a higher one; a newcomer that finds nothing lower is refused. An alarm that was accepted is never dropped,
 * and alarms are refused only behind 4096 others.
 */
export class Lanes<T extends { readonly lane: Lane }> {
  private readonly queues: Readonly<Record<Lane, T[]>> = { alarm: [], upkeep: [], 'read-back': [], poll: [] };

  get length(): number {
    return laneOrder.reduce((sum, lane) => sum + this.queues[lane].length, 0);
  }

  /** Queues it and returns who lost its place for that: nobody, an older one, or the newcomer itself. */
  add(item: T): T | null {
    const queue = this.queues[item.lane];
    if (this.length < laneLimits.together) {
      queue.push(item);
      return null;
    }
    const lower = laneOrder.slice(laneOrder.indexOf(item.lane) + 1).reverse();
    const victim = lower.map((lane) => this.queues[lane]).find((candidate) => candidate.length > 0);
    if (victim === undefined && (item.lane !== 'alarm' || queue.length >= laneLimits.alarms)) return item;
    queue.push(item);
    return victim?.shift() ?? null;
  }

  /** Takes the first of a lane for which `test` holds. */
  take(lane: Lane, test: (item: T) => boolean): T | null {
    const queue = this.queues[lane];
    const at = queue.findIndex(test);
    return at < 0 ? null : (queue.splice(at, 1)[0] ?? null);
  }

  /** Takes everything for which `test` holds, highest lane first. */
  takeAll(test: (item: T) => boolean): T[] {
    return laneOrder.flatMap((lane) => {
      if (!this.queues[lane].some(test)) return [];
      const all = this.queues[lane].splice(0);
      this.queues[lane].push(...all.filter((item) => !test(item)));
      return all.filter(test);
    });
  }

  some(test: (item: T) => boolean): boolean {
    return laneOrder.some((lane) => this.queues[lane].some(test));
  }

  /** Empties all lanes, highest first. */
  clear(): T[] {
    return laneOrder.flatMap((lane) => this.queues[lane].splice(0));
  }

  /** Everything that waits, highest lane first. */
  *[Symbol.iterator](): Iterator<T> {
    for (const lane of laneOrder) yield* this.queues[lane];
  }
}
