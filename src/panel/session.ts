import type { PanelWiring } from '../core/wiring.ts';
import type { PanelBoard } from './board.ts';
import { createButton, type Button } from './buttons.ts';
import { watchKey, type KeyWatch } from './key-watch.ts';
import { levelsAt, type Levels, type PanelShow } from './panel-show.ts';
import { pinsOf } from './pins.ts';
import type { PanelReport } from './report.ts';
import type { PanelTimers } from './timers.ts';
import { failed, type Failure } from '../words/failure.ts';

export interface SessionOptions {
  readonly board: PanelBoard;
  readonly wiring: PanelWiring;
  readonly timers: PanelTimers;
  /** Buttons that were down for too long when the last attachment ended: down at once is then no press. */
  readonly stuck: ReadonlySet<string>;
  readonly show: () => PanelShow;
  readonly report: (report: PanelReport) => void;
  /** The link is down, told once; the session does nothing any more. */
  readonly onEnd: (failure: Failure) => void;
}

export interface Session {
  /** Something else is to be shown: at once, not at the next tick. */
  refresh(): void;
  /** Bytes on the wire that were no frame. */
  noise(bytes: number): void;
  close(): void;
}

const tickMs = 250;
const heartbeatMs = 2_000;
/**
 * The inputs are asked for so often, because a board tells a change once: a report that noise swallowed or made up is put
 * right before a finger has left the button.
 */
const pollMs = 100;
/** Noise within a second beyond which nothing on this wire is believed, and the board is attached anew. */
export const noiseMax = 256;
const noiseWindowMs = 1_000;

type Verdict = 'fine' | 'silent' | 'changed';

/**
 * One attachment of a board. It first drives every output as it should be now, reads all pins back, and only then believes
 * a key; a stop is believed from the first report on. A link state of its own: every pin is asked for its state every two seconds.
 */
class PanelSession implements Session {
  private readonly options: SessionOptions;
  private readonly pins;
  private readonly written = new Map<number, boolean>();
  private readonly reported = new Set<number>();
  private readonly buttons: ReadonlyMap<number, Button>;
  private key: KeyWatch | null = null;
  private noisy = { since: 0, bytes: 0 };
  private isOpen = true;
  private cancelTick = (): void => undefined;
  private cancelBeat = (): void => undefined;
  private cancelPoll = (): void => undefined;

  constructor(options: SessionOptions) {
    this.options = options;
    const { board, wiring, timers, stuck, report } = options;
    this.pins = pinsOf(wiring);
    const button = (name: 'stop' | 'acknowledge', againAfterMs: number) =>
      createButton({
        timers,
        againAfterMs,
        firstCounts: name === 'stop' && !stuck.has(name),
        wasStuck: stuck.has(name),
        onPress: () => report({ say: name }),
        onStuck: (isStuck) => report({ say: 'stuck', button: name, isStuck }),
      });
    this.buttons = new Map([
      ...(wiring.stop === null ? [] : [[wiring.stop, button('stop', 500)] as const]),
      ...(wiring.acknowledge === null ? [] : [[wiring.acknowledge, button('acknowledge', 1_000)] as const]),
    ]);
    board.onContact = (pin, isClosed) => this.contact(pin, isClosed);
    board.onRestart = () => void this.lookNow();
  }

  async begin(): Promise<void> {
    this.drive(true);
    this.poll();
    const found = await this.look();
    if (!this.isOpen) return;
    // Answers come in order: a board that has told its pins and not its inputs never will.
    const isMute = this.pins.inputs.some(({ pin }) => !this.reported.has(pin));
    if (found !== 'fine' || isMute) {
      this.end(found === 'changed' ? 'changed' : 'silent');
      return;
    }
    this.believeKey();
    this.tick();
    this.beat();
    this.options.report({ say: 'up' });
  }

  refresh(): void {
    if (this.isOpen) this.drive(false);
  }

