/** The line's own bytes as an adapter with local echo repeats them: they are skipped and compared. */
export class LocalEcho {
  private readonly expected: Uint8Array;
  private at = 0;
  /** A byte came back changed: two talked at once, or the adapter does not echo. */
  damaged = false;

  constructor(sent: Uint8Array) {
    this.expected = sent;
  }

  /** The part of the chunk that is no echo. */
  skip(chunk: Uint8Array): Uint8Array {
    const count = Math.min(chunk.length, this.expected.length - this.at);
    for (let index = 0; index < count; index += 1) {
      if (chunk[index] !== this.expected[this.at + index]) this.damaged = true;
    }
    this.at += count;
    return chunk.subarray(count);
  }
}
