import { encodeWrite } from '../../devices/write.ts';
import type { ExchangeTiming, Exchange, ModbusLine, Reply } from '../bus/line.ts';
import type { DriverClock } from './clock.ts';
import { groupBy } from './group-by.ts';
import { outputNumber, planFrames, type DueOutput, type PlannedFrame } from './guard.ts';
import { planUpkeep } from './plan-upkeep.ts';
import { noValueOf, type NoValue } from './reads.ts';
import { runningOutputs, type RunningOutputs } from './running-outputs.ts';
import { createSettings, type Settings, type Way } from './settings.ts';
import type { SiteMap, WiredTerminal } from './site-map.ts';
import { leaseMs, type Target } from './target.ts';

/**
 * How the wire took it: `echoed` by the unit, `broadcast` (nobody answers), why not, or `superseded`: it never left, as a
 * newer order came. That says nothing of the device.
 */
export type Switched =
  | { readonly how: 'echoed' | 'broadcast'; readonly timing: ExchangeTiming }
  | { readonly how: 'superseded' }
  | ({ readonly how: 'failed' } & NoValue);

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
  /** Told of each as soon as the wire has taken it, or will not. */
  readonly onSwitched?: ((terminal: string, switched: Switched) => void) | undefined;
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

type WayToAll = Way & Pick<SwitchOptions, 'broadcasts' | 'onSwitched'>;

type Due = DueOutput & { readonly target: Target };

const dueOf = (target: Target, outputs: RunningOutputs): Due => {
  const { unit, channel, device, groupBit, watts } = target.wired;
  const durationMs = leaseMs(target.wired, target.durationMs);
  return { unit, channel, device, groupBit, watts, durationMs, target, mayBeOn: outputs.mayBeOn(target) };
};

const exchangeOf = ({ unit, pdu, turnaroundMs, outputs }: PlannedFrame, { lane, trace }: Way): Exchange => {
  const exchange = { lane, unit, pdu, turnaroundMs, trace };
  // Only an off may be sent again by the line: a second on might cut or prolong what the first began.
  if (outputs.every((one) => one.durationMs <= 0))
    return { ...exchange, attempts: unit === 0 ? 1 : 2, ends: outputs.map(outputNumber) };
  const [only, ...others] = outputs;
  // One frame for all leaves as fast as any off, and may be meant for others too.
  return only === undefined || others.length > 0
    ? { ...exchange, attempts: 1 }
    : { ...exchange, attempts: 1, starts: outputNumber(only) };
};

const isOff = ({ unit, outputs }: PlannedFrame): boolean => unit !== 0 && outputs.every((one) => one.durationMs <= 0);

/**
 * An off for a unit that answers nobody keeps the line for as long as its reply is waited for, and is repeated until it is
 * proven: it goes behind every order. Whatever overrules it meanwhile takes it back; who is still to be silent is pursued.
 */
const laneOf = (line: ModbusLine | undefined, frame: PlannedFrame, lane: Exchange['lane']): Exchange['lane'] =>
  isOff(frame) && line?.health().quarantined.includes(frame.unit) === true ? 'upkeep' : lane;

const gone: Switched = { how: 'failed', sight: 'no-reply', reason: 'line-gone' };
const superseded = 'exchange-superseded';

/** What the reply to a frame says of its outputs; there is none where the line is not there. */
const switchedBy = ({ unit }: PlannedFrame, reply: Reply | undefined): Switched => {
  if (reply === undefined) return gone;
  if (!reply.ok) return { how: 'failed', ...noValueOf(reply) };
  return { how: unit === 0 ? 'broadcast' : 'echoed', timing: reply.timing };
};

interface Sent {
  readonly frame: PlannedFrame<Due>;
  readonly switched: Switched;
}

const told = ({ onSwitched }: WayToAll, sent: Sent): Sent => {
  for (const { target } of sent.frame.outputs) onSwitched?.(target.wired.id, sent.switched);
  return sent;
};

