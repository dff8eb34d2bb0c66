import type { CentreFailure } from './codes.ts';
import type { Log } from './folder.ts';

/** Something that is not as it should be, as a person sees it and as problems.ndjson keeps it. */
export interface Remark extends CentreFailure {
  readonly at: number;
  readonly box: string | null;
}

export interface Remarks {
  readonly add: (failure: CentreFailure, box: string | null) => void;
  /** Oldest first, the newest 200. */
  readonly list: () => readonly Remark[];
  /** Of the whole run. */
  readonly count: () => number;
}

const shownMax = 200;
/** A peer that sends nonsense all day must not fill the disk. */
const loggedMax = 10_000;

export const createRemarks = (log: Log, wall: () => number, changed: () => void): Remarks => {
  const shown: Remark[] = [];
  let count = 0;
  return {
    add: (failure, box) => {
      const remark: Remark = { at: wall(), box, ...failure, detail: failure.detail.slice(0, 256) };
      count += 1;
      shown.push(remark);
      if (shown.length > shownMax) shown.shift();
      // What cannot be written is still shown: the remark itself says that the disk failed.
      if (count <= loggedMax)
        log.append(remark).catch((error: unknown) => {
          shown.push({ ...remark, code: 'centre-disk', field: 'problems.ndjson', detail: String(error) });
        });
      changed();
    },
    list: () => [...shown],
    count: () => count,
  };
};
