export type Lane = 'urgent' | 'background';

/** One at a time, urgent ones first; what is waiting in the background waits until nothing urgent does. */
export interface Turns {
  readonly run: <T>(lane: Lane, work: () => Promise<T>) => Promise<T>;
}

export const createTurns = (): Turns => {
  const waiting: Record<Lane, (() => void)[]> = { urgent: [], background: [] };
  let isBusy = false;
  const next = (): void => {
    const start = waiting.urgent.shift() ?? waiting.background.shift();
    if (start === undefined) isBusy = false;
    else start();
  };
  const entered = (lane: Lane): Promise<void> => {
    if (!isBusy) {
      isBusy = true;
      return Promise.resolve();
    }
    return new Promise((resolve) => waiting[lane].push(resolve));
  };
  return {
    run: async (lane, work) => {
      await entered(lane);
      try {
        return await work();
      } finally {
        next();
      }
    },
  };
};
