import { liveViewOf } from './live-view.ts';
import { version } from './program.ts';
import { siteViewOf } from './site-view.ts';
import type { Tied } from './tie.ts';
import type { FeedPorts } from './watch-feed.ts';
import type { LiveView } from '../console/view.ts';

const seenTerminals = ({ ties: { files }, witness }: Tied): ReadonlyMap<string, number> =>
  new Map(
    files.loaded.wiring.terminals.flatMap(({ terminal, output }): [string, number][] => {
      const at = output === null ? undefined : witness.seenAt(output.line, output.unit);
      return at === undefined ? [] : [[terminal, at]];
    }),
  );

/** What whoever watches this box gets to see. */
export const feedPorts = (tied: Tied): FeedPorts => {
  const { ties, loop, witness } = tied;
  const { ports, files, clock, troubles } = ties;
  let state: LiveView['uplink']['state'] = 'none';
  let since: number | null = null;
  const uplinkNow = (at: number): LiveView['uplink'] => {
    const now = tied.uplink === null ? 'none' : tied.uplink.connected() ? 'connected' : 'lost';
    if (now !== state) [state, since] = [now, at];
    return { state, sinceMs: since === null ? null : at - since };
  };
  return {
    now: ports.stopwatch,
    after: ports.after,
    onChange: witness.onChange,
    site: () => siteViewOf(loop.village().durable.site ?? files.loaded.site, files.loaded.people, files.loaded.wiring),
    live: () => {
      const at = clock.now();
      const { durable, senses } = loop.village();
      return liveViewOf({
        ...{ durable, looks: senses.looks, at },
        software: `mingluo ${version}`,
        uplink: uplinkNow(at.mono),
        isDurable: loop.isDurable(),
        troubles: [...troubles],
        receipts: witness.receipts(),
        outcome: witness.outcome,
        seenAt: seenTerminals(tied),
      });
    },
  };
};
