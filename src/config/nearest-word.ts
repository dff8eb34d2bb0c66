const longestCompared = 64;

/** Edit distance that counts a swap of neighbours as one step: the commonest slip of a typing hand. */
const distance = (left: string, right: string): number => {
  let before: number[] = [];
  let above = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let i = 1; i <= left.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= right.length; j += 1) {
      const same = left[i - 1] === right[j - 1];
      const change = (above[j - 1] ?? 0) + (same ? 0 : 1);
      const swapped = i > 1 && j > 1 && left[i - 1] === right[j - 2] && left[i - 2] === right[j - 1];
      const swap = swapped ? (before[j - 2] ?? 0) + 1 : change;
      row.push(Math.min(change, swap, (above[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1));
    }
    before = above;
    above = row;
  }
  return above[right.length] ?? 0;
};

/** The valid word that a person most likely meant; `—` when there is none to choose from. */
export const nearestWord = (word: string, valid: readonly string[]): string => {
  const written = word.slice(0, longestCompared).toLowerCase();
  let best = '—';
  let least = Number.POSITIVE_INFINITY;
  for (const one of valid) {
    const steps = distance(written, one.slice(0, longestCompared).toLowerCase());
    if (steps < least) [best, least] = [one, steps];
  }
  return best;
};
