/** One value at one moment. */
export interface Point {
  readonly atMs: number;
  readonly value: number;
}

const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
};

const hourMs = 3_600_000;

/**
 * The rise an hour: the median over the slopes of all pairs (Theil 1950, Sen 1968). Up to a quarter of the points may lie
 * anywhere (a child that lived for a moment, a collection of garbage) and it stays what it is. 0 for fewer than two moments.
 */
export const risePerHour = (points: readonly Point[]): number => {
  const slopes = points.flatMap((one, index) =>
    points
      .slice(index + 1)
      .flatMap((two) => (two.atMs === one.atMs ? [] : [((two.value - one.value) * hourMs) / (two.atMs - one.atMs)])),
  );
  return median(slopes);
};

/** What is left when the first half, in which everything warms up, is taken off. */
export const lastHalf = <T extends { readonly atMs: number }>(points: readonly T[]): readonly T[] => {
  const [first, last] = [points[0]?.atMs ?? 0, points.at(-1)?.atMs ?? 0];
  return points.filter(({ atMs }) => atMs >= (first + last) / 2);
};
