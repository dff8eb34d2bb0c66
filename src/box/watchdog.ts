import { spawn, type ChildProcess } from 'node:child_process';

export interface WatchdogPorts {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Sends one line to the service manager. */
  readonly notify: (line: string) => void;
  readonly every: (ms: number, call: () => void) => () => void;
}

/** Short of memory the system starts none, and Node throws: the next word comes before the watchdog's time is over. */
const started = (line: string): ChildProcess | null => {
  try {
    return spawn('systemd-notify', line.split(' '), { stdio: 'ignore' });
  } catch {
    return null;
  }
};

/** sd_notify(3) through systemd's own helper: no native code. The unit says `NotifyAccess=all` for it. */
export const notifySystemd = (line: string): void => {
  started(line)
    ?.on('error', () => undefined)
    .unref();
};

/**
 * Feeds the service manager's watchdog at a third of its time, and only while `alive` says so: the serial lines answer
 * and the journal takes records. Without a watchdog in the environment it only says that the box is ready.
 */
export const feedWatchdog = (ports: WatchdogPorts, alive: () => boolean): (() => void) => {
  if (ports.environment['NOTIFY_SOCKET'] === undefined) return () => undefined;
  ports.notify('--ready');
  const usec = Number(ports.environment['WATCHDOG_USEC'] ?? 0);
  if (!(usec > 0)) return () => undefined;
  return ports.every(usec / 3_000, () => {
    if (alive()) ports.notify('WATCHDOG=1');
  });
};
