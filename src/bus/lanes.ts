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
  /** Sets keep the order of arrival. A list that never held anything is another kind of list to V8, and its first alarm slow. */
  private readonly queues: Readonly<Record<Lane, Set<T>>> = {
    alarm: new Set(),
    upkeep: new Set(),
    'read-back': new Set(),
    poll: new Set(),
  };

  get length(): number {
    return laneOrder.reduce((sum, lane) => sum + this.queues[lane].size, 0);
  }

  /** Queues it and returns who lost its place for that: nobody, an older one, or the newcomer itself. */
  add(item: T): T | null {
    const queue = this.queues[item.lane];
    if (this.length < laneLimits.together) {
      queue.add(item);
      return null;
    }
    const lower = laneOrder.slice(laneOrder.indexOf(item.lane) + 1).reverse();
    const victim = lower.find((lane) => this.queues[lane].size > 0);
    if (victim === undefined && (item.lane !== 'alarm' || queue.size >= laneLimits.alarms)) return item;
    queue.add(item);
    return victim === undefined ? null : this.take(victim, () => true);
  }

  /** Takes the first of a lane for which `test` holds. */
  take(lane: Lane, test: (item: T) => boolean): T | null {
    for (const item of this.queues[lane]) {
      if (!test(item)) continue;
      this.queues[lane].delete(item);
      return item;
    }
    return null;
  }

  /** Takes everything for which `test` holds, highest lane first. */
  takeAll(test: (item: T) => boolean): T[] {
    const taken = [...this].filter(test);
    for (const item of taken) this.queues[item.lane].delete(item);
    return taken;
  }

  some(test: (item: T) => boolean): boolean {
    for (const item of this) if (test(item)) return true;
    return false;
  }

  /** Empties all lanes, highest first. */
  clear(): T[] {
    return this.takeAll(() => true);
  }

  /** Everything that waits, highest lane first. */
  *[Symbol.iterator](): Iterator<T> {
    for (const lane of laneOrder) yield* this.queues[lane];
  }
}
