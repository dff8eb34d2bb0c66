/**
 * What is said in the village when a warning is taken back and the plan has no words of its own for it. Spoken, so in the
 * village's language only; `{name}` is the name of the plan.
 */
export const liftSentences = {
  correction: '更正：刚才播发的“{name}”是误播，现在没有危险，请大家不要惊慌。',
  'all-clear': '“{name}”预警已经解除，请大家放心，并留意后面的通知。',
} as const;

export type LiftKind = keyof typeof liftSentences;
