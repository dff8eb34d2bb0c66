import type { ControlRequest } from '../console/control-requests.ts';
import type { ControlAnswer } from '../console/control-server.ts';
import type { Event } from '../core/event.ts';
import type { Receipt } from '../core/receipt.ts';
import type { Loop } from './loop.ts';
import type { Snapshot } from '../uplink/messages.ts';
import { retold } from '../words/error-codes.ts';
import { failed, ok, type Failure } from '../words/failure.ts';

export interface ControlPorts {
  readonly loop: Pick<Loop, 'ask'>;
  readonly snapshot: () => Snapshot;
  /** A fresh id for what a person starts or stops. */
  readonly newId: () => string;
  /** A person's order is on its way to sound, under this id. */
  readonly began?: (trace: string) => void;
  /** Its record is durable. */
  readonly durable?: (trace: string) => void;
}

/** The refusal among the receipts of one event, as a failure with its words; null when there is none. */
export const refusalIn = (receipts: readonly Receipt[], trace: string): Failure | null => {
  for (const receipt of receipts) {
    const { body } = receipt;
    if (receipt.trace !== trace || body.stage !== 'refused') continue;
    const failure = retold(body.code, body.detail);
    if (failure !== null) return failure;
  }
  return null;
};

/** Feeds what a person asked for; a refusal is the answer, else its id and whether it is recorded. */
const askFor = async ({ loop, began, durable }: ControlPorts, id: string, event: Event): Promise<ControlAnswer> => {
  began?.(id);
  const { receipts, recorded } = loop.ask(event);
  const isRecorded = await recorded;
  if (isRecorded) durable?.(id);
  const failure = refusalIn(receipts, id);
  return failure === null ? ok({ id, recorded: isRecorded }) : { ok: false, failure };
};

type AnswerRequest = Extract<ControlRequest, { do: 'answer' }>;

/** 叫应: the alerts that were answered; with none waiting the person is told so. */
const answerNow = async ({ loop }: ControlPorts, id: string, request: AnswerRequest): Promise<ControlAnswer> => {
  const { person, source = 'cli' } = request;
  const { receipts, recorded } = loop.ask({ kind: 'answered', source, person, id });
  const alerts = receipts.flatMap(({ body, alert }) => (body.stage === 'answered' && alert !== null ? [alert] : []));
  return alerts.length === 0 ? failed('nothing-to-answer') : ok({ id, alerts, recorded: await recorded });
};

/** What a person on site asks of the box becomes an event with a name; the answer says whether it is recorded. */
export const obeyControl = async (ports: ControlPorts, request: ControlRequest): Promise<ControlAnswer> => {
  const id = ports.newId();
  switch (request.do) {
    case 'status':
      return ok({ ...ports.snapshot() });
    case 'trigger': {
      const { plan, zones, status, severity, text, person, sirenUnlocked, source = 'cli' } = request;
      const trigger = { id, plan, zones, status, severity, text, person, sirenUnlocked, source };
      return askFor(ports, id, { kind: 'trigger', trigger });
    }
    case 'stop':
      return askFor(ports, id, { kind: 'stop', source: request.source ?? 'cli', person: request.person, id });
    case 'quiet-test':
      return askFor(ports, id, { kind: 'quiet-test', terminals: request.terminals, person: request.person, id });
    case 'continue': {
      const { person, alert } = request;
      return askFor(ports, id, { kind: 'continue', person, id, ...(alert === undefined ? {} : { alert }) });
    }
    case 'lift': {
      const { what, alert, text, person } = request;
      return askFor(ports, id, { kind: 'lift', what, alert, text, person, id });
    }
    case 'note':
      return askFor(ports, id, { kind: 'noted', code: request.code, detail: String(request.wrong) });
    case 'watch':
      return failed('control-request-invalid', { detail: 'do: watch' });
    case 'answer':
      return answerNow(ports, id, request);
  }
};
