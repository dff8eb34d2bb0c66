import { encodeWrite } from '../../devices/write.ts';
import type { ExchangeTiming, Exchange, ModbusLine } from '../bus/line.ts';
import type { DriverClock } from './clock.ts';
import { groupBy } from './group-by.ts';
import { planFrames, type DueOutput, type PlannedFrame } from './guard.ts';
import { noValueOf, type NoValue } from './reads.ts';
import { createSettings, type Settings, type Way } from './settings.ts';
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

type Results = ReadonlyMap<string, Switched>;

export interface SwitchOptions {
  readonly targets: readonly Target[];
  readonly trace: string | null;
  readonly broadcasts: boolean;
  /**
   * Given for upkeep, which renews or repairs what is ordered to sound already: every order goes before it, and what gave
   * way to one is sent again, for what is left of its time, to whom this still says yes.
   */
  readonly stillMeant?: (terminal: string) => boolean;
}

export interface Switcher {
  switchOutputs(options: SwitchOptions): Promise<Results>;
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

const exchangeOf = (frame: PlannedFrame, { lane, trace }: Way): Exchange => {
  const { unit, pdu, turnaroundMs } = frame;
  // Only an off may be sent again by the line: a second on might cut or prolong what the first began.
  const off = frame.outputs.every((one) => one.durationMs <= 0);
  return { lane, unit, pdu, turnaroundMs, trace, attempts: off && unit !== 0 ? 2 : 1 };
};

const gone: Switched = { how: 'failed', sight: 'no-reply', reason: 'line-gone' };
const superseded = 'exchange-superseded';

/**
 * Sends until nothing gave way to an order any more, each time for what is left of its time and to whom is still meant.
 * It ends: only a newer order makes another turn, and a turn without targets is the last.
 */
const upkeep = async (
  { targets, stillMeant = () => true }: SwitchOptions,
  clock: DriverClock,
  send: (targets: readonly Target[]) => Promise<Results>,
): Promise<Results> => {
  const begunAt = clock.now();
  const results = new Map<string, Switched>();
  const gaveWay = ({ wired }: Target): boolean => {
    const result = results.get(wired.id);
    return result?.how === 'failed' && result.reason === superseded;
  };
  for (let open = targets; open.length > 0; open = open.filter(gaveWay)) {
    const spentMs = clock.now() - begunAt;
    open = open.filter(({ wired, durationMs }) => durationMs > spentMs && stillMeant(wired.id));
    const left = open.map((one) => ({ ...one, durationMs: one.durationMs - spentMs }));
    for (const [terminal, switched] of await send(left)) results.set(terminal, switched);
  }
  return results;
};

/** What was left running, by what was ordered. */
const runningOutputs = (clock: DriverClock) => {
  const running = new Map<string, number>();
  const runsUntil = (terminal: string): number => running.get(terminal) ?? 0;
  return {
    runsUntil,
    knownOff: (terminal: string): void => void running.delete(terminal),
    note: ({ wired, durationMs }: Target): void => {
      if (durationMs > 0) running.set(wired.id, clock.now() + leaseMs(wired, durationMs));
      else if (wired.output.offCancels === 'yes') running.delete(wired.id);
    },
    /** A repeat by broadcast would restart every running siren on the line, unless a repeat only extends. */
    mayBroadcast: ({ target: { wired, durationMs } }: Due): boolean =>
      durationMs <= 0 || wired.output.retrigger === 'extends' || runsUntil(wired.id) <= clock.now() + nearlyOverMs,
  };
};

/** Switches outputs over all lines at once, by the frames the guard allows, and remembers what was left running. */
export const createSwitcher = (options: {
  readonly map: SiteMap;
  readonly lines: ReadonlyMap<string, ModbusLine>;
  readonly clock: DriverClock;
}): Switcher => {
  const { map, lines, clock } = options;
  const { runsUntil, knownOff, note, mayBroadcast } = runningOutputs(clock);
  const settings = createSettings({ map, lines, runsUntil, now: () => clock.now() });
  const tune = ({ outputs, unit }: PlannedFrame<Due>, way: Way): void => {
    const on = outputs.filter(({ durationMs }) => durationMs > 0);
    const tuned = on.map(({ target: { wired, tone = null } }) => ({ wired, tone }));
    settings.tune(tuned, unit === 0, way);
  };
  const send = async (line: string, frame: PlannedFrame<Due>, way: Way): Promise<Switched> => {
    // In front of the frame, on the same line and lane: an alarm waits for the wire, never for an answer.
    tune(frame, way);
    for (const { target } of frame.outputs) note(target);
    const reply = await lines.get(line)?.submit(exchangeOf(frame, way));
    if (reply === undefined) return gone;
    // It never left; the order that it gave way to has noted its own.
    if (!reply.ok && reply.failure.code === superseded) return { how: 'failed', ...noValueOf(reply) };
    // The device's timer began when the frame ended, which may be well after it was ordered.
    for (const { target } of frame.outputs) if (target.durationMs > 0 && runsUntil(target.wired.id) > 0) note(target);
    if (!reply.ok) return { how: 'failed', ...noValueOf(reply) };
    return { how: frame.unit === 0 ? 'broadcast' : 'echoed', timing: reply.timing };
  };
  const sendAll = async (targets: readonly Target[], way: Way & { readonly broadcasts: boolean }): Promise<Results> => {
    const byLine = groupBy(targets, ({ wired }) => wired.line);
    const sent = [...byLine].flatMap(([id, onLine]) => {
      const line = map.lines.get(id);
      const may = (one: Due): boolean => way.broadcasts && mayBroadcast(one);
      const frames = line === undefined ? [] : planFrames(line, onLine.map(dueOf), may);
      return frames.map(async (frame) => ({ frame, switched: await send(id, frame, way) }));
    });
    const results = await Promise.all(sent);
    return new Map(
      results.flatMap(({ frame, switched }) => frame.outputs.map(({ target }) => [target.wired.id, switched] as const)),
    );
  };
  return {
    runsUntil,
    settings,
    knownOff,
    switchOutputs: (given) => {
      const { targets, trace, broadcasts, stillMeant } = given;
      if (stillMeant === undefined) return sendAll(targets, { lane: 'alarm', trace, broadcasts });
      return upkeep(given, clock, (left) => sendAll(left, { lane: 'upkeep', trace, broadcasts }));
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
