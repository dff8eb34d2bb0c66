import type { RunMark } from '../support/ledger.ts';
import type { FireBreach } from './section.ts';

/** One long run of one section, as the ledger keeps it. */
export interface FireRow extends RunMark {
  readonly section: string;
  readonly seed: number;
  readonly count: number;
  readonly minutes: number;
  readonly counts: Readonly<Record<string, number>>;
  readonly broken: readonly FireBreach[];
}

export const fireLedger = 'tests/fire/ledger.ndjson';

/** What all runs of a section over the same covered folders come to. */
export const sumOf = (rows: readonly FireRow[], section: string, covered: string) => {
  const same = rows.filter((row) => row.section === section && row.covered === covered);
  return {
    runs: same.length,
    count: same.reduce((sum, { count }) => sum + count, 0),
    broken: same.reduce((sum, { broken }) => sum + broken.length, 0),
  };
};
