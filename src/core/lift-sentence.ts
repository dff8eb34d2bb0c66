import { fill } from '../words/bilingual.ts';
import { liftSentences, type LiftKind } from '../words/text/lift-sentences.ts';
import type { Plan } from './site.ts';

/** The words that take back a warning of this plan, as long as nobody wrote others. */
export const liftSentence = ({ name, lift }: Pick<Plan, 'name' | 'lift'>, what: LiftKind): string => {
  const own = what === 'correction' ? lift?.correction : lift?.allClear;
  return fill(own ?? liftSentences[what], { name: name.zh });
};
