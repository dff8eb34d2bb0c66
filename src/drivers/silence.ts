import type { Finding } from '../core/cue.ts';
import { sleep, type DriverClock, type Token } from './clock.ts';
import type { SwitchState } from './prove.ts';
import type { WiredTerminal } from './site-map.ts';
import type { Switched, Switcher } from './switch-outputs.ts';

/** An output that was ordered off, and the order's token: a new order to sound ends the pursuit. */
export interface Silenced {
  readonly wired: WiredTerminal;
  readonly token: Token;
}

export interface SilencePorts {
  readonly switcher: Switcher;
  readonly clock: DriverClock;
  readonly readStates: (terminals: readonly WiredTerminal[]) => Promise<ReadonlyMap<string, SwitchState>>;
  readonly report: (findings: readonly Finding[]) => void;
}

/** Off is read back and repeated at these distances, and once more when the longest timed on must be over. */
const retryAfterMs = [60, 300, 1_000, 3_000] as const;
const afterLastMs = 300;

const unproven = (one: Silenced, state: 'on' | 'unread', readAt: number): Finding => ({
  ...{ terminal: one.wired.id, cue: null, readAt, value: null, unit: null },
  ...(state === 'on'
    ? { sight: 'on' as const, grade: 'switched' as const, reason: 'off-ignored' }
    : { sight: 'no-reply' as const, grade: 'none' as const, reason: 'no-reply' }),
});

/** Only a unit that echoed its own off, and whose off is known to end a timed on, needs no second look. */
const needsPursuit = ({ wired }: Silenced, switched: Switched | undefined): boolean =>
  switched?.how !== 'echoed' || wired.output.offCancels !== 'yes';

/** Reads back who is not yet proven off and orders off again; returns who is still open, with what was last read. */
const again = async (open: readonly Silenced[], trace: string, ports: SilencePorts) => {
  const states = await ports.readStates(open.map(({ wired }) => wired));
  const left: { readonly one: Silenced; readonly state: 'on' | 'unread' }[] = [];
  for (const one of open) {
    const state = states.get(one.wired.id) ?? 'unread';
    if (state === 'off') ports.switcher.knownOff(one.wired.id);
    else if (one.token.alive()) left.push({ one, state });
  }
  const targets = left.map(({ one }) => ({ wired: one.wired, durationMs: 0 }));
  await ports.switcher.switchOutputs({ targets, trace, broadcasts: false });
  return left;
};

/**
 * Goes after outputs whose off is not proven (promise 6): read back, off again, bounded in number; at the end those still
 * on or unread are reported by name. It ends early for whoever is ordered to sound again.
 */
export const pursueSilence = async (
  silenced: readonly Silenced[],
  switched: ReadonlyMap<string, Switched>,
  trace: string,
  ports: SilencePorts,
): Promise<void> => {
  const { clock, switcher } = ports;
  let open = silenced.filter((one) => needsPursuit(one, switched.get(one.wired.id)));
  let last: readonly { readonly one: Silenced; readonly state: 'on' | 'unread' }[] = [];
  const look = async (afterMs: number): Promise<void> => {
    const slept = await Promise.all(open.map((one) => sleep(clock, afterMs, one.token)));
    last = await again(
      open.filter((_, index) => slept[index] === true),
      trace,
      ports,
    );
    open = last.map(({ one }) => one);
  };
  for (const ms of retryAfterMs) if (open.length > 0) await look(ms);
  const runsUntil = Math.max(0, ...open.map(({ wired }) => switcher.runsUntil(wired.id)));
  if (open.length > 0 && runsUntil > clock.now()) await look(runsUntil - clock.now() + afterLastMs);
  const found = last.filter(({ one }) => one.token.alive());
  if (found.length > 0) ports.report(found.map(({ one, state }) => unproven(one, state, clock.now())));
};
