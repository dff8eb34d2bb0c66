import type { DriverClock } from './clock.ts';
import { leaseMs, type Target } from './target.ts';

/** An on that runs out within this is over before the next begins: rounding of device timers and of our own. */
const nearlyOverMs = 150;

/** A frame that was handed to its line, until it is known what became of it. */
export interface Handed {
  /** It left, or may have. `echoed`: its unit has confirmed it. */
  left(how: { readonly echoed: boolean }): void;
  /** A newer order came before it: it never left. */
  superseded(): void;
}

/** What the outputs do, as far as it is known from what was ordered, answered and read. */
export interface RunningOutputs {
  /** When the last timed on ends by itself, by what was ordered; 0 when the output was read off or cancels by off. */
  runsUntil(terminal: string): number;
  /** It was read off: nothing runs any more. */
  knownOff(terminal: string): void;
  /** A repeat by broadcast would restart every running siren on the line, unless a repeat only extends. */
  mayRepeatToAll(target: Target): boolean;
  /** False when it was known off, and nothing that switches it on can have left since. */
  mayBeOn(target: Target): boolean;
  /** Notes a frame that is handed to this line now, by what it switches. */
  hand(line: string, targets: readonly Target[]): Handed;
}

/** Frames that switch something on and were not heard of yet, by line, in the order in which they leave. */
const startingFrames = () => {
  const byLine = new Map<string, Set<readonly Target[]>>();
  return {
    add: (line: string, targets: readonly Target[]): void => {
      byLine.set(line, (byLine.get(line) ?? new Set()).add(targets));
    },
    remove: (line: string, targets: readonly Target[]): void => void byLine.get(line)?.delete(targets),
    /** Only the first of a line can be on the wire. */
    mayLeaveNow: ({ wired }: Target): boolean => {
      const [first = []] = byLine.get(wired.line) ?? [];
      return first.some((one) => one.wired.id === wired.id);
    },
  };
};

export const runningOutputs = (clock: DriverClock): RunningOutputs => {
  const running = new Map<string, number>();
  const off = new Set<string>();
  const starting = startingFrames();
  const runsUntil = (terminal: string): number => running.get(terminal) ?? 0;
  const note = ({ wired, durationMs }: Target): void => {
    if (durationMs > 0) running.set(wired.id, clock.now() + leaseMs(wired, durationMs));
    else if (wired.output.offCancels === 'yes') running.delete(wired.id);
  };
  const left = ({ wired, durationMs }: Target, echoed: boolean): void => {
    if (durationMs > 0) off.delete(wired.id);
    else if (echoed && wired.output.offCancels === 'yes') off.add(wired.id);
    // The device's timer began when the frame ended, which may be well after it was ordered.
    if (durationMs > 0 && runsUntil(wired.id) > 0) note({ wired, durationMs });
  };
  return {
    runsUntil,
    knownOff: (terminal) => {
      running.delete(terminal);
      off.add(terminal);
    },
    mayRepeatToAll: ({ wired, durationMs }) =>
      durationMs <= 0 || wired.output.retrigger === 'extends' || runsUntil(wired.id) <= clock.now() + nearlyOverMs,
    mayBeOn: (target) => !off.has(target.wired.id) || starting.mayLeaveNow(target),
    hand: (line, targets) => {
      const before = targets.map(({ wired: { id } }) => ({ id, until: runsUntil(id) }));
      targets.forEach(note);
      const noted = new Map(targets.map(({ wired: { id } }) => [id, runsUntil(id)]));
      if (targets.some(({ durationMs }) => durationMs > 0)) starting.add(line, targets);
      return {
        left: ({ echoed }) => {
          starting.remove(line, targets);
          for (const target of targets) left(target, echoed);
        },
        superseded: () => {
          starting.remove(line, targets);
          // Unless a newer order has noted its own.
          for (const { id, until } of before) if (runsUntil(id) === noted.get(id)) running.set(id, until);
        },
      };
    },
  };
};
