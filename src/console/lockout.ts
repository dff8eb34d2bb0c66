/** Where a try came from: the screen in the station, or anywhere on the network. Neither can lock out the other. */
export type Book = 'screen' | 'network';

export interface Try {
  readonly book: Book;
  readonly account: string;
  readonly address: string;
}

export interface LockoutPorts {
  /** Milliseconds on a scale that never runs backward. */
  readonly now: () => number;
  /** What was kept before, or null. */
  readonly load: () => string | null;
  /** Keeps it: a restart forgets no failure. */
  readonly save: (text: string) => void;
}

export interface Lockout {
  /** How long to wait before a try is looked at; 0: now. */
  readonly waitMs: (one: Try) => number;
  /** A wrong PIN. `report`: so many were wrong that somebody must be told. */
  readonly wrong: (one: Try) => { readonly report: boolean; readonly wrongToday: number };
  readonly right: (one: Try) => void;
}

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** Reliability limits: 5 tries, then 60 s doubling to 1 h; 60 an hour in all, 6 an hour after 20 that were wrong. */
export const lockoutLimits = {
  free: 5,
  firstLockMs: 60_000,
  longestLockMs: hourMs,
  perHour: 60,
  alarmedAfter: 20,
  perHourAlarmed: 6,
  reportEveryMs: hourMs,
  names: 256,
} as const;

interface Entry {
  readonly failures: number;
  readonly lockedUntil: number;
  readonly lastAt: number;
}

interface Kept {
  readonly entries: readonly (readonly [string, number, number, number])[];
  readonly wrong: readonly (readonly [Book, number])[];
}

const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);
const isRow = (row: unknown): row is readonly [string, number, number, number] =>
  Array.isArray(row) && row.length === 4 && typeof row[0] === 'string' && row.slice(1).every(isNumber);
const isWrong = (row: unknown): row is readonly [Book, number] =>
  Array.isArray(row) && row.length === 2 && (row[0] === 'screen' || row[0] === 'network') && isNumber(row[1]);

/** What was kept, if it can be read at all. Times are kept as ages and rests: clocks of two starts do not compare. */
const parseKept = (text: string | null): Kept => {
  try {
    const value: unknown = JSON.parse(text ?? '{}');
    const list = (name: string): readonly unknown[] => {
      const found: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, name) : null;
      return Array.isArray(found) ? found.slice(0, 4096) : [];
    };
    return { entries: list('entries').filter(isRow), wrong: list('wrong').filter(isWrong) };
  } catch {
    return { entries: [], wrong: [] };
  }
};

const lockMs = (failures: number): number => {
  const { free, firstLockMs, longestLockMs } = lockoutLimits;
  return failures < free ? 0 : Math.min(longestLockMs, firstLockMs * 2 ** Math.min(20, failures - free));
};

const namesOf = ({ book, account, address }: Try): readonly string[] => [`${book} ${account}`, `${book} @${address}`];

const entriesFrom = (kept: Kept, at: number): Map<string, Entry> =>
  new Map(
    kept.entries.map(([name, failures, restMs, ageMs]) => [
      name,
      { failures, lockedUntil: at + Math.min(restMs, lockoutLimits.longestLockMs), lastAt: at - ageMs },
    ]),
  );

interface Wrong {
  readonly book: Book;
  readonly at: number;
}

const keptText = (entries: ReadonlyMap<string, Entry>, wrongs: readonly Wrong[], at: number): string => {
  const rows = [...entries].map(([name, { failures, lockedUntil, lastAt }]) => [
    ...[name, failures, Math.max(0, lockedUntil - at), at - lastAt],
  ]);
  return JSON.stringify({ entries: rows, wrong: wrongs.map((one) => [one.book, at - one.at]) });
};

/** Counts wrong PINs by account, by address and in all, for the station's own screen and for the network apart. */
export const createLockout = ({ now, load, save }: LockoutPorts): Lockout => {
  const before = parseKept(load());
  const startedAt = now();
  const entries = entriesFrom(before, startedAt);
  let wrongs = before.wrong.map(([book, ageMs]) => ({ book, at: startedAt - ageMs }));
  const reportedAt = new Map<Book, number>();

  const forget = (): void => {
    const at = now();
    wrongs = wrongs.filter((one) => one.at > at - dayMs).slice(-2048);
    for (const [name, entry] of entries) if (entry.lastAt < at - dayMs && entry.lockedUntil <= at) entries.delete(name);
    for (const name of entries.keys()) {
      if (entries.size <= lockoutLimits.names) break;
      entries.delete(name);
    }
  };
  const keep = (): void => save(keptText(entries, wrongs, now()));
  const today = (book: Book): readonly number[] =>
    wrongs.filter((one) => one.book === book && one.at > now() - dayMs).map((one) => one.at);

  const hourlyWaitMs = (book: Book): number => {
    const all = today(book);
    const most = all.length >= lockoutLimits.alarmedAfter ? lockoutLimits.perHourAlarmed : lockoutLimits.perHour;
    const lastHour = all.filter((at) => at > now() - hourMs);
    const frees = lastHour[lastHour.length - most];
    return frees === undefined ? 0 : Math.max(1, frees + hourMs - now());
  };

  return {
    waitMs: (one) => {
      forget();
      const locks = namesOf(one).map((name) => (entries.get(name)?.lockedUntil ?? 0) - now());
      return Math.max(0, hourlyWaitMs(one.book), ...locks);
    },
    wrong: (one) => {
      const at = now();
      for (const name of namesOf(one)) {
        const failures = (entries.get(name)?.failures ?? 0) + 1;
        entries.delete(name);
        entries.set(name, { failures, lockedUntil: at + lockMs(failures), lastAt: at });
      }
      wrongs.push({ book: one.book, at });
      forget();
      keep();
      const wrongToday = today(one.book).length;
      const report =
        wrongToday >= lockoutLimits.alarmedAfter &&
        at - (reportedAt.get(one.book) ?? -Infinity) >= lockoutLimits.reportEveryMs;
      if (report) reportedAt.set(one.book, at);
      return { report, wrongToday };
    },
    right: (one) => {
      for (const name of namesOf(one)) entries.delete(name);
      keep();
    },
  };
};
