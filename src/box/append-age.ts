/** How long the oldest append to the journal has been under way: a disk that hangs answers nothing at all. */
export interface AppendAge {
  readonly watch: <T>(append: () => Promise<T>) => Promise<T>;
  /** Ms since the oldest append still under way began; 0 when none is. */
  readonly oldestMs: () => number;
}

/** Watches appends, whatever becomes of them: a journal that refuses answers at once, and a restart would not help it. */
export const watchAppends = (mono: () => number): AppendAge => {
  const begun = new Map<symbol, number>();
  return {
    watch: async (append) => {
      const key = Symbol('append');
      begun.set(key, mono());
      try {
        return await append();
      } finally {
        begun.delete(key);
      }
    },
    oldestMs: () => {
      const [oldest] = begun.values();
      return oldest === undefined ? 0 : mono() - oldest;
    },
  };
};
