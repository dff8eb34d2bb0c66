import type { PanelWiring } from '../core/wiring.ts';
import { attachBoard } from './board.ts';
import type { PanelWire } from './guarded-transport.ts';
import { dark, sameShow, type PanelShow } from './panel-show.ts';
import { pinsOf } from './pins.ts';
import type { PanelReport } from './report.ts';
import { startSession, type Session } from './session.ts';
import type { PanelTimers } from './timers.ts';
import { wholeCharacters } from '../words/bilingual.ts';
import { explain } from '../words/error-codes.ts';
import type { Failure, Result } from '../words/failure.ts';

/** An open port. */
export interface PanelPort extends PanelWire {
  /** Unplugged, or broken; told at most once. Set by the keeper. */
  onGone: (failure: Failure) => void;
  close(): Promise<void>;
}

export interface KeeperOptions {
  readonly wiring: PanelWiring;
  readonly timers: PanelTimers;
  readonly openPort: () => Promise<Result<PanelPort>>;
  readonly report: (report: PanelReport) => void;
  /** So many boards were attached that the process should begin anew: the library keeps each of them for ever. */
  readonly onWorn: () => void;
}

export interface Keeper {
  show(next: PanelShow): void;
  /** Drives everything dark and closes the port. */
  close(): Promise<void>;
}

const backOffMs = { first: 500, longest: 10_000 } as const;
/** After so long a link the next loss is a new one: back to the first pause. */
const steadyMs = 30_000;
const attachmentsMax = 40;
/** Noise is told so often at most, as a sum. */
const noiseEveryMs = 60_000;

class PanelKeeper implements Keeper {
  private readonly options: KeeperOptions;
  private shown: PanelShow = dark;
  private session: Session | null = null;
  private port: PanelPort | null = null;
  private isOpen = true;
  private attachments = 0;
  private pauseMs: number = backOffMs.first;
  private readonly stuck = new Set<string>();
  private noise = 0;
  private cancelNoise: (() => void) | null = null;
  private cancelAgain = (): void => undefined;

  constructor(options: KeeperOptions) {
    this.options = options;
    void this.attach();
  }

  show(next: PanelShow): void {
    if (sameShow(this.shown, next)) return;
    this.shown = next;
    this.session?.refresh();
  }

  async close(): Promise<void> {
    this.shown = dark;
    this.session?.refresh();
    this.isOpen = false;
    this.cancelAgain();
    this.cancelNoise?.();
    this.session?.close();
    await this.port?.close();
  }

  private async attach(): Promise<void> {
    const startedAt = this.options.timers.now();
    const opened = await this.options.openPort();
    if (!opened.ok) {
      this.again(opened.failure, 0);
      return;
    }
    if (!this.isOpen) {
      await opened.value.close();
      return;
    }
    this.port = opened.value;
    const failure = await this.work(this.port);
    this.session?.close();
    this.session = null;
    const closing = this.port.close();
    this.port = null;
    await closing;
    this.again(failure, this.options.timers.now() - startedAt);
  }

  /** Attaches to the board behind an open port and stays with it; resolves with what ended it. */
  private work(opened: PanelPort): Promise<Failure> {
    const { wiring, timers } = this.options;
    return new Promise((resolve) => {
      opened.onGone = resolve;
      const onNoise = (bytes: number): void => this.heardNoise(bytes);
      void attachBoard({ wire: opened, pins: pinsOf(wiring), timers, onNoise }).then((attached) => {
        if (!this.isOpen || this.port !== opened) return;
        if (!attached.ok) {
          resolve(attached.failure);
          return;
        }
        this.attachments += 1;
        this.session = startSession({
          board: attached.value,
          wiring,
          timers,
          stuck: this.stuck,
          show: () => this.shown,
          report: (report) => this.tell(report),
          onEnd: resolve,
        });
      });
    });
  }

  private again(failure: Failure, lastedMs: number): void {
    if (!this.isOpen) return;
    const { report, onWorn, timers } = this.options;
    report({ say: 'down', code: failure.code, detail: wholeCharacters(explain(failure).en.slice(0, 512)) });
    if (this.attachments >= attachmentsMax) {
      onWorn();
      return;
    }
    this.pauseMs = lastedMs >= steadyMs ? backOffMs.first : Math.min(backOffMs.longest, this.pauseMs * 2);
    this.cancelAgain = timers.after(this.pauseMs, () => void this.attach());
  }

  private tell(report: PanelReport): void {
    if (report.say === 'stuck' && report.isStuck) this.stuck.add(report.button);
    if (report.say === 'stuck' && !report.isStuck) this.stuck.delete(report.button);
    this.options.report(report);
  }

  private heardNoise(bytes: number): void {
    this.noise += bytes;
    this.cancelNoise ??= this.options.timers.after(noiseEveryMs, () => {
      this.cancelNoise = null;
      this.options.report({ say: 'noise', bytes: this.noise });
      this.noise = 0;
    });
    this.session?.noise(bytes);
  }
}

/** Keeps a board attached: opens, attaches, watches, and begins again with a growing pause whatever ended it. */
export const keepPanel = (options: KeeperOptions): Keeper => new PanelKeeper(options);
