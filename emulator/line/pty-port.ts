import { closeSync, constants, openSync } from 'node:fs';
import type { Duplex } from 'node:stream';

/** The near end of a pseudo-terminal: what the client opens is `path`. */
export interface Pty {
  readonly path: string;
  write(bytes: Uint8Array): void;
  onBytes(listener: (bytes: Uint8Array) => void): void;
  /** Hangs up: the client sees its port vanish. */
  close(): void;
}

/** The parts of the package's terminal that are used; it gives them no public names. */
interface Terminal {
  readonly _master: Duplex;
  readonly _slave: Duplex & { setRawMode(raw: boolean): void };
  readonly _pty: string;
}

const isTerminal = (value: unknown): value is Terminal =>
  typeof value === 'object' && value !== null && '_master' in value && '_slave' in value && '_pty' in value;

interface Opener {
  open(options: { readonly cols: number; readonly rows: number; readonly encoding: null }): unknown;
}

const isOpener = (value: unknown): value is Opener =>
  typeof value === 'object' && value !== null && 'open' in value && typeof value.open === 'function';

const openTerminal = async (): Promise<Terminal | null> => {
  try {
    const module: unknown = await import('@lydell/node-pty');
    const opener = typeof module === 'object' && module !== null && 'default' in module ? module.default : module;
    if (!isOpener(opener)) return null;
    const terminal: unknown = opener.open({ cols: 80, rows: 24, encoding: null });
    return isTerminal(terminal) ? terminal : null;
  } catch (error) {
    // The package is a development dependency with compiled parts: where it is absent the lines stay reachable by TCP.
    const reason = error instanceof Error ? error.message : String(error);
    process.emitWarning(`emulator-no-pty: ${reason}`);
    return null;
  }
};

/**
 * Opens a pseudo-terminal, or gives null where the package is missing. The package reads the client's end too and so
 * steals its bytes: that reader is destroyed at once, and a plain descriptor keeps the end open, so that the line
 * survives a client that comes and goes. The package's own `destroy` is never called: it signals process group -1.
 */
export const openPty = async (): Promise<Pty | null> => {
  const terminal = await openTerminal();
  if (terminal === null) return null;
  const { _master: near, _slave: far, _pty: path } = terminal;
  far.setRawMode(true);
  const held = openSync(path, constants.O_RDWR | constants.O_NOCTTY);
  far.destroy();
  let open = true;
  // After a hang-up the kernel reports an error here as well; it says nothing that `close` does not.
  near.on('error', () => (open = false));
  far.on('error', () => undefined);
  return {
    path,
    write: (bytes) => {
      if (open) near.write(bytes);
    },
    onBytes: (listener) => void near.on('data', (chunk: Uint8Array) => listener(chunk)),
    close: () => {
      if (!open) return;
      open = false;
      closeSync(held);
      near.destroy();
    },
  };
};
