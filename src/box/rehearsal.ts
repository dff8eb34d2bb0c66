import type { Exchange, ModbusLine } from '../bus/line.ts';
import type { Alert } from '../core/alert.ts';
import type { Effect } from '../core/effect.ts';
import type { SenderKey } from '../core/order.ts';
import type { Plan } from '../core/site.ts';
import type { Instant } from '../core/time.ts';
import type { Village } from '../core/village.ts';
import { createDrivers, type Drivers } from '../drivers/drivers.ts';
import { keyPairOf, type Signer } from '../intake/keys.ts';
import { readCentreMessage } from '../uplink/inbound.ts';
import { failed } from '../words/failure.ts';
import { openDoors, type Doors } from './doors.ts';
import type { BoxFiles } from './load-box.ts';
import { turnLoop } from './loop.ts';

export interface RehearsalParts {
  readonly files: Pick<BoxFiles, 'loaded'>;
  readonly lines: ReadonlyMap<string, ModbusLine>;
  readonly village: () => Village;
  readonly now: () => Instant;
  /** What would have gone to the wire, for whoever wants to know. */
  readonly onExchange?: (exchange: Exchange) => void;
}

export interface Rehearsal {
  /** One alarm, from the centre's message to the frame; returns what the box would have done. */
  readonly round: () => readonly Effect['do'][];
}

/** Whoever knows this seed can open the rehearsal's own doors, and behind them is nothing. */
const stageKey = (): Signer => {
  const made = keyPairOf(new Uint8Array(32).fill(7));
  if (!made.ok) throw new Error(made.failure.code);
  return made.value.signer;
};

const senderOf = ({ publicKey }: Signer, scope: string): SenderKey => ({
  ...{ id: 'rehearsal', name: 'rehearsal', authority: 'county', classes: ['alarm'], practice: false },
  ...{ publicKey, scope },
});

/** A plan that sounds, one after the other. */
const planOf = (plans: readonly Plan[], turn: number): string | null => {
  const loud = plans.filter((plan) => plan.class === 'emergency');
  return loud[turn % Math.max(1, loud.length)]?.id ?? null;
};

/** The message of an alarm: red, actual, for one zone, and every eighth time for all of them. */
const messageOf = ({ files, now }: RehearsalParts, signer: Signer, turn: number): string => {
  const { site } = files.loaded;
  const all = site.zones.map((zone) => zone.id);
  const one = all[turn % Math.max(1, all.length)];
  const alert: Alert = {
    ...{ id: 'rehearsal', status: 'actual', class: 'emergency', event: '11D02', severity: 'red', stage: 'now' },
    ...{ authority: 'county', voice: 'recorded', zones: turn % 8 === 0 || one === undefined ? all : [one] },
    ...{ headline: '预演', text: '预演 rehearsal', plan: planOf(site.plans, turn), sirenUnlocked: false },
  };
  const envelope = JSON.stringify({
    ...{ v: 1, key: 'rehearsal', scope: site.areaCode, counter: 1 + turn, notBefore: Math.round(now().wall) },
    ...{ validForS: 60, class: 'alarm', id: '0'.repeat(32), body: { kind: 'issue', alert } },
  });
  const signature = Buffer.from(signer.sign(Buffer.from(envelope))).toString('base64');
  return JSON.stringify({ type: 'order', key: 'rehearsal', signature, envelope });
};

/** A line that nothing leaves: whoever asks is told that it is closed. */
const stageLine = (line: ModbusLine, onExchange: (exchange: Exchange) => void): ModbusLine => ({
  id: line.id,
  state: 'open',
  submit: (exchange) => {
    onExchange(exchange);
    const timing = { queuedMs: 0, sentAt: 0, endedAt: 0 };
    return Promise.resolve({ ...failed('line-closed', { line: line.id }), timing });
  },
  onState: () => undefined,
  close: () => Promise.resolve(),
  health: () => line.health(),
});

/** Longer than any lease: what was ordered in the last round has run out in this one. */
const roundMs = 600_000;

interface Stage {
  readonly signer: Signer;
  readonly doors: Doors;
  readonly drivers: Drivers;
  turn: number;
}

