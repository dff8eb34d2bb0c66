import { join } from 'node:path';
import type { PanelWiring } from '../../src/core/wiring.ts';
import type { Clock } from '../clock.ts';
import { createSerialPlug } from '../line/serial-plug.ts';
import { createTcpPlug } from '../line/tcp-plug.ts';
import { seededRandom } from '../random.ts';
import { createFirmataBoard, type FirmataBoard } from './firmata-board.ts';
import { plainWire } from './plain-wire.ts';

export const panelButtons = ['stop', 'acknowledge'] as const;
export type PanelButton = (typeof panelButtons)[number];

export const panelFaults = ['unplugged', 'silent', 'restart', 'noise', 'cut-open', 'cut-closed', 'none'] as const;
export type PanelFault = (typeof panelFaults)[number];

/** What somebody who stands before the panel sees. */
export interface PanelFace {
  readonly key: 'on' | 'off';
  readonly fault: PanelFault;
  /** Null where the board drives nothing, or the panel has no such lamp. */
  readonly lamps: Readonly<Record<'power' | 'alarm' | 'fault' | 'uplink', boolean | null>>;
  readonly buzzer: boolean | null;
}

/** The panel on the wall: its board on a pseudo-terminal and on TCP, and hands to turn and press. */
export interface EmulatedPanel {
  /** A link that stays the same while the device behind it changes; null where no pseudo-terminal could be opened. */
  readonly ptyPath: string | null;
  readonly tcpPort: number;
  readonly board: FirmataBoard;
  turnKey(isOn: boolean): void;
  press(button: PanelButton, forMs: number): void;
  setFault(fault: PanelFault): Promise<void>;
  /** Bytes that no board sent. */
  noise(bytes: Uint8Array): void;
  face(): PanelFace;
  close(): Promise<void>;
}

export interface PanelOptions {
  readonly wiring: PanelWiring;
  readonly runDir: string;
  readonly clock: Clock;
  readonly seed?: number;
}

/** From one contact to the other a key needs this long, and each contact chatters for a while. */
const travelMs = 15;
const bounces = [0, 1, 2, 4, 5];

/** The two contacts of the key: one lets go before the other closes, both chatter, and a wire may be cut. */
const createKey = ({ wiring, clock }: PanelOptions, board: FirmataBoard) => {
  const pins = wiring.keySwitch;
  let isOn = false;
  let cut: 'open' | 'closed' | null = null;
  const put = (contact: 'open' | 'closed', isClosed: boolean): void => {
    if (pins === null) return;
    const pin = contact === 'open' ? pins.normallyOpen : pins.normallyClosed;
    board.setGrounded(pin, isClosed && cut !== contact);
  };
  const settle = (): void => {
    put('open', isOn);
    put('closed', !isOn);
  };
  const chatter = (contact: 'open' | 'closed', isClosed: boolean, afterMs: number): void => {
    const from = clock.now() + afterMs;
    bounces.forEach((ms, index) => {
      clock.at(from + ms, () => put(contact, index % 2 === 0 ? isClosed : !isClosed));
    });
    clock.at(from + travelMs, settle);
  };
  settle();
  return {
    isOn: () => isOn,
    turn: (on: boolean): void => {
      if (isOn === on) return;
      isOn = on;
      chatter(on ? 'closed' : 'open', false, 0);
      chatter(on ? 'open' : 'closed', true, travelMs);
    },
    setCut: (contact: 'open' | 'closed' | null): void => {
      cut = contact;
      settle();
    },
  };
};

const faceOf = ({ wiring }: PanelOptions, board: FirmataBoard): Omit<PanelFace, 'key' | 'fault'> => {
  const shown = (pin: number | null): boolean | null => (pin === null ? null : board.output(pin));
  const { power, alarm, fault, uplink } = wiring.lamps;
  return {
    lamps: { power: shown(power), alarm: shown(alarm), fault: shown(fault), uplink: shown(uplink) },
    buzzer: shown(wiring.buzzer),
  };
};

/** Hangs the panel on its wire. The stable path of its pseudo-terminal is `serial/panel` in the run's folder. */
export const createPanel = async (options: PanelOptions): Promise<EmulatedPanel> => {
  const { wiring, runDir, clock } = options;
  const wire = plainWire((bytes) => board.receive(bytes));
  const board = createFirmataBoard((bytes) => wire.send(bytes));
  const key = createKey(options, board);
  const random = seededRandom(options.seed ?? 1);
  const serial = await createSerialPlug(wire, join(runDir, 'serial', 'panel'));
  const tcp = await createTcpPlug(0, (socket) => {
    const end = wire.attach((bytes) => void socket.write(bytes));
    socket.on('data', (bytes) => end.receive(bytes));
    return () => end.detach();
  });
  let fault: PanelFault = 'none';
  const restart = async (): Promise<void> => {
    await Promise.all([serial.plug(), tcp.plug()]);
    board.restart();
  };
  return {
    ptyPath: serial.path,
    tcpPort: tcp.port,
    board,
    turnKey: (isOn) => key.turn(isOn),
    press: (button, forMs) => {
      const pin = wiring[button];
      if (pin === null) return;
      board.setGrounded(pin, true);
      clock.at(clock.now() + forMs, () => board.setGrounded(pin, false));
    },
    setFault: async (next) => {
      const before = fault;
      fault = next === 'restart' || next === 'noise' ? 'none' : next;
      board.isSilent = fault === 'silent';
      key.setCut(fault === 'cut-open' ? 'open' : fault === 'cut-closed' ? 'closed' : null);
      if (next === 'unplugged') await Promise.all([serial.unplug(), tcp.unplug()]);
      else if (before === 'unplugged' || next === 'restart') await restart();
      if (next === 'noise') wire.send(Uint8Array.from({ length: 4_096 }, () => Math.floor(random() * 256)));
    },
    noise: (bytes) => wire.send(bytes),
    face: () => ({ key: key.isOn() ? 'on' : 'off', fault, ...faceOf(options, board) }),
    close: async () => {
      serial.close();
      await tcp.close();
    },
  };
};
