import { join } from 'node:path';
import { openControlServer, type ControlServer } from '../console/control-server.ts';
import { failed, type Failure } from '../words/failure.ts';
import { feedPorts } from './feed-ports.ts';
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
const closedServer = ({ ties }: Tied, path: string, error: unknown): ControlServer => {
  const detail = error instanceof Error ? error.message : String(error);
  ties.settings.onFailure?.(failed('control-unreachable', { path, detail }).failure);
  return { close: () => Promise.resolve(), leave: () => Promise.resolve() };
};

export const openControl = async (tied: Tied): Promise<ControlServer> => {
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
  try {
    return await openControlServer(path, {
      obey: (request) => obeyControl(ports, request),
      watch: (watcher) => feedWatcher(feed, watcher),
      now: ties.ports.stopwatch,
      crowded: toldSeldom(ties.ports.stopwatch, (failure) => ties.settings.onFailure?.(failure)),
    });
  } catch (error) {
    return closedServer(tied, path, error);
  }
};
