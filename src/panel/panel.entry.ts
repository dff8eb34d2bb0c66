/**
 * The panel as a process of its own: opens the board's port, keeps the board attached, tells the box what people do, and
 * shows what the box says. It ends when the box does, and drives everything dark before.
 */
import { connect } from 'node:net';
import { SerialPort } from 'serialport';
import { closePort, fdOf, isSameDevice } from '../bus/serial-device.ts';
import type { PanelWiring } from '../core/wiring.ts';
import { wholeCharacters } from '../words/bilingual.ts';
import { failed, ok, type Result } from '../words/failure.ts';
import { keepPanel, type PanelPort } from './keeper.ts';
import { panelShowOf, type PanelReport } from './report.ts';

const beatEveryMs = 2_000;
/** A port that is idle tells nothing of being unplugged: it is looked at so often. */
const lookEveryMs = 500;
const connectWithinMs = 3_000;
/** A board that takes nothing: what waits beyond this is a dead wire. */
const backlogMax = 65_536;

type SerialWiring = PanelWiring['port'] & { readonly kind: 'serial' };
type TcpWiring = PanelWiring['port'] & { readonly kind: 'tcp' };

const unusable = (port: string, detail: string): Result<PanelPort> => failed('panel-port-unusable', { port, detail });

/** Before the keeper listens. */
const deaf: PanelPort['onBytes'] = () => undefined;
const unmoved: PanelPort['onGone'] = () => undefined;

/** What the two kinds of port share: bytes in, gone once. */
const portShell = (name: string) => {
  let isOver = false;
  const shell = {
    onBytes: deaf,
    onGone: unmoved,
    isOver: () => isOver,
    gone: (detail: string): void => {
      if (isOver) return;
      isOver = true;
      shell.onGone(failed('panel-port-gone', { port: name, detail }).failure);
    },
    over: () => void (isOver = true),
  };
  return shell;
};

const openSerial = ({ path, baud }: SerialWiring): Promise<Result<PanelPort>> =>
  new Promise((resolve) => {
    const port = new SerialPort({ path, baudRate: baud, lock: true, autoOpen: false });
    const shell = portShell(path);
    port.on('error', (error) => shell.gone(error.message));
    port.on('close', () => shell.gone('closed'));
    port.on('data', (bytes: Buffer) => shell.onBytes(bytes));
    port.open((error) => {
      const fd = error === null ? fdOf(port) : null;
      if (fd === null) {
        resolve(unusable(path, error?.message ?? 'no descriptor'));
        return;
      }
      const look = setInterval(() => {
        if (!isSameDevice(fd, path)) shell.gone('unplugged');
      }, lookEveryMs);
      const opened: PanelPort = Object.assign(shell, {
        write: (bytes: Uint8Array) => {
          if (port.writableLength > backlogMax) shell.gone('takes no bytes');
          else if (!shell.isOver()) port.write(bytes);
        },
        close: () => {
          shell.over();
          clearInterval(look);
          return closePort(port);
        },
      });
      resolve(ok(opened));
    });
  });

const openTcp = ({ host, port: number }: TcpWiring): Promise<Result<PanelPort>> =>
  new Promise((resolve) => {
    const name = `${host}:${number}`;
    const socket = connect(number, host);
    const shell = portShell(name);
    socket.setNoDelay(true);
    socket.setTimeout(connectWithinMs, () => socket.destroy(new Error('no connection in time')));
    socket.on('error', (error) => {
      resolve(unusable(name, error.message));
      shell.gone(error.message);
    });
    socket.on('close', () => shell.gone('closed'));
    socket.on('data', (bytes) => shell.onBytes(bytes));
    socket.on('connect', () => {
      socket.setTimeout(0);
      const opened: PanelPort = Object.assign(shell, {
        write: (bytes: Uint8Array) => {
          if (socket.writableLength > backlogMax) shell.gone('takes no bytes');
          else if (!shell.isOver()) socket.write(bytes);
        },
        close: () => {
          shell.over();
          socket.destroy();
          return Promise.resolve();
        },
      });
      resolve(ok(opened));
    });
  });

const tell = (report: PanelReport): void => {
  // A box that is gone hears nothing; this process ends by the closed channel.
  if (process.connected) process.send?.(report, undefined, undefined, () => undefined);
};

/** The box gives the wiring as the one argument; it compiled it itself. */
const wiring = JSON.parse(process.argv[2] ?? 'null') as PanelWiring;
const { port } = wiring;

const keeper = keepPanel({
  wiring,
  timers: {
    now: () => performance.now(),
    after: (ms, call) => {
      const timer = setTimeout(call, ms);
      return () => clearTimeout(timer);
    },
  },
  openPort: () => (port.kind === 'serial' ? openSerial(port) : openTcp(port)),
  report: tell,
  onWorn: () => process.exit(0),
});

/** Closing a port may hang where the other side is gone; a process without its box would keep the port from the next. */
const endWithinMs = 1_000;

const end = (): void => {
  setTimeout(() => process.exit(0), endWithinMs);
  void keeper.close().then(() => process.exit(0));
};
process.on('message', (message) => {
  const show = panelShowOf(message);
  if (show !== null) keeper.show(show);
});
process.on('disconnect', end);
// A box that was killed while this program was being read has closed the channel before anyone listened.
if (!process.connected) end();
process.on('SIGTERM', end);
// The terminal's Ctrl-C is for the box: it ends this process in order.
process.on('SIGINT', () => undefined);
process.on('uncaughtException', (error) => {
  const { failure } = failed('panel-process-ended', { detail: error.message });
  tell({ say: 'down', code: failure.code, detail: wholeCharacters(error.message.slice(0, 512)) });
  setTimeout(() => process.exit(1), 50);
});
setInterval(() => {
  // A box that died while this program was loading sends no word of it.
  if (process.connected) tell({ say: 'beat' });
  else end();
}, beatEveryMs);
