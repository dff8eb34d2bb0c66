import { join } from 'node:path';
import { openControlServer, type ControlServer } from '../console/control-server.ts';
import { obeyControl } from './obey-control.ts';
import type { Tied } from './tie.ts';
import { newId, snapshotNow } from './ties.ts';

export const controlPath = (stateDir: string): string => join(stateDir, 'control.sock');

export const openControl = ({ ties, watch }: Tied): Promise<ControlServer> => {
  const ports = {
    loop: ties.loop(),
    snapshot: () => snapshotNow(ties),
    newId,
    began: (trace: string) => watch.beginNow(trace, performance.now()),
    durable: (trace: string) => watch.durable(trace, performance.now()),
  };
  return openControlServer(controlPath(ties.settings.stateDir), (request) => obeyControl(ports, request));
};
