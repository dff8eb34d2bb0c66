import type { Watcher } from '../console/control-server.ts';
import type { LiveView, SiteView, Watched } from '../console/view.ts';

export interface FeedPorts {
  readonly now: () => number;
  readonly after: (ms: number, call: () => void) => () => void;
  readonly site: () => SiteView;
  readonly live: () => LiveView;
  readonly onChange: (listener: () => void) => () => void;
}

/** A change is pushed at once, but never sooner than this after the push before; without change a sign of life follows. */
export const feedPace = { soonestMs: 1_000, latestMs: 2_000 } as const;

/** Everything at once, then what changes, to whoever watches. One that does not read gets nothing until it does. */
export const feedWatcher = (ports: FeedPorts, watcher: Watcher): (() => void) => {
  let sequence = 0;
  let pushedAt = -Infinity;
  let cancel: () => void = () => undefined;
  let ended = false;

  const push = (): void => {
    cancel();
    if (ended) return;
    if (sequence === 0 || watcher.keepsUp()) {
      sequence += 1;
      const watched: Watched = { sequence, live: ports.live(), ...(sequence === 1 ? { site: ports.site() } : {}) };
      watcher.push({ ...watched });
    }
    pushedAt = ports.now();
    cancel = ports.after(feedPace.latestMs, push);
  };
  const stopListening = ports.onChange(() => {
    const waitMs = pushedAt + feedPace.soonestMs - ports.now();
    cancel();
    // Never within the step that changed it: what is urgent goes to the wire first.
    cancel = ports.after(Math.max(0, waitMs), push);
  });
  push();
  return () => {
    ended = true;
    stopListening();
    cancel();
  };
};
