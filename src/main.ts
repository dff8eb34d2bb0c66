import { takeFolder } from './box/folder-guard.ts';
import { isAlive } from './box/lines.ts';
import { startLiveBox } from './box/live-box.ts';
import { loadBox, type BoxFiles, type Loaded } from './box/load-box.ts';
import { keepLock, type LockKeeper } from './box/lock-keeper.ts';
import type { Loop } from './box/loop.ts';
import type { Memory } from './box/memory.ts';
import { openMemoryOrNone } from './box/no-memory.ts';
import { machinePorts } from './box/ports.ts';
import { openConsole } from './box/tie-console.ts';
import { controlPath, openControl } from './box/tie-control.ts';
import { tiePanel } from './box/tie-panel.ts';
import type { BoxSettings } from './box/ties.ts';
import { feedWatchdog, notifySystemd } from './box/watchdog.ts';
import { checkSocketPath } from './console/control-server.ts';

export interface Box {
  readonly loop: Loop;
  readonly stop: () => Promise<void>;
}

/** A box that runs; `isTaken`: another has its folder now, and finds its own socket there. */
interface Started {
  readonly loop: Loop;
  readonly stop: (isTaken: boolean) => Promise<void>;
}

/** The live box with the doors that only a machine has: the control socket and the service manager. */
const start = async (settings: BoxSettings, files: BoxFiles, memory: Memory, keeper: LockKeeper): Promise<Started> => {
  const { every } = settings.ports ?? machinePorts;
  const live = startLiveBox({ ...settings, isFolderOurs: keeper.isHeld }, files, memory);
  const control = await openControl(live.tied, keeper.isHeld);
  const page = openConsole(live.tied.ties);
  const panel = tiePanel(live.tied);
  const watchdog = { environment: settings.environment, notify: notifySystemd, every };
  const stopFeeding = feedWatchdog(watchdog, () => isAlive(live.lines, live.tied.appends));
  const stop = async (isTaken: boolean): Promise<void> => {
    stopFeeding();
    await page?.stop();
    await panel?.stop();
    await (isTaken ? control.leave() : control.close());
    await live.stop({ keeps: !isTaken });
  };
  return { loop: live.tied.loop, stop };
};

/**
 * Starts the box: configuration and keys as a whole, then memory, clock, lines, loop, uplink. Nothing is opened before
 * everything was checked. Failures are those of the configuration, of the keys or of the state folder. A journal that
 * cannot be read is none: the box then starts without memory, takes no remote order, and local alarms sound.
 */
export const startBox = async (settings: BoxSettings): Promise<Loaded<Box>> => {
  const fits = checkSocketPath(controlPath(settings.stateDir));
  if (!fits.ok) return { ok: false, failures: [fits.failure] };
  const files = await loadBox(settings);
  if (!files.ok) return files;
  const lock = takeFolder(settings.stateDir);
  if (!lock.ok) return { ok: false, failures: [lock.failure] };
  const memory = await openMemoryOrNone((settings.ports ?? machinePorts).disk, {
    stateDir: settings.stateDir,
    toCentre: files.value.loaded.uplinks.websocket !== null,
  });
  const keeper = keepLock({
    dir: settings.stateDir,
    lock: lock.value,
    every: (settings.ports ?? machinePorts).every,
    onTaken: (failure) => settings.onFolderTaken?.(failure),
  });
  const { loop, stop } = await start(settings, files.value, memory, keeper);
  return { ok: true, value: { loop, stop: () => stop(keeper.isTaken()).then(keeper.release) } };
};
