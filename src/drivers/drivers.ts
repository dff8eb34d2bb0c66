import type { Cue } from '../core/cue.ts';
import type { Effect } from '../core/effect.ts';
import type { Event } from '../core/event.ts';
import { createToken, sleep } from './clock.ts';
import { groupBy } from './group-by.ts';
import { nothingBefore, type Before } from './edge-detector.ts';
import { createPolling, type Sense } from './polling.ts';
import type { Look } from './prove.ts';
import { createQuietTester } from './quiet-test.ts';
import { createRig, type Rig, type RigOptions } from './rig.ts';
import { pursueSilence, type Silenced } from './silence.ts';
import type { SoundPort } from './sound-port.ts';
import { sound } from './sound.ts';
import { createSpeakers, type Speakers } from './speakers.ts';
import type { Target } from './target.ts';

export interface DriverOptions extends RigOptions {
  /** What each poll saw, in memory only. */
  readonly onSense?: (sense: Sense) => void;
  /** Sound made on the box; null or left out where there is none. */
  readonly sound?: SoundPort | null;
  /** What was known before the start; left out where nothing was. */
  readonly before?: Before;
  /** How many units with sensors alone do not answer now. */
  readonly onGauges?: (silent: number) => void;
}

export interface Drivers {
  /** Begins an effect at once and returns; what comes of it is reported as events. Effects that are not ours are ignored. */
  carryOut(effect: Effect): void;
  startPolling(): void;
  /** Takes everything back, without switching anything off: leases do that. Resolves when nothing is under way. */
  stop(): Promise<void>;
}

/** From an off on the wire to a contact that is open and a current that is gone. */
const contactMs = 60;

/** Offs that have not had their effect yet, by terminal. */
type OffPending = Map<string, Promise<unknown>>;

/** What is switched, and what is played. */
interface Hands {
  readonly rig: Rig;
  readonly speakers: Speakers;
}

/** Off at one line, read back and pursued in that line's own time: no other line that is deaf holds it up. */
const silenceLine = async (
  rig: Rig,
  silenced: readonly Silenced[],
  trace: string,
  pending: OffPending,
): Promise<void> => {
  const { switcher, clock, report } = rig;
  const targets = silenced.map(({ wired }) => ({ wired, durationMs: 0 }));
  const off = switcher.switchOutputs({ targets, trace, broadcasts: true });
  const settled = off.then(() => sleep(clock, contactMs, createToken()));
  for (const { wired } of silenced) pending.set(wired.id, settled);
  const pursued = pursueSilence(silenced, await off, trace, {
    ...{ switcher, clock, report },
    readStates: (open) => rig.states(open, 'read-back', trace),
  });
  await Promise.all([pursued, settled]);
  for (const { wired } of silenced) if (pending.get(wired.id) === settled) pending.delete(wired.id);
};

const silence = async (
  { rig, speakers }: Hands,
  { terminals, trace }: Extract<Effect, { do: 'silence' }>,
  pending: OffPending,
): Promise<void> => {
  const quiet = speakers.silence(terminals);
  const bare = terminals.filter((id) => rig.map.sounds.get(id)?.amplifier === null);
  for (const id of bare) pending.set(id, quiet);
  const silenced = terminals.flatMap((id) => {
    const wired = rig.map.terminals.get(id);
    return wired === undefined ? [] : [{ wired, token: rig.newToken(id) }];
  });
  const lines = [...groupBy(silenced, ({ wired }) => wired.line).values()];
  const offs = lines.map((onLine) => silenceLine(rig, onLine, trace, pending));
  // On lines of their own: no chip speaks on until the last unit of another line has been waited for.
  const chips = silenced.flatMap(({ wired }) => rig.chipOf(wired)?.stop() ?? []);
  await Promise.all([...offs, quiet, ...chips]);
  for (const id of bare) if (pending.get(id) === quiet) pending.delete(id);
};

/** An off on a line that does not answer holds up an alarm for at most this long. */
const neighboursMs = 250;

/** The offs still under way in the zones of these cues; null when there are none: then nothing waits. */
const neighboursOff = (rig: Rig, cues: readonly Cue[], pending: OffPending): Promise<unknown> | null => {
  const zoneOf = (id: string): string | undefined => rig.site.terminals.find((one) => one.id === id)?.zone;
  const zones = new Set(cues.map(({ terminal }) => zoneOf(terminal)));
  const offs = [...pending].flatMap(([terminal, off]) => (zones.has(zoneOf(terminal)) ? [off] : []));
  if (offs.length === 0) return null;
  return Promise.race([Promise.all(offs), sleep(rig.clock, neighboursMs, createToken())]);
};

