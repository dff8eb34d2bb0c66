import { sleep, type DriverClock, type Token } from './clock.ts';
import type { SwitchState } from './prove.ts';
import type { WiredTerminal } from './site-map.ts';
import type { Switcher } from './switch-outputs.ts';

export interface KeepPorts {
  readonly switcher: Switcher;
  readonly clock: DriverClock;
  readonly renewEveryMs: number;
  readonly readState: (wired: WiredTerminal) => Promise<SwitchState>;
}

export interface Kept {
  readonly wired: WiredTerminal;
  readonly token: Token;
  readonly trace: string;
  /** When a timed on that ran before this order ends by itself; 0 when there was none. */
  readonly earlierUntil: number;
  readonly until: number;
}

/** A contact needs this long to open after its timer, and we to be sure of it. */
const afterEndMs = 150;
const worthMs = 400;

/** A dead-man output is renewed while the order lives; it falls silent by itself if we die. */
const renewHeld = async ({ wired, token, trace, until }: Kept, ports: KeepPorts): Promise<void> => {
  const { switcher, clock, renewEveryMs } = ports;
  while (await sleep(clock, renewEveryMs, token)) {
    const durationMs = until - clock.now();
    if (durationMs <= 0) return;
    const stillMeant = (): boolean => token.alive();
    await switcher.switchOutputs({ targets: [{ wired, durationMs }], trace, broadcasts: false, stillMeant });
  }
};

/**
 * A timed on is never renewed while it runs: nobody may know what a second on does then. It is looked at when it should
 * be over, and when an earlier one that off may not have ended is over; found off before its order ends, it is begun anew.
 */
const beginAnew = async ({ wired, token, trace, earlierUntil, until }: Kept, ports: KeepPorts): Promise<void> => {
  const { switcher, clock, readState } = ports;
  const checks = earlierUntil > clock.now() ? [earlierUntil] : [];
  let windowUntil = switcher.runsUntil(wired.id);
  for (;;) {
    const at = checks.shift() ?? windowUntil;
    if (until - at < worthMs || !(await sleep(clock, at + afterEndMs - clock.now(), token))) return;
    const state = await readState(wired);
    if (!token.alive()) return;
    const durationMs = until - clock.now();
    if (state === 'off' && durationMs >= worthMs) {
      const stillMeant = (): boolean => token.alive();
      await switcher.switchOutputs({ targets: [{ wired, durationMs }], trace, broadcasts: false, stillMeant });
      windowUntil = switcher.runsUntil(wired.id);
    } else if (at >= windowUntil) windowUntil = clock.now() + 1_000;
  }
};

/** Keeps an output sounding until its order ends or is taken back, by the means its lease has. */
export const keepOn = async (kept: Kept, ports: KeepPorts): Promise<void> => {
  const { lease, retrigger } = kept.wired.output;
  if (lease.kind === 'dead-man') await renewHeld(kept, ports);
  const certain = retrigger === 'extends' || retrigger === 'chops';
  if (lease.kind === 'timed') await beginAnew(certain ? { ...kept, earlierUntil: 0 } : kept, ports);
};
