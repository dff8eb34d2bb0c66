import type { Connector } from './connector.ts';
import type { LineClock } from './line-clock.ts';
import { Reopener } from './reopener.ts';
import { openDevice, type SerialDevice } from './serial-device.ts';
import type { SerialWiring } from './serial-messages.ts';

/** What the keeper of a port tells its line. */
export interface PortEvents {
  opened(device: SerialDevice): void;
  gone(reason: string): void;
}

/** Where a line's port may be found, in this order. */
export interface PortPlace {
  readonly wiring: SerialWiring;
  readonly alternatives: readonly string[];
}

const openFirst = async ({ wiring, alternatives }: PortPlace): Promise<SerialDevice | string> => {
  const reasons: string[] = [];
  for (const path of [wiring.port.path, ...alternatives]) {
    const device = await openDevice(wiring, path);
    if (typeof device !== 'string') return device;
    reasons.push(device);
  }
  return reasons.join('; ');
};

/**
 * Keeps the port of a serial line open: opens it, and again with back-off after each loss, until closed. It does so on the
 * main thread and nowhere else: serialport's compiled part watches every port by the event loop of the main thread, in
 * whichever thread it was opened, so a port that another thread opens or closes can break the loop of the whole program.
 * The bytes are the line's thread's: it gets the descriptor, and has let go of it when `reset` or `close` is called.
 */
export class PortKeeper {
  /** What is open now, null when nothing is. */
  device: SerialDevice | null = null;
  private readonly place: PortPlace;
  private readonly reopener: Reopener;
  private closing: Promise<unknown> = Promise.resolve();

  constructor(place: PortPlace, clock: LineClock, events: PortEvents) {
    this.place = place;
    this.reopener = new Reopener(this.connector, clock, {
      opened: () => {
        if (this.device !== null) events.opened(this.device);
      },
      bytes: () => undefined,
      gone: (reason) => events.gone(reason),
    });
  }

  private readonly connector: Connector = (events) => {
    let isOver = false;
    const attempt = openFirst(this.place).then(async (device) => {
      if (typeof device === 'string') events.gone(device);
      else if (isOver) await device.close();
      else {
        this.device = device;
        events.opened();
      }
    });
    return {
      // The line's thread writes.
      write: () => undefined,
      close: () => {
        const { device } = this;
        if (isOver) return;
        isOver = true;
        this.device = null;
        this.closing = Promise.all([this.closing, attempt, device?.close()]);
      },
    };
  };

  start(): void {
    this.reopener.start();
  }

  /** Closes what is open, and opens it again. Does nothing when nothing is open. */
  reset(reason: string): void {
    if (this.device !== null) this.reopener.reset(reason);
  }

  /** Ends when the port is closed. */
  async close(): Promise<void> {
    this.reopener.close();
    await this.closing;
  }
}
