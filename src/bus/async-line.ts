import { failed, type Failure } from '../words/failure.ts';
import type { Connector } from './connector.ts';
import type { LineClock } from './line-clock.ts';
import { LineMachine } from './line-machine.ts';
import { deafPort, type LineOptions } from './line-options.ts';
import type { Exchange, ExchangeTiming, LineHealth, LineState, ModbusLine, Reply } from './line.ts';
import type { LineAction, MachineSettings, Outcome } from './machine-settings.ts';
import { Reopener } from './reopener.ts';

/** The reply as the submitter sees it. */
export const replyOf = (outcome: Outcome, timing: ExchangeTiming): Reply =>
  outcome.ok ? { ok: true, pdu: outcome.pdu, timing } : { ok: false, failure: outcome.failure, timing };

/**
 * The asynchronous runner of the line machine: TCP lines on the main thread, and every line of the simulator, which
 * passes its own clock and its own wire.
 */
export class AsyncLine implements ModbusLine {
  readonly id: string;
  private readonly machine: LineMachine;
  private readonly clock: LineClock;
  private readonly options: LineOptions;
  private readonly port: Reopener;
  private readonly waiting = new Map<number, (reply: Reply) => void>();
  private lastId = 0;
  private timer: { readonly at: number; cancel(): void } | null = null;

  constructor(settings: MachineSettings, connector: Connector, clock: LineClock, options: LineOptions = {}) {
    this.id = settings.id;
    this.machine = new LineMachine(settings);
    this.clock = clock;
    this.options = options;
    this.port = new Reopener(connector, clock, {
      opened: () => this.perform(this.machine.opened(clock.now())),
      bytes: (chunk) => this.perform(this.machine.bytes(chunk, clock.now())),
      gone: (reason) => this.perform(this.machine.gone(this.goneBecause(reason), clock.now())),
    });
    this.port.start();
  }

  get state(): LineState {
    return this.port.state;
  }

  onState(listener: (state: LineState) => void): void {
    this.port.onState(listener);
  }

  health(): LineHealth {
    return this.machine.health();
  }

  submit(exchange: Exchange): Promise<Reply> {
    this.lastId += 1;
    const id = this.lastId;
    return new Promise((resolve) => {
      this.waiting.set(id, resolve);
      const now = this.clock.now();
      this.perform([...this.machine.submit(id, exchange, now), ...this.machine.tick(now)]);
    });
  }

  close(): Promise<void> {
    this.port.close();
    this.perform(this.machine.gone(failed('line-closed', { line: this.id }).failure, this.clock.now()));
    this.timer?.cancel();
    return Promise.resolve();
  }

  private goneBecause(reason: string): Failure {
    return failed('line-gone', { line: this.id, reason }).failure;
  }

  private perform(actions: readonly LineAction[]): void {
    for (const action of actions) this.act(action);
    const { missesInRow } = this.machine;
    if (missesInRow >= deafPort.misses && this.port.openForMs >= deafPort.openForMs) {
      this.port.reset('no unit answers');
      return;
    }
    this.arm();
  }

  private act(action: LineAction): void {
    const line = this.id;
    switch (action.do) {
      case 'send': {
        this.port.write(action.frame);
        const at = this.clock.now();
        this.machine.sent(at);
        this.options.onFrame?.({ line, direction: 'sent', bytes: action.frame, at, trace: action.trace });
        return;
      }
      case 'settle': {
        this.waiting.get(action.id)?.(replyOf(action.outcome, action.timing));
        this.waiting.delete(action.id);
        return;
      }
      case 'heard':
        this.options.onFrame?.({ line, direction: 'received', ...omitDo(action) });
        return;
      case 'unit':
        this.options.onUnit?.({ line, unit: action.unit, state: action.state, at: action.at });
        return;
    }
  }

  private arm(): void {
    const at = this.machine.wakeAt;
    if (this.timer !== null && at === this.timer.at) return;
    this.timer?.cancel();
    this.timer = null;
    if (at === null) return;
    const handle = this.clock.at(at, () => {
      this.timer = null;
      this.perform(this.machine.tick(this.clock.now()));
    });
    this.timer = { at, cancel: () => handle.cancel() };
  }
}

const omitDo = ({ bytes, at, trace }: { bytes: Uint8Array; at: number; trace: string | null }) => ({
  bytes,
  at,
  trace,
});
