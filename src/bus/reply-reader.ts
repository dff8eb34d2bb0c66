import type { Counters } from './counters.ts';
import type { Asked, Found, Framing } from './framing.ts';
import type { Heard } from './heard.ts';
import { isRead, samePdu } from './reply-shape.ts';
import type { UnitBook } from './unit-book.ts';

interface ReaderParts {
  readonly framing: Framing;
  readonly book: UnitBook;
  readonly heard: Heard;
  readonly counters: Counters;
}

/**
 * Finds the reply in what was heard, and keeps late replies apart: while a unit owes the reply to an earlier request, the
 * first frame that could be that reply counts as it.
 */
export class ReplyReader {
  private readonly parts: ReaderParts;

  constructor(parts: ReaderParts) {
    this.parts = parts;
  }

  /** The reply to the exchange on the wire, or null. Marks the exchange doubtful when a frame had to be given away. */
  read(wire: { readonly asked: Asked; doubtful: boolean }, now: number, ended: boolean): Found | null {
    const { framing, heard } = this.parts;
    for (;;) {
      const found = framing.find(wire.asked, heard.bytes, ended);
      if (found === null) break;
      const earlier = this.earlierLike(wire.asked, found, now);
      if (earlier === null) return found;
      this.takeLate(earlier, found);
      wire.doubtful = true;
    }
    this.dropLate(now);
    return null;
  }

  /** Takes late replies out of what was heard. */
  dropLate(now: number): void {
    const { book, framing, heard } = this.parts;
    for (const earlier of book.owed(now)) {
      const found = framing.find(earlier, heard.bytes, false);
      if (found !== null) this.takeLate(earlier, found);
    }
  }

  /** An earlier request of this unit that this frame would answer too. */
  private earlierLike(asked: Asked, found: Found, now: number): Asked | null {
    const { book, framing, heard } = this.parts;
    const frame = heard.bytes.subarray(found.from, found.to);
    const alike = book.owed(now, asked.unit).filter((earlier) => framing.find(earlier, frame, true) !== null);
    const same = isRead(asked.pdu) ? undefined : alike.find((earlier) => samePdu(earlier.pdu, asked.pdu));
    if (same === undefined) return alike[0] ?? null;
    // The echo of the very same write: whichever of the two it answers, the unit has done what is asked.
    book.paid(same);
    return null;
  }

  private takeLate(earlier: Asked, { from, to }: Found): void {
    this.parts.book.paid(earlier);
    this.parts.heard.cut(from, to);
    this.parts.counters.add('lateReplies');
  }
}