/** Loudspeakers that the box feeds, and everything that makes its own sound. */
const soundAll = async (
  { rig, speakers }: Hands,
  effect: Extract<Effect, { do: 'sound' }>,
  waits: Promise<unknown> | null,
): Promise<void> => {
  const fed = effect.cues.filter(({ terminal }) => rig.map.sounds.has(terminal));
  const cues = effect.cues.filter((cue) => !fed.includes(cue));
  await Promise.all([speakers.play(fed, waits), cues.length === 0 ? null : sound(rig, { ...effect, cues }, waits)]);
};

const renew = async (rig: Rig, { terminals, holdMs }: Extract<Effect, { do: 'renew' }>): Promise<void> => {
  const targets = terminals.flatMap((id): Target[] => {
    const wired = rig.map.terminals.get(id);
    return wired === undefined ? [] : [{ wired, durationMs: holdMs }];
  });
  const orders = new Map(terminals.map((id) => [id, rig.tokenOf(id)]));
  const stillMeant = (id: string): boolean => rig.tokenOf(id) === orders.get(id);
  await rig.switcher.switchOutputs({ targets, trace: null, broadcasts: true, stillMeant });
};

/** Looks that ask for silence wait until the offs before them have left and the contacts had time to open. */
const proveNow = async ({ rig, speakers }: Hands, looks: readonly Look[], pending: OffPending): Promise<void> => {
  const offs = looks.flatMap(({ terminal, cue }) => (cue === null ? (pending.get(terminal) ?? []) : []));
  await Promise.all(offs);
  const played = looks.flatMap(({ terminal }) => speakers.look(terminal) ?? []);
  const wired = looks.filter(({ terminal }) => !played.some((one) => one.terminal === terminal));
  // One event for all: a stop is proven by one look at everything.
  rig.report([...played, ...(wired.length === 0 ? [] : await rig.look(wired, null))]);
};

const readOutputs = async (rig: Rig, options: RigOptions): Promise<void> => {
  const read = await rig.states([...rig.map.terminals.values()], 'read-back', null);
  for (const [id, seen] of read) if (seen === 'off') rig.switcher.knownOff(id);
  const inState = (state: 'on' | 'unread'): readonly string[] =>
    [...read].flatMap(([id, seen]) => (seen === state ? [id] : []));
  const unwired = rig.site.terminals
    .map(({ id }) => id)
    .filter((id) => !rig.map.terminals.has(id) && !rig.map.sounds.has(id));
  options.report({ kind: 'outputs', on: inState('on'), unread: [...inState('unread'), ...unwired] });
};

/** Effects become exchanges and evidence: no decisions about what should sound, no vendor names. */
export const createDrivers = (given: DriverOptions): Drivers => {
  // Never within `carryOut`: an event told there would be folded before the one whose effect is being carried out is recorded.
  const report = (event: Event): void => {
    // Whatever the reason of it: whether an answer heals that, core decides.
    if (event.kind === 'evidence')
      for (const { terminal, sight } of event.findings) if (sight === 'no-reply') polling.doubt(terminal);
    queueMicrotask(() => given.report(event));
  };
  const options: DriverOptions = { ...given, report };
  const rig = createRig(options);
  const speakers = createSpeakers(rig, options, given.sound ?? null);
  const hands: Hands = { rig, speakers };
  const pending: OffPending = new Map();
  const underway = new Set<Promise<void>>();
  const { map, chipOf } = rig;
  const { settings } = rig.switcher;
  const { onSense = () => undefined, onGauges = () => undefined, before = nothingBefore } = options;
  const polling = createPolling({ ...options, map, chipOf, settings, onSense, onGauges, before });
  const quiet = createQuietTester({
    ...{ map, lines: options.lines, clock: options.clock },
    report: (terminal, result) => options.report({ kind: 'quiet-tested', terminal, result }),
  });
  const work = (effect: Effect): Promise<void> | null => {
    if (effect.do === 'sound' || effect.do === 'silence') quiet.giveUp();
    switch (effect.do) {
      case 'sound':
        return soundAll(hands, effect, neighboursOff(rig, effect.cues, pending));
      case 'silence':
        return silence(hands, effect, pending);
      case 'renew':
        return renew(rig, effect);
      case 'prove':
        return proveNow(hands, effect.looks, pending);
      case 'quiet-test':
        return quiet.test(effect.terminal, effect.trace);
      case 'read-outputs':
        return readOutputs(rig, options);
      case 'answer':
      case 'receipt':
        return null;
    }
  };
  return {
    carryOut: (effect) => {
      const begun = work(effect);
      if (begun === null) return;
      underway.add(begun);
      void begun.finally(() => underway.delete(begun));
    },
    startPolling: () => polling.start(),
    stop: async () => {
      rig.takeAllBack();
      quiet.giveUp();
      await polling.stop();
      await Promise.all(underway);
    },
  };
};
