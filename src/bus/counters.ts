import { counterNames, type CounterName, type LineHealth } from './line.ts';

/** Counters of a line in one block of doubles, which may be shared memory: the worker counts, the main thread reads. */
export class Counters {
  static readonly bytes = counterNames.length * Float64Array.BYTES_PER_ELEMENT;
  private readonly cells: Float64Array;

  constructor(memory: ArrayBuffer | SharedArrayBuffer = new ArrayBuffer(Counters.bytes)) {
    this.cells = new Float64Array(memory);
  }

  add(name: CounterName, amount = 1): void {
    const at = counterNames.indexOf(name);
    this.cells[at] = (this.cells[at] ?? 0) + amount;
  }

  /** A frame left. */
  sent({ id, unit }: { readonly id: number | null; readonly unit: number }, bytes: number): void {
    this.add('exchanges');
    this.add('bytesOut', bytes);
    if (unit === 0) this.add('broadcasts');
    if (id === null) this.add('probes');
  }

  snapshot(quarantined: readonly number[]): LineHealth {
    const values = Object.fromEntries(counterNames.map((name, at) => [name, this.cells[at] ?? 0]));
    return { ...(values as Record<CounterName, number>), quarantined };
  }
}
