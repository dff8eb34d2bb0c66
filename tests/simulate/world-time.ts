interface Life {
  readonly remembers: boolean;
  readonly box: {
    readonly tied: { readonly ties: { readonly clock: { readonly now: () => { readonly mono: number } } } };
  };
}

/** What of a scene tells the time. */
export interface TimeScene {
  readonly village: { readonly time: { readonly now: () => number }; readonly life: () => Life | null };
  readonly history: { readonly deaths: readonly unknown[] };
  readonly memory: Map<string, number>;
}

const beginsKey = (life: number): string => `life ${life} begins, mono ms`;
const aheadKey = (life: number): string => `the world is ahead of life ${life}, ms`;

/**
 * How far the world's time is ahead of the box's, by the life that is looked at: the next one begins another. A life without
 * memory counts from nought and gives nothing out: it begins when it has its memory.
 */
export const rememberTime = ({ village, history, memory }: TimeScene): null => {
  const now = village.life();
  const clock = now?.box.tied.ties.clock;
  if (clock === undefined || now?.remembers === false) return null;
  const life = history.deaths.length;
  const { mono } = clock.now();
  if (!memory.has(beginsKey(life))) memory.set(beginsKey(life), mono);
  memory.set(aheadKey(life), village.time.now() - mono);
  return null;
};

/**
 * Box time as the world's. A receipt may be released long after it was made, by a disk that comes back or by a later life
 * that finds it there: the newest life that had begun by then is the one that made it.
 */
export const inWorldTime = (scene: TimeScene, mono: number): number => {
  rememberTime(scene);
  const { history, memory } = scene;
  for (let life = history.deaths.length; life >= 0; life -= 1)
    if ((memory.get(beginsKey(life)) ?? Infinity) <= mono) return mono + (memory.get(aheadKey(life)) ?? 0);
  return mono;
};
