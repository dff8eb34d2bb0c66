/** How long something stood still while it lived. */
export interface Stillness {
  /** Called after every moment of its life. */
  readonly look: () => void;
  /** Begins anew: what was before does not count. */
  readonly begin: () => void;
  /** Ms of processor of its longest beat since this was last asked, the one that is not over included. */
  readonly longestMs: () => number;
}

/**
 * A life of seconds is no hang, however much work it holds; a beat of it for which the work takes longer than the beat is one.
 * `cpu` gives ms of processor, `now` the time of what lives, in ms.
 */
export const stillness = (beatMs: number, cpu: () => number, now: () => number): Stillness => {
  let [longest, from, since] = [0, cpu(), now()];
  const begin = (): void => void ([from, since] = [cpu(), now()]);
  const close = (): void => {
    longest = Math.max(longest, cpu() - from);
    begin();
  };
  return {
    begin,
    look: () => {
      if (now() - since >= beatMs) close();
    },
    longestMs: () => {
      close();
      const was = longest;
      longest = 0;
      return was;
    },
  };
};
