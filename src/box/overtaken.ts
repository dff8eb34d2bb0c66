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

/** Which terminals were switched at once, and behind which step. */
export interface Overtaken {
  /** Begins a step and gives its number. */
  readonly next: () => number;
  /** The newest step switches at once. */
  readonly done: (effect: Effect) => void;
  /** What is left of an effect that waited for the record of this step; null when nothing is. */
  readonly left: (effect: Effect, of: number) => Effect | null;
}

/**
 * A slow disk holds back what waits for its record, and urgent acts pass it: a stop, a warning of a higher rank. What was
 * decided before them must not come after them: words after a stop, an off into the warning that sounds.
 */
export const createOvertaken = (): Overtaken => {
  const switched = new Map<string, number>();
  let newest = 0;
  return {
    next: () => (newest += 1),
    done: (effect) => {
      for (const terminal of terminalsOf(effect)) switched.set(terminal, newest);
    },
    left: (effect, of) => {
      // Any switching takes it back, wherever it is: it is never begun beside something that sounds.
      if (effect.do === 'quiet-test') return [...switched.values()].some((step) => step > of) ? null : effect;
      return onlyFor(effect, (terminal) => (switched.get(terminal) ?? 0) <= of);
    },
  };
};