const setStage = ({ files, lines, village, onExchange = () => undefined }: RehearsalParts): Stage => {
  const { site, wiring, catalogue } = files.loaded;
  const signer = stageKey();
  const keys = [senderOf(signer, site.areaCode)];
  const doors = openDoors({
    ...{ closed: null, site: () => village().durable.site ?? site, keys: () => keys, real: false, boxId: site.id },
    ...{ mono: () => 0, floor: () => 0 },
  });
  const drivers = createDrivers({
    ...{ site, wiring, catalogue, byteLines: new Map(), sound: null, report: () => undefined },
    lines: new Map([...lines].map(([id, line]) => [id, stageLine(line, onExchange)])),
    clock: { now: () => stage.turn * roundMs, setTimer: () => () => undefined },
  });
  const stage: Stage = { signer, doors, drivers, turn: 0 };
  return stage;
};

/** Folds it in a copy of the village, which is forgotten; what is to sound goes to the drivers of the stage. */
const play = ({ village, now }: RehearsalParts, { drivers }: Stage, message: string, doors: Doors): Effect['do'][] => {
  const read = readCentreMessage(message);
  if (!read.ok || read.value.type !== 'order') return [];
  const { envelope, key, signature } = read.value;
  const signed = { raw: Buffer.from(envelope, 'utf8'), key, signature: Buffer.from(signature, 'base64') };
  const event = doors.order(signed, 'websocket');
  if (event === null) return [];
  const done: Effect['do'][] = [];
  const loop = turnLoop(village(), {
    ...{ now, setTimer: () => () => undefined, append: () => new Promise(() => undefined) },
    ...{ release: () => undefined, answer: () => undefined, stateHash: () => '', report: () => undefined },
    carryOut: (effect) => {
      done.push(effect.do);
      if (effect.do === 'sound') drivers.carryOut(effect);
    },
  });
  loop.ask(event);
  loop.stop();
  return done;
};

/**
 * An alarm comes once in months, and code that has never run, or not for long, is many times slower the first time. So the
 * box plays one through now and then, by the very functions that a real one takes: message, signature, envelope, decision,
 * frames. (The thread of a line rehearses its own part.) Nothing sounds, nothing is written or sent, and the village
 * stays as it is: doors, drivers and loop of the stage are its own.
 */
export const createRehearsal = (parts: RehearsalParts): Rehearsal => {
  const stage = setStage(parts);
  return {
    round: () => {
      stage.turn += 1;
      const done = play(parts, stage, messageOf(parts, stage.signer, stage.turn), stage.doors);
      void stage.drivers.stop();
      return done;
    },
  };
};

/** How often a rehearsal is held. */
export interface RehearsalPace {
  /** So many after the start, until the way is quick. */
  readonly first: number;
  /** Then one after so many ms, so that it stays so; more often, and memory would never be tidied up in between. */
  readonly everyMs: number;
}

/** After the start, rehearsals take so much of each turn and rest for the remainder: a tenth of the program's time. */
const [turnMs, workMs] = [50, 5] as const;
/** Before the outputs are read at the start nothing is decided, and other things are more urgent. */
const settledMs = 3_000;

export interface PacePorts {
  readonly after: (ms: number, call: () => void) => () => void;
  readonly stopwatch: () => number;
}

/** Rehearses at this pace until the returned function is called. */
export const keepRehearsing = (
  rehearsal: Rehearsal,
  { first, everyMs }: RehearsalPace,
  { after, stopwatch }: PacePorts,
): (() => void) => {
  let left = first;
  let cancel: () => void = () => undefined;
  const turn = (): void => {
    const begunAt = stopwatch();
    do {
      rehearsal.round();
      left -= 1;
    } while (left > 0 && stopwatch() - begunAt < workMs);
    // A slow machine, or one that has other things to do, gets its rest all the same.
    cancel = after(left > 0 ? Math.max(turnMs, 9 * (stopwatch() - begunAt)) : everyMs, turn);
  };
  cancel = after(settledMs, turn);
  return () => cancel();
};
