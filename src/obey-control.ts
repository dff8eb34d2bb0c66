import type { ControlRequest } from './console/control-requests.ts';
import type { ControlAnswer } from './console/control-server.ts';
import type { Loop } from './loop.ts';
import type { Snapshot } from './uplink/messages.ts';
import { ok } from './words/failure.ts';

export interface ControlPorts {
  readonly loop: Loop;
  readonly snapshot: () => Snapshot;
  /** A fresh id for what a person starts or stops. */
  readonly newId: () => string;
}

/** What a person on site asks of the box becomes an event with a name; the answer says whether it is recorded. */
export const obeyControl = async (ports: ControlPorts, request: ControlRequest): Promise<ControlAnswer> => {
  const { loop, snapshot, newId } = ports;
  const id = newId();
  switch (request.do) {
    case 'status':
      return ok({ ...snapshot() });
    case 'trigger': {
      const { plan, zones, status, severity, text, person, sirenUnlocked } = request;
      const trigger = { id, plan, zones, status, severity, text, person, sirenUnlocked, source: 'cli' as const };
      return ok({ id, recorded: await loop.tell({ kind: 'trigger', trigger }) });
    }
    case 'stop':
      return ok({ id, recorded: await loop.tell({ kind: 'stop', source: 'cli', person: request.person, id }) });
    case 'continue':
      return ok({ id, recorded: await loop.tell({ kind: 'continue', person: request.person, id }) });
  }
};
