import type { Snapshot } from '../uplink/messages.ts';

/** What of a snapshot is news: ages, clock and journal change all the time. */
const newsIn = ({ broadcasts, terminals, troubles }: Snapshot): string =>
  JSON.stringify([broadcasts, terminals.map(({ id, health, sounding }) => [id, health, sounding]), troubles]);

/** True when the state is another one than at the last call, so that the centre is to hear of it; a quiet village costs nothing. */
export const watchState = (snapshot: () => Snapshot): (() => boolean) => {
  let last = newsIn(snapshot());
  return () => {
    const news = newsIn(snapshot());
    const isNew = news !== last;
    last = news;
    return isNew;
  };
};
