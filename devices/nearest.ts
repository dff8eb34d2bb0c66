/** Edit distance of two words, by rows. */
const distance = (a: string, b: string): number => {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
};

/** The word a person most likely meant; '' when there is none to choose from. */
export const nearestWord = (word: string, words: readonly string[]): string =>
  words.reduce<{ readonly best: string; readonly cost: number }>(
    ({ best, cost }, one) => {
      const now = distance(word.slice(0, 64).toLowerCase(), one.toLowerCase());
      return now < cost ? { best: one, cost: now } : { best, cost };
    },
    { best: '', cost: Number.POSITIVE_INFINITY },
  ).best;
