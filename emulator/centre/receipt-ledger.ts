/**
 * What the centre knows of the receipt numbers of one box; it holds no receipts, the caller stores those.
 * `new`: store it. `repeated`: the same again, acknowledge and forget it. `conflict`: the same number with other bytes,
 * for a person to see. `old`: acknowledged long ago or elsewhere, its bytes are no longer known here.
 */
export type ReceiptVerdict = 'new' | 'repeated' | 'conflict' | 'old';

export interface Ledger {
  /** All receipts up to this number are stored here, or were acknowledged elsewhere. */
  readonly upTo: () => number;
  readonly judge: (number: number, hash: string) => ReceiptVerdict;
  /** After the receipt was stored. */
  readonly keep: (number: number, hash: string) => void;
  /** The box says what was acknowledged before; a centre that does not have those will never get them again. */
  readonly skipTo: (acknowledged: number) => void;
  /** Missing numbers as inclusive ranges, oldest first. */
  readonly gaps: () => readonly (readonly [number, number])[];
}

/** Numbers kept for the comparison of repeated receipts. */
const hashesKept = 20_000;

export const createLedger = (): Ledger => {
  const hashes = new Map<number, string>();
  const beyond = new Set<number>();
  let upTo = 0;
  const climb = (): void => {
    while (beyond.delete(upTo + 1)) upTo += 1;
  };
  return {
    upTo: () => upTo,
    judge: (number, hash) => {
      const known = hashes.get(number);
      if (known !== undefined) return known === hash ? 'repeated' : 'conflict';
      return number <= upTo ? 'old' : 'new';
    },
    keep: (number, hash) => {
      hashes.set(number, hash);
      for (const oldest of hashes.keys()) {
        if (hashes.size <= hashesKept) break;
        hashes.delete(oldest);
      }
      if (number > upTo) beyond.add(number);
      climb();
    },
    skipTo: (acknowledged) => {
      upTo = Math.max(upTo, acknowledged);
      for (const number of beyond) if (number <= upTo) beyond.delete(number);
      climb();
    },
    gaps: () => {
      const found: (readonly [number, number])[] = [];
      let expected = upTo + 1;
      for (const number of [...beyond].sort((a, b) => a - b)) {
        if (number > expected) found.push([expected, number - 1]);
        expected = number + 1;
      }
      return found;
    },
  };
};
