import type { EndedHow, Receipt, Stage } from './receipt.ts';

/** What became of an order, as its sender is told when the same order comes again. */
export type Outcome =
  /** It was taken, and its broadcast waits or sounds. */
  | { readonly stage: 'accepted' }
  | { readonly stage: 'refused'; readonly code: string }
  | { readonly stage: 'done'; readonly what: string }
  | {
      readonly stage: 'ended';
      readonly how: EndedHow;
      readonly due: number;
      readonly sounded: number;
      readonly failed: number;
      readonly unknown: number;
    };

/** The outcome that a receipt tells of its order; null for a stage on the way. */
export const outcomeOf = (body: Stage): Outcome | null => {
  if (body.stage === 'refused') return { stage: 'refused', code: body.code };
  return body.stage === 'done' || body.stage === 'ended' ? body : null;
};

/** The last outcome among these receipts of one order; `accepted` while none of them tells one. */
export const outcomeAmong = (receipts: readonly Receipt[], order: string): Outcome =>
  receipts.flatMap(({ trace, body }) => (trace === order ? (outcomeOf(body) ?? []) : [])).at(-1) ?? {
    stage: 'accepted',
  };
