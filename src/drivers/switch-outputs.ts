import { encodeWrite } from '../../devices/write.ts';
import type { ExchangeTiming, Exchange, ModbusLine } from '../bus/line.ts';
import type { DriverClock } from './clock.ts';
import { groupBy } from './group-by.ts';
import { planFrames, type DueOutput, type PlannedFrame } from './guard.ts';
import { noValueOf, type NoValue } from './reads.ts';
import { createSettings, type Settings } from './settings.ts';
import type { SiteMap, WiredTerminal } from './site-map.ts';

/** One terminal to switch. `durationMs` 0 is off. */
export interface Target {
  readonly wired: WiredTerminal;
  readonly durationMs: number;
  /** The unit's own tone number to sound; null or none leaves it. */
  readonly tone?: number | null;
}

/** How the wire took it: `echoed` by the unit, `broadcast` (nobody answers), or why not. */
export type Switched =
  { readonly how: 'echoed' | 'broadcast'; readonly timing: ExchangeTiming } | ({ readonly how: 'failed' } & NoValue);

export interface SwitchOptions {
  readonly targets: readonly Target[];
  readonly trace: string | null;
  readonly broadcasts: boolean;
}

export interface Switcher {
  switchOutputs(options: SwitchOptions): Promise<ReadonlyMap<string, Switched>>;
  /** Chooses the stored track that the next on sounds; true when the unit echoed it. */
  chooseTrack(wired: WiredTerminal, track: number, trace: string): Promise<boolean>;
  /** When the last timed on ends by itself, by what was ordered; 0 when the output was read off or cancels by off. */
  runsUntil(terminal: string): number;
  readonly settings: Settings;
  /** It was read off: nothing runs any more. */
  knownOff(terminal: string): void;
}

/** Nothing sounds longer on one order (promise 3). */
const longestMs = 180_000;
/** An on that runs out within this is over before the next begins: rounding of device timers and of our own. */
const nearlyOverMs = 150;

/** What a lease allows of a wanted duration. */
export const leaseMs = ({ output, lease }: WiredTerminal, wantedMs: number): number => {
  if (wantedMs <= 0) return 0;
  if (output.lease.kind === 'timed') return Math.min(wantedMs, output.lease.longestMs, longestMs);
  if (output.lease.kind === 'dead-man') {
    const holdMs = lease.kind === 'dead-man' ? Math.min(lease.holdMs, output.lease.holdMs) : output.lease.holdMs;
    return Math.min(wantedMs, holdMs);
  }
  return Math.min(wantedMs, longestMs);
};

type Due = DueOutput & { readonly target: Target };

const dueOf = (target: Target): Due => {
  const { unit, channel, device, groupBit, watts } = target.wired;
  const durationMs = leaseMs(target.wired, target.durationMs);
  return { unit, channel, device, groupBit, watts, durationMs, target };
};

const exchangeOf = (frame: PlannedFrame, trace: string | null): Exchange => {
  const { unit, pdu, turnaroundMs } = frame;
  // Only an off may be sent again by the line: a second on might cut or prolong what the first began.
  const off = frame.outputs.every((one) => one.durationMs <= 0);
  return { lane: 'alarm', unit, pdu, turnaroundMs, trace, attempts: off && unit !== 0 ? 2 : 1 };
};

const gone: Switched = { how: 'failed', sight: 'no-reply', reason: 'line-gone' };

/** Switches outputs over all lines at once, by the frames the guard allows, and remembers what was left running. */
export const createSwitcher = (options: {
  readonly map: SiteMap;
  readonly lines: ReadonlyMap<string, ModbusLine>;
  readonly clock: DriverClock;
}): Switcher => {
  const { map, lines, clock } = options;
  const running = new Map<string, number>();
  const runsUntil = (terminal: string): number => running.get(terminal) ?? 0;
  const note = ({ wired, durationMs }: Target): void => {
    if (durationMs > 0) running.set(wired.id, clock.now() + leaseMs(wired, durationMs));
    else if (wired.output.offCancels === 'yes') running.delete(wired.id);
  };
  /** A repeat by broadcast would restart every running siren on the line, unless a repeat only extends. */
  const mayBroadcast = ({ target: { wired, durationMs } }: Due): boolean =>
    durationMs <= 0 || wired.output.retrigger === 'extends' || runsUntil(wired.id) <= clock.now() + nearlyOverMs;
  const settings = createSettings({ map, lines, runsUntil, now: () => clock.now() });
  const tune = ({ outputs, unit }: PlannedFrame<Due>, trace: string | null): void => {
    const on = outputs.filter(({ durationMs }) => durationMs > 0);
    const tuned = on.map(({ target: { wired, tone = null } }) => ({ wired, tone }));
    settings.tune(tuned, unit === 0, trace);
  };
  const send = async (line: string, frame: PlannedFrame<Due>, trace: string | null): Promise<Switched> => {
    // In front of the frame, on the same line and lane: an alarm waits for the wire, never for an answer.
    tune(frame, trace);
    for (const { target } of frame.outputs) note(target);
    const reply = await lines.get(line)?.submit(exchangeOf(frame, trace));
    if (reply === undefined) return gone;
    // The device's timer began when the frame ended, which may be well after it was ordered.
    for (const { target } of frame.outputs) if (target.durationMs > 0 && runsUntil(target.wired.id) > 0) note(target);
    if (!reply.ok) return { how: 'failed', ...noValueOf(reply) };
    return { how: frame.unit === 0 ? 'broadcast' : 'echoed', timing: reply.timing };
  };
  return {
    runsUntil,
    settings,
    knownOff: (terminal) => void running.delete(terminal),
    switchOutputs: async ({ targets, trace, broadcasts }) => {
      const byLine = groupBy(targets, ({ wired }) => wired.line);
      const sent = [...byLine].flatMap(([id, onLine]) => {
        const line = map.lines.get(id);
        const frames =
          line === undefined ? [] : planFrames(line, onLine.map(dueOf), (one) => broadcasts && mayBroadcast(one));
        return frames.map(async (frame) => ({ frame, switched: await send(id, frame, trace) }));
      });
      const results = await Promise.all(sent);
      return new Map(
        results.flatMap(({ frame, switched }) =>
          frame.outputs.map(({ target }) => [target.wired.id, switched] as const),
        ),
      );
    },
    chooseTrack: async ({ output, line, unit, channel, device }, track, trace) => {
      if (output.play === null) return false;
      const pdu = encodeWrite(output.play, { channel, track });
      const { turnaroundMs } = device.line;
      const reply = await lines.get(line)?.submit({ lane: 'alarm', unit, pdu, turnaroundMs, trace, attempts: 2 });
      return reply?.ok === true;
    },
  };
};
