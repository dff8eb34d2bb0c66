import firmata, { type Firmata } from 'firmata-io';
import five from 'johnny-five';
import { GuardedTransport, type PanelWire } from './guarded-transport.ts';
import type { PanelPins } from './pins.ts';
import type { PanelTimers } from './timers.ts';
import { failed, ok, type Failure, type Result } from '../words/failure.ts';

/** What a board said of one of its pins. */
export interface PinWord {
  readonly mode: number;
  readonly state: number;
}

/** A board that has answered for itself and whose pins are set up. */
export interface PanelBoard {
  /** Every report of an input, also when nothing changed: closed contacts pull their pin down. */
  onContact: (pin: number, isClosed: boolean) => void;
  /** The board says by itself which firmware it runs: it has just started again. */
  onRestart: () => void;
  write(pin: number, isOn: boolean): void;
  /** Asks for a fresh report of the inputs; `onContact` brings it. */
  ask(pins: readonly number[]): void;
  /** The board's own word on a pin, or null when none came in time. */
  query(pin: number): Promise<PinWord | null>;
  readonly modes: { readonly input: number; readonly output: number };
}

export interface AttachOptions {
  readonly wire: PanelWire;
  readonly pins: PanelPins;
  readonly timers: PanelTimers;
  readonly onNoise: (bytes: number) => void;
}

/** A board that was reset by the opening of its port takes two seconds to its first word. */
export const handshakeMs = 8_000;
const askEveryMs = 500;
export const queryMs = 500;
/** Never: the library asks once and gives up; we ask ourselves, again and again. */
const libraryTimeoutMs = 2_147_483_647;

/** Asks for version and firmware until the board is ready or its time is over. */
const shakeHands = (io: Firmata, timers: PanelTimers): Promise<Result<null>> =>
  new Promise((resolve) => {
    const startedAt = timers.now();
    let cancel = (): void => undefined;
    const done = (result: Result<null>): void => {
      cancel();
      clearTimeout(io.reportVersionTimeoutId);
      resolve(result);
    };
    const askAgain = (): void => {
      if (timers.now() - startedAt >= handshakeMs) {
        done(failed('panel-board-silent', { seconds: handshakeMs / 1000 }));
        return;
      }
      io.reportVersion(() => undefined);
      io.queryFirmware(() => undefined);
      cancel = timers.after(askEveryMs, askAgain);
    };
    io.once('ready', () => done(ok(null)));
    askAgain();
  });

const unfit = (io: Firmata, { inputs, outputs }: PanelPins): Failure | null => {
  const wanted = [
    ...inputs.map(({ pin }) => ({ pin, mode: io.MODES.PULLUP, word: 'INPUT_PULLUP' })),
    ...outputs.map(({ pin }) => ({ pin, mode: io.MODES.OUTPUT, word: 'OUTPUT' })),
  ];
  const bad = wanted.find(({ pin, mode }) => io.pins[pin]?.supportedModes.includes(mode) !== true);
  return bad === undefined ? null : failed('panel-board-unfit', { pin: bad.pin, mode: bad.word }).failure;
};

/** johnny-five's own board above the library's; made only when that is ready, and never trusted to know whether it is connected. */
const boardOver = (io: Firmata): Promise<five.Board> =>
  new Promise((resolve) => {
    const options = { io, repl: false, debug: false, sigint: false };
    const board = new five.Board(options);
    board.on('ready', () => resolve(board));
  });

const queryOf =
  (io: Firmata, pins: ReadonlyMap<number, five.Pin>, timers: PanelTimers) =>
  (pin: number): Promise<PinWord | null> =>
    new Promise((resolve) => {
      const event = `pin-state-${pin}`;
      const cancel = timers.after(queryMs, () => {
        io.removeAllListeners(event);
        resolve(null);
      });
      pins.get(pin)?.query(() => {
        cancel();
        const { mode, state } = io.pins[pin] ?? {};
        resolve(mode === undefined || state === undefined ? null : { mode, state });
      });
    });

/**
 * Attaches johnny-five to the board behind a wire: handshake, the pins it must have, their modes, and the first report of
 * every input. Errors: `panel-board-silent`, `panel-board-unfit`. Nothing is driven yet; the caller drives the safe state.
 */
export const attachBoard = async ({ wire, pins, timers, onNoise }: AttachOptions): Promise<Result<PanelBoard>> => {
  const transport = new GuardedTransport(wire, onNoise);
  const io = new firmata.Firmata(transport, { reportVersionTimeout: libraryTimeoutMs });
  transport.io = io;
  io.setMaxListeners(64);
  const shaken = await shakeHands(io, timers);
  if (!shaken.ok) return shaken;
  const failure = unfit(io, pins);
  if (failure !== null) return { ok: false, failure };
  const board = await boardOver(io);
  const pinWith = (pin: number, as: number): readonly [number, five.Pin] => {
    const options = { pin, board, as };
    return [pin, new five.Pin(options)];
  };
  const made = new Map([
    ...pins.inputs.map(({ pin }) => pinWith(pin, io.MODES.PULLUP)),
    ...pins.outputs.map(({ pin }) => pinWith(pin, io.MODES.OUTPUT)),
  ]);
  const attached: PanelBoard = {
    onContact: () => undefined,
    onRestart: () => undefined,
    write: (pin, isOn) => {
      if (isOn) made.get(pin)?.high();
      else made.get(pin)?.low();
    },
    // One report carries the eight pins of a port.
    ask: (asked) =>
      [...new Map(asked.map((pin) => [pin >> 3, pin])).values()].forEach((pin) => io.reportDigitalPin(pin, 1)),
    query: queryOf(io, made, timers),
    modes: { input: io.MODES.PULLUP, output: io.MODES.OUTPUT },
  };
  for (const { pin } of pins.inputs) board.digitalRead(pin, (level) => attached.onContact(pin, level === 0));
  io.on('reportversion', () => attached.onRestart());
  return ok(attached);
};
