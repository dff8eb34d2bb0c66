import { join } from 'node:path';
import type { ControlRequest } from '../console/control-requests.ts';
import { openControlServer, type ControlServer, type Watcher } from '../console/control-server.ts';
import { failed, type Failure } from '../words/failure.ts';
import { feedPorts } from './feed-ports.ts';
import { keepControl } from './keep-control.ts';
import { obeyControl } from './obey-control.ts';
import type { Tied } from './tie.ts';
import { snapshotNow } from './ties.ts';
import { feedWatcher } from './watch-feed.ts';

export const controlPath = (stateDir: string): string => join(stateDir, 'control.sock');

const seldomMs = 60_000;

/** A crowd is told once a minute, not once for each who is in it. */
const toldSeldom = (now: () => number, tell: (failure: Failure) => void): ((failure: Failure) => void) => {
  let toldAt = -Infinity;
  return (failure) => {
    if (now() - toldAt < seldomMs) return;
    toldAt = now();
    tell(failure);
  };
};

/** On a disk that takes no socket nobody can ask this box anything; its keys, sensors and lines work all the same. */
export const openControl = (tied: Tied, isOurs: () => boolean): Promise<ControlServer> => {
  const { ties, watch } = tied;
  const feed = feedPorts(tied);
  const ports = {
    loop: ties.loop(),
    snapshot: () => snapshotNow(ties),
    newId: () => ties.ports.newId(),
    began: (trace: string) => watch.beginNow(trace, ties.ports.stopwatch()),
    durable: (trace: string) => watch.durable(trace, ties.ports.stopwatch()),
  };
  const path = controlPath(ties.settings.stateDir);
  const tell = (failure: Failure): void => ties.settings.onFailure?.(failure);
  const port = {
    obey: (request: ControlRequest) => obeyControl(ports, request),
    watch: (watcher: Watcher) => feedWatcher(feed, watcher),
    now: ties.ports.stopwatch,
    crowded: toldSeldom(ties.ports.stopwatch, tell),
  };
  return keepControl({
    open: () => openControlServer(path, port),
    after: ties.ports.after,
    isOurs,
    onClosed: (detail) => tell(failed('control-unreachable', { path, detail }).failure),
    onOpen: () => tell(failed('control-open-again', { path }).failure),
  });
};
