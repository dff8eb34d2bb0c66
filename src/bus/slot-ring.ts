/** Bytes of a slot: four doubles, eight words, a PDU, a trace. All starts are multiples of what is kept there. */
const layout = { words: 32, octets: 64, letters: 320, size: 448 } as const;
const headBytes = 64;
/** A power of two, so that the counters may wrap around. */
const slotCount = 32;
const head = { written: 0, taken: 1, mailed: 2 } as const;

/** Longest PDU and longest trace that fit into a slot. */
export const slotLimits = {
  octets: layout.letters - layout.octets,
  letters: (layout.size - layout.letters) / 2,
} as const;

/** Where a slot's fields begin in each of the ring's views. */
export interface Place {
  readonly double: number;
  readonly word: number;
  readonly octet: number;
  readonly letter: number;
}

const placeOf = (slot: number): Place => {
  const at = headBytes + slot * layout.size;
  return {
    double: at / 8,
    word: (at + layout.words) / 4,
    octet: at + layout.octets,
    letter: (at + layout.letters) / 2,
  };
};

/**
 * A ring of slots in shared memory, between one thread that writes and one that reads: a message through it costs a
 * fraction of a cloned object. What does not fit goes the usual way beside it, and is counted, so that its turn is known:
 * each slot says how many such messages went before it.
 */
export class SlotRing {
  static readonly bytes = headBytes + slotCount * layout.size;
  readonly doubles: Float64Array;
  readonly words: Int32Array;
  readonly octets: Uint8Array;
  readonly letters: Uint16Array;
  private readonly places: readonly Place[] = Array.from({ length: slotCount }, (_, slot) => placeOf(slot));

  constructor(memory: SharedArrayBuffer) {
    this.doubles = new Float64Array(memory);
    this.words = new Int32Array(memory);
    this.octets = new Uint8Array(memory);
    this.letters = new Uint16Array(memory);
  }

  private place(counter: number): Place | null {
    return this.places[counter & (slotCount - 1)] ?? null;
  }

  /** The slot to fill next; null when all are full. Seen by the reader after `publish`. */
  free(): Place | null {
    const written = Atomics.load(this.words, head.written);
    const waiting = (written - Atomics.load(this.words, head.taken)) | 0;
    return waiting >= slotCount ? null : this.place(written);
  }

  publish(): void {
    Atomics.add(this.words, head.written, 1);
  }

  /** The slot to read next; null when all are empty. It is the writer's again after `release`. */
  first(): Place | null {
    const taken = Atomics.load(this.words, head.taken);
    return taken === Atomics.load(this.words, head.written) ? null : this.place(taken);
  }

  release(): void {
    Atomics.add(this.words, head.taken, 1);
  }

  /** The writer sent one more message beside the ring. */
  countMailed(): void {
    Atomics.add(this.words, head.mailed, 1);
  }

  /** Messages sent beside the ring so far. */
  get mailed(): number {
    return Atomics.load(this.words, head.mailed);
  }
}
