import type { PanelWiring } from '../core/wiring.ts';
import { attachBoard } from './board.ts';
import type { PanelWire } from './guarded-transport.ts';
import { dark, sameShow, type PanelShow } from './panel-show.ts';
import { pinsOf } from './pins.ts';
import type { PanelReport } from './report.ts';
import { startSession, type Session } from './session.ts';
import type { PanelTimers } from './timers.ts';
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

/** Keeps a board attached: opens, attaches, watches, and begins again with a growing pause whatever ended it. */
export const keepPanel = ({ wiring, timers, openPort, report, onWorn }: KeeperOptions): Keeper => {
  let show: PanelShow = dark;
  let session: Session | null = null;
  let port: PanelPort | null = null;
  let isOpen = true;
  let attachments = 0;
  let pauseMs: number = backOffMs.first;
  let cancel = (): void => undefined;
  const stuck = new Set<string>();

  const tell = (told: PanelReport): void => {
    if (told.say === 'stuck' && told.isStuck) stuck.add(told.button);
    if (told.say === 'stuck' && !told.isStuck) stuck.delete(told.button);
    report(told);
  };
  let noise = 0;
  let cancelNoise: (() => void) | null = null;
  const countNoise = (bytes: number): void => {
    noise += bytes;
    cancelNoise ??= timers.after(noiseEveryMs, () => {
      cancelNoise = null;
      report({ say: 'noise', bytes: noise });
      noise = 0;
    });
  };
  const again = (failure: Failure, wasLongMs: number): void => {
    if (!isOpen) return;
    report({ say: 'down', code: failure.code, detail: explain(failure).en.slice(0, 512) });
    if (attachments >= attachmentsMax) {
      onWorn();
      return;
    }
    pauseMs = wasLongMs >= steadyMs ? backOffMs.first : Math.min(backOffMs.longest, pauseMs * 2);
    cancel = timers.after(pauseMs, () => void attach());
  };
  const attachTo = async (opened: PanelPort): Promise<Failure> => {
    const startedAt = timers.now();
    return new Promise<Failure>((resolve) => {
      opened.onGone = resolve;
      const onNoise = (bytes: number): void => {
        countNoise(bytes);
        session?.noise(bytes);
      };
      void attachBoard({ wire: opened, pins: pinsOf(wiring), timers, onNoise }).then((attached) => {
        if (!isOpen || port !== opened) return;
        if (!attached.ok) {
          resolve(attached.failure);
          return;
        }
        attachments += 1;
        session = startSession({
          board: attached.value,
          wiring,
          timers,
          stuck,
          show: () => show,
          report: tell,
          onEnd: resolve,
        });
      });
    }).finally(() => {
      session?.close();
      session = null;
      if (timers.now() - startedAt >= steadyMs) pauseMs = backOffMs.first;
    });
  };
  const attach = async (): Promise<void> => {
    const startedAt = timers.now();
    const opened = await openPort();
    if (!opened.ok) {
      again(opened.failure, 0);
      return;
    }
    if (!isOpen) return void opened.value.close();
    port = opened.value;
    const failure = await attachTo(port);
    const closing = port.close();
    port = null;
    await closing;
    again(failure, timers.now() - startedAt);
  };

  void attach();
  return {
    show: (next) => {
      if (sameShow(show, next)) return;
      show = next;
      session?.refresh();
    },
    close: async () => {
      show = dark;
      session?.refresh();
      isOpen = false;
      cancel();
      cancelNoise?.();
      session?.close();
      await port?.close();
    },
  };
};
