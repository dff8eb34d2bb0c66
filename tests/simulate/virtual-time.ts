/** A moment that somebody waits for; equal moments come in the order in which they were asked for. */
interface Waiting {
  readonly at: number;
  readonly order: number;
  readonly call: () => void;
  cancelled: boolean;
}

const before = (a: Waiting, b: Waiting): boolean => a.at < b.at || (a.at === b.at && a.order < b.order);

/** A binary heap of moments: an hour of a village is some hundred thousand of them. */
class Moments {
  private readonly heap: Waiting[] = [];

  push(entry: Waiting): void {
    const { heap } = this;
    let at = heap.push(entry) - 1;
    while (at > 0) {
      const up = (at - 1) >> 1;
      const parent = heap[up];
      if (parent === undefined || before(parent, entry)) break;
      heap[at] = parent;
      at = up;
    }
    heap[at] = entry;
  }

  peek(): Waiting | undefined {
    while (this.heap[0]?.cancelled === true) this.pop();
    return this.heap[0];
  }

  pop(): Waiting | undefined {
    const { heap } = this;
    const [first] = heap;
    const last = heap.pop();
    if (last === undefined || first === undefined || heap.length === 0) return first;
    let at = 0;
    for (;;) {
      const left = 2 * at + 1;
      const right = left + 1;
      const [a, b] = [heap[left], heap[right]];
      if (a === undefined) break;
      const [down, child] = b !== undefined && before(b, a) ? [right, b] : [left, a];
      if (before(last, child)) break;
      heap[at] = child;
      at = down;
    }
    heap[at] = last;
    return first;
  }
}

/**
 * Everything that was promised and can go on now goes on before this resolves: asked from inside a promise, a tick comes
 * when no promise is left to run. A turn of the event loop would say the same at several times the price.
 */
const settled = (): Promise<void> =>
  new Promise((resolve) => {
    process.nextTick(resolve);
  });

/**
 * Time that moves only from one awaited moment to the next. No call reads a real clock, so that a run depends on its seed
 * alone, and an hour takes as long as its work.
 */
export class VirtualTime {
  private readonly moments = new Moments();
  private order = 0;
  private instant: number;

  constructor(startMs = 0) {
    this.instant = startMs;
  }

  now(): number {
    return this.instant;
  }

  /** Calls once when `now()` has reached `at`; the returned function takes it back. Never calls before it returns. */
  at(at: number, call: () => void): () => void {
    this.order += 1;
    const entry: Waiting = { at: Math.max(at, this.instant), order: this.order, call, cancelled: false };
    this.moments.push(entry);
    return () => void (entry.cancelled = true);
  }

  after(ms: number, call: () => void): () => void {
    return this.at(this.instant + Math.max(0, ms), call);
  }

  /** Calls every `ms` until taken back. */
  every(ms: number, call: () => void): () => void {
    let cancel = (): void => undefined;
    const again = (): void => {
      cancel = this.after(ms, again);
      call();
    };
    cancel = this.after(ms, again);
    return () => cancel();
  }

  /** Lives through everything until this instant; `each` is called after every moment, when all of it has settled. */
  async runUntil(until: number, each: () => void = () => undefined): Promise<void> {
    await settled();
    for (let next = this.moments.peek(); next !== undefined && next.at <= until; next = this.moments.peek()) {
      this.moments.pop();
      this.instant = next.at;
      next.call();
      await settled();
      each();
    }
    this.instant = Math.max(this.instant, until);
  }
}
