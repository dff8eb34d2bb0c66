import type { Effect } from '../core/effect.ts';

const terminalsOf = (effect: Effect): readonly string[] => {
  if (effect.do === 'sound') return effect.cues.map(({ terminal }) => terminal);
  return effect.do === 'silence' ? effect.terminals : [];
};

const onlyFor = (effect: Effect, isMeant: (terminal: string) => boolean): Effect | null => {
  if (effect.do === 'sound') {
    const cues = effect.cues.filter(({ terminal }) => isMeant(terminal));
    return cues.length === 0 ? null : { ...effect, cues };
  }
  if (effect.do !== 'silence') return effect;
  const terminals = effect.terminals.filter(isMeant);
  return terminals.length === 0 ? null : { ...effect, terminals };
};

/** Which terminals were switched, and behind which step. */
export interface Overtaken {
  /** Begins a step and gives its number. */
  readonly next: () => number;
  /** Effects of this step wait for its record. */
  readonly hold: (effects: readonly Effect[], of: number) => void;
  /** A step switches now. What is to be done for it, in this order: the offs that it would else pass, and itself. */
  readonly done: (effect: Effect, of: number) => readonly Effect[];
  /** What is left of an effect that waited for the record of this step, as `done` has it; nothing when all was overtaken. */
  readonly left: (effect: Effect, of: number) => readonly Effect[];
}

/**
 * A slow disk holds back what waits for its record, and urgent acts pass it: a stop, a warning of a higher rank. What was
 * decided before them must not come after them: words after a stop, an off into the warning that sounds. But an off is not
 * lost by it: an on may leave what runs to its own end, so the off goes before the on that would pass it.
 */
export const createOvertaken = (): Overtaken => {
  const switched = new Map<string, number>();
  let newest = 0;
  let held: readonly { readonly off: Effect; readonly of: number }[] = [];

  const notPassed = (effect: Effect, of: number): Effect | null =>
    onlyFor(effect, (terminal) => (switched.get(terminal) ?? 0) <= of);

  const offsBefore = (effect: Effect, of: number): readonly Effect[] => {
    if (effect.do !== 'sound' || held.length === 0) return [];
    const passing = new Set(terminalsOf(effect));
    return held.flatMap((one) => {
      const off = one.of < of ? notPassed(one.off, one.of) : null;
      return (off === null ? null : onlyFor(off, (terminal) => passing.has(terminal))) ?? [];
    });
  };

  const done: Overtaken['done'] = (effect, of) => {
    const offs = offsBefore(effect, of);
    for (const terminal of terminalsOf(effect)) switched.set(terminal, of);
    return [...offs, effect];
  };

  return {
    next: () => (newest += 1),
    hold: (effects, of) => {
      const offs = effects.filter((effect) => effect.do === 'silence');
      if (offs.length > 0) held = [...held, ...offs.map((off) => ({ off, of }))];
    },
    done,
    left: (effect, of) => {
      held = held.filter(({ off }) => off !== effect);
      // Any switching takes it back, wherever it is: it is never begun beside something that sounds.
      if (effect.do === 'quiet-test') return [...switched.values()].some((step) => step > of) ? [] : [effect];
      const left = notPassed(effect, of);
      return left === null ? [] : done(left, of);
    },
  };
};
