/** Values pushed on one side and iterated on the other, in order. What was pushed before `end` is still given. */
export interface Channel<T> extends AsyncIterable<T> {
  readonly push: (value: T) => void;
  readonly end: () => void;
}

/** `onLeft` is called when the reader leaves before the end. Not bounded by itself: the writer's limits bound it. */
export const createChannel = <T>(onLeft: () => void): Channel<T> => {
  const values: T[] = [];
  let isEnded = false;
  let wake: (() => void) | null = null;
  const stir = (): void => {
    wake?.();
    wake = null;
  };
  const read = async function* (): AsyncGenerator<T> {
    try {
      for (;;) {
        const value = values.shift();
        if (value !== undefined) yield value;
        else if (isEnded) return;
        else await new Promise<void>((resolve) => (wake = resolve));
      }
    } finally {
      if (!isEnded) onLeft();
    }
  };
  return {
    push: (value) => {
      values.push(value);
      stir();
    },
    end: () => {
      isEnded = true;
      stir();
    },
    [Symbol.asyncIterator]: read,
  };
};