/** By terminal. */
const resultsOf = (sent: readonly Sent[]): Results =>
  new Map(sent.flatMap(({ frame, switched }) => frame.outputs.map(({ target }) => [target.wired.id, switched])));

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
  const gaveWay = ({ wired }: Target): boolean => results.get(wired.id)?.how === 'superseded';
  for (let open = targets; open.length > 0; open = open.filter(gaveWay)) {
    const spentMs = clock.now() - begunAt;
    open = open.filter(({ wired, durationMs }) => durationMs > spentMs && stillMeant(wired.id));
    const left = open.map((one) => ({ ...one, durationMs: one.durationMs - spentMs }));
    for (const [terminal, switched] of await send(left)) results.set(terminal, switched);
  }
  return results;
};

/** Switches outputs over all lines at once, by the frames the guard allows, and remembers what was left running. */
export const createSwitcher = (options: {
  readonly map: SiteMap;
  readonly lines: ReadonlyMap<string, ModbusLine>;
  readonly clock: DriverClock;
}): Switcher => {
  const { map, lines, clock } = options;
  const running = runningOutputs(clock);
  const settings = createSettings({ map, lines, runsUntil: (id) => running.runsUntil(id), now: () => clock.now() });
  const tune = ({ outputs, unit }: PlannedFrame<Due>, way: Way): void => {
    const on = outputs.filter(({ durationMs }) => durationMs > 0);
    const tuned = on.map(({ target: { wired, tone = null } }) => ({ wired, tone }));
    settings.tune(tuned, unit === 0, way);
  };
  const send = async (line: string, frame: PlannedFrame<Due>, way: Way): Promise<Switched> => {
    // In front of the frame, on the same line and lane: an alarm waits for the wire, never for an answer.
    tune(frame, way);
    const targets = frame.outputs.map(({ target }) => target);
    const handed = running.hand(line, targets);
    const to = lines.get(line);
    const reply = await to?.submit(exchangeOf(frame, { ...way, lane: laneOf(to, frame, way.lane) }));
    if (reply?.ok === false && reply.failure.code === superseded) {
      handed.superseded();
      return { how: 'superseded' };
    }
    handed.left({ echoed: reply?.ok === true && frame.unit !== 0 });
    return switchedBy(frame, reply);
  };
  const sendAll = async (targets: readonly Target[], way: WayToAll): Promise<Results> => {
    const byLine = groupBy(targets, ({ wired }) => wired.line);
    const sent = [...byLine].flatMap(([id, onLine]) => {
      const line = map.lines.get(id);
      const may = ({ target }: Due): boolean => way.broadcasts && running.mayRepeatToAll(target);
      const due = onLine.map((target) => dueOf(target, running));
      const plan = way.lane === 'upkeep' ? planUpkeep : planFrames;
      const frames = line === undefined ? [] : plan(line, due, may);
      return frames.map(async (frame) => told(way, { frame, switched: await send(id, frame, way) }));
    });
    const results = await Promise.all(sent);
    return resultsOf(results);
  };
  return {
    settings,
    runsUntil: (terminal) => running.runsUntil(terminal),
    knownOff: (terminal) => running.knownOff(terminal),
    switchOutputs: (given) => {
      const { targets, trace, broadcasts, stillMeant, onSwitched } = given;
      if (stillMeant === undefined) return sendAll(targets, { lane: 'alarm', trace, broadcasts, onSwitched });
      return upkeep(given, clock, (left) => sendAll(left, { lane: 'upkeep', trace, broadcasts }));
    },
    chooseTrack: async ({ output, line, unit, channel, device }, track, trace) => {
      if (output.play === null) return false;
      const pdu = encodeWrite(output.play, { channel, track });
      const { turnaroundMs } = device.line;
      const exchange: Exchange = { lane: 'alarm', unit, pdu, turnaroundMs, trace, attempts: 2 };
      const reply = await lines.get(line)?.submit({ ...exchange, starts: outputNumber({ unit, channel }) });
      return reply?.ok === true;
    },
  };
};
