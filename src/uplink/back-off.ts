/** Pauses between attempts: at least 1 s, at most 60 s. */
export const backOffMinMs = 1000;
export const backOffMaxMs = 60_000;

/**
 * The pause before the next attempt: random between 1 s and a ceiling that doubles from 2 s to 60 s, so that a thousand
 * boxes do not come back to their centre in one second.
 *
 * @param attempt failed attempts so far, from 0
 * @param random a number of [0, 1)
 */
export const backOffMs = (attempt: number, random: number): number => {
  const ceiling = Math.min(backOffMaxMs, backOffMinMs * 2 ** Math.min(attempt + 1, 16));
  return Math.round(backOffMinMs + random * (ceiling - backOffMinMs));
};
