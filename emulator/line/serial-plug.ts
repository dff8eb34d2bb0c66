import { mkdirSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { dirname } from 'node:path';
import { openPty, type Pty } from './pty-port.ts';
import type { Attachment, Wire } from './wire.ts';

/** A line's pseudo-terminal behind a path that stays the same, like a link of /dev/serial/by-id. */
export interface SerialPlug {
  /** The stable path; null where no pseudo-terminal could be opened. */
  readonly path: string | null;
  /** The device behind it at this moment; null while unplugged. */
  readonly device: string | null;
  unplug(): Promise<void>;
  plug(): Promise<void>;
  close(): void;
}

const link = (device: string, path: string): void => {
  mkdirSync(dirname(path), { recursive: true });
  const fresh = `${path}.new`;
  rmSync(fresh, { force: true });
  symlinkSync(device, fresh);
  renameSync(fresh, path);
};

/** Opens the pseudo-terminal of a line and puts `path` in front of it. */
export const createSerialPlug = async (wire: Pick<Wire, 'attach'>, path: string): Promise<SerialPlug> => {
  let pty: Pty | null = null;
  let attachment: Attachment | null = null;
  // Opened before the old one closes, so that the kernel cannot give the same name again.
  let spare: Pty | null = null;
  const plug = async (): Promise<void> => {
    if (pty !== null) return;
    const fresh = spare ?? (await openPty());
    spare = null;
    if (fresh === null) return;
    const end = wire.attach((bytes) => fresh.write(bytes));
    fresh.onBytes((bytes) => end.receive(bytes));
    pty = fresh;
    attachment = end;
    link(fresh.path, path);
  };
  const unplug = async (): Promise<void> => {
    if (pty === null) return;
    const old = pty;
    pty = null;
    rmSync(path, { force: true });
    spare = await openPty();
    attachment?.detach();
    old.close();
  };
  await plug();
  const current = (): Pty | null => pty;
  const opened = current() !== null;
  return {
    path: opened ? path : null,
    get device() {
      return pty?.path ?? null;
    },
    unplug,
    plug,
    close: () => {
      attachment?.detach();
      pty?.close();
      spare?.close();
      pty = null;
      rmSync(path, { force: true });
    },
  };
};
