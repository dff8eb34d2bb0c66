import type { ControlServer } from '../console/control-server.ts';

export interface KeepControlPorts {
  readonly open: () => Promise<ControlServer>;
  readonly after: (ms: number, call: () => void) => () => void;
  /** The folder is this process's: without its lock the socket there may be another box's, and opening would take it. */
  readonly isOurs: () => boolean;
  /** Told once, however often it is tried again. */
  readonly onClosed: (detail: string) => void;
  /** Told when it is open after all. */
  readonly onOpen: () => void;
}

/** Tried again after this, then after twice as long each time. */
const firstWaitMs = 5_000;
const longestWaitMs = 60_000;

/**
 * The control socket, opened as soon as the disk takes it: on a full one nobody could ask or stop this box by it until its
 * next start. Resolves after the first try, however it ends; keys, sensors and lines do not wait for it.
 */
export const keepControl = async (ports: KeepControlPorts): Promise<ControlServer> => {
  const { open, after, isOurs, onClosed, onOpen } = ports;
  let server: ControlServer | null = null;
  let ended = false;
  let isTold = false;
  let cancel: () => void = () => undefined;
  let trying: Promise<void> = Promise.resolve();

  const again = (detail: string, waitMs: number): void => {
    if (!isTold) onClosed(detail);
    isTold = true;
    if (ended) return;
    cancel = after(waitMs, () => {
      trying = attempt(Math.min(2 * waitMs, longestWaitMs));
    });
  };
  const attempt = async (waitMs: number): Promise<void> => {
    if (!isOurs()) {
      again('the folder is not locked', waitMs);
      return;
    }
    try {
      server = await open();
      if (isTold) onOpen();
    } catch (error) {
      again(error instanceof Error ? error.message : String(error), waitMs);
    }
  };
  /** A try that is under way comes to its end first: its socket would be left open. */
  const end = async (how: 'close' | 'leave'): Promise<void> => {
    ended = true;
    cancel();
    await trying;
    await server?.[how]();
  };

  trying = attempt(firstWaitMs);
  await trying;
  return { close: () => end('close'), leave: () => end('leave') };
};
