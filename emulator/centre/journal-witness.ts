/** Number of records in a box's journal and the SHA-256 of the newest one, as the box signed them. */
export interface JournalHead {
  readonly records: number;
  readonly head: string;
}

/**
 * `fits`: the very head that was seen. `ahead`: longer than anything seen, nothing speaks against it. `changed`: another
 * head was seen at this length. `behind`: shorter than what was seen before, so it was cut or restored.
 */
export type HeadVerdict = 'fits' | 'ahead' | 'changed' | 'behind';

/** Heads kept for one box; the newest one is never dropped. */
const headsKept = 10_000;

export interface Witness {
  readonly newest: () => JournalHead | null;
  /** Does the end of the journal, as it is shown now, still fit what was witnessed? */
  readonly judge: (shown: JournalHead) => HeadVerdict;
  readonly keep: (seen: JournalHead) => void;
}

export const createWitness = (): Witness => {
  const heads = new Map<number, string>();
  let newest: JournalHead | null = null;
  return {
    newest: () => newest,
    judge: ({ records, head }) => {
      const known = heads.get(records);
      if (known !== undefined && known !== head) return 'changed';
      if (newest !== null && records < newest.records) return 'behind';
      return known === undefined ? 'ahead' : 'fits';
    },
    keep: (seen) => {
      if (!heads.has(seen.records)) heads.set(seen.records, seen.head);
      if (newest === null || seen.records > newest.records) newest = seen;
      for (const oldest of heads.keys()) {
        if (heads.size <= headsKept) break;
        heads.delete(oldest);
      }
    },
  };
};