  noise(bytes: number): void {
    if (!this.isOpen) return;
    const now = this.options.timers.now();
    if (now - this.noisy.since >= noiseWindowMs) this.noisy = { since: now, bytes: 0 };
    this.noisy.bytes += bytes;
    this.key?.disturbed();
    if (this.noisy.bytes > noiseMax) this.finish(failed('panel-noise', { bytes: this.noisy.bytes }).failure);
  }

  close(): void {
    this.isOpen = false;
    this.cancelTick();
    this.cancelBeat();
    this.cancelPoll();
    this.key?.close();
    for (const button of this.buttons.values()) button.close();
  }

  private contact(pin: number, isClosed: boolean): void {
    if (!this.isOpen) return;
    this.reported.add(pin);
    this.buttons.get(pin)?.contact(isClosed);
    const { keySwitch } = this.options.wiring;
    if (pin === keySwitch?.normallyOpen) this.key?.contact('open', isClosed);
    if (pin === keySwitch?.normallyClosed) this.key?.contact('closed', isClosed);
  }

  private believeKey(): void {
    const { board, timers, report, wiring } = this.options;
    if (wiring.keySwitch === null) return;
    const { normallyOpen, normallyClosed } = wiring.keySwitch;
    this.key = watchKey({ board, timers, normallyOpen, normallyClosed, report });
    this.askInputs();
  }

  /** Writes what differs from what was last written; `all` writes every output, whatever the board held before. */
  private drive(all: boolean): void {
    const levels: Levels = levelsAt(this.options.show(), this.options.timers.now());
    for (const { name, pin } of this.pins.outputs) {
      // Nothing beeps before the board is known to obey.
      const level = all && name === 'buzzer' ? false : levels[name];
      if (!all && this.written.get(pin) === level) continue;
      this.options.board.write(pin, level);
      this.written.set(pin, level);
    }
  }

  private tick(): void {
    if (!this.isOpen) return;
    this.drive(false);
    this.cancelTick = this.options.timers.after(tickMs, () => this.tick());
  }

  private askInputs(): void {
    this.options.board.ask(this.pins.inputs.map(({ pin }) => pin));
  }

  private poll(): void {
    this.askInputs();
    this.cancelPoll = this.options.timers.after(pollMs, () => this.poll());
  }

  private beat(): void {
    this.cancelBeat = this.options.timers.after(heartbeatMs, () => {
      void this.lookNow().then(() => {
        if (this.isOpen) this.beat();
      });
    });
  }

  private async lookNow(): Promise<void> {
    const found = await this.look();
    if (this.isOpen && found !== 'fine') this.end(found);
  }

  /** Every pin as the board sees it, one after the other; a word that is missing or wrong is asked for once more. */
  private async look(): Promise<Verdict> {
    for (const { pin } of [...this.pins.inputs, ...this.pins.outputs]) {
      const first = await this.lookAt(pin);
      const found = first === 'fine' ? first : await this.lookAt(pin);
      if (found !== 'fine' || !this.isOpen) return found;
    }
    return 'fine';
  }

  private async lookAt(pin: number): Promise<Verdict> {
    const { board } = this.options;
    const level = this.written.get(pin);
    const word = await board.query(pin);
    if (word === null) return 'silent';
    const isRight =
      level === undefined
        ? word.mode === board.modes.input
        : word.mode === board.modes.output && (word.state !== 0) === level;
    return isRight ? 'fine' : 'changed';
  }

  private end(found: Exclude<Verdict, 'fine'>): void {
    this.finish(failed(found === 'silent' ? 'panel-link-lost' : 'panel-board-restarted').failure);
  }

  private finish(failure: Failure): void {
    if (!this.isOpen) return;
    this.close();
    this.options.onEnd(failure);
  }
}

export const startSession = (options: SessionOptions): Session => {
  const session = new PanelSession(options);
  void session.begin();
  return session;
};
