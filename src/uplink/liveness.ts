/** Between two looks at the link: a ping goes out, and one without any answer since is counted. */
export const pingEveryMs = 30_000;
/** So many looks in a row without a sign of life end the link: a half-open one is found within 90 s. */
export const missesAllowed = 2;

/** Was anything heard since the last ping, and how many pings before it went without an answer? */
export interface Liveness {
  readonly pinged: boolean;
  readonly heard: boolean;
  readonly misses: number;
}

export const newLink: Liveness = { pinged: false, heard: false, misses: 0 };

/** The look every 30 s: the next state, and whether the link is dead. */
export const look = ({ pinged, heard, misses }: Liveness): { readonly next: Liveness; readonly dead: boolean } => {
  const counted = pinged && !heard ? misses + 1 : 0;
  return { next: { pinged: true, heard: false, misses: counted }, dead: counted >= missesAllowed };
};
