/** Bounds of the control socket. Every one of them is small beside what the box can bear, and large beside what people do. */
export const controlLimits = {
  seats: 128,
  watchers: 8,
  /** Requests of one connection that are worked on at the same time; what it sends beyond waits unread. */
  atOnce: 8,
  /** `status` and `watch` cost the most and move nothing: so many a second in the long run, and so many after a rest. */
  looks: { perSecond: 20, burst: 40 },
  idleMs: 30_000,
} as const;

/** One connection, as far as its right to stay goes. */
export interface Seat {
  /** Requests that the box works on. */
  working: number;
  watching: boolean;
  /** Tells it that there is no room, and shuts it. */
  readonly showOut: () => void;
}

export interface Seats {
  /** False: there is no room, because the box works for everybody who is there. */
  readonly take: (seat: Seat) => boolean;
  readonly watch: (seat: Seat) => void;
  readonly leave: (seat: Seat) => void;
}

/**
 * Who may stay. A newcomer always gets in: whoever has been idle for longest makes room, so that a script that opens
 * connections without end shows out its own and never keeps a person away. Nobody is shown out while the box works for them.
 *
 * @param crowded told each time somebody had to go
 */
export const createSeats = (
  { seats: most, watchers }: { readonly seats: number; readonly watchers: number },
  crowded: () => void,
): Seats => {
  // In the order of arrival.
  const seats = new Set<Seat>();
  const showOutFirst = (fits: (seat: Seat) => boolean): boolean => {
    const gone = [...seats].find(fits);
    crowded();
    if (gone === undefined) return false;
    seats.delete(gone);
    gone.showOut();
    return true;
  };
  return {
    take: (seat) => {
      if (seats.size >= most && !showOutFirst(({ working, watching }) => working === 0 && !watching)) return false;
      seats.add(seat);
      return true;
    },
    watch: (seat) => {
      // The page comes back by itself: a script that watches without end delays it, and cannot keep it out.
      if ([...seats].filter(({ watching }) => watching).length >= watchers) showOutFirst(({ watching }) => watching);
      seat.watching = true;
    },
    leave: (seat) => void seats.delete(seat),
  };
};

/** True while there are few enough looks; `now` in milliseconds of any clock that only goes forward. */
export const lookBudget = ({ looks: { perSecond, burst } }: typeof controlLimits): ((now: number) => boolean) => {
  let left: number = burst;
  let at = -Infinity;
  return (now) => {
    left = Math.min(burst, left + ((now - at) * perSecond) / 1000);
    at = now;
    if (left < 1) return false;
    left -= 1;
    return true;
  };
};
