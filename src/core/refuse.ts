import { coreErrors } from '../words/errors/core.ts';
import { fill } from '../words/bilingual.ts';
import { receiptFor, type Work } from './work.ts';

export type CoreErrorCode = keyof typeof coreErrors;

/** A refusal of core: coded, journaled, and told upstream under the id it came with. */
export interface Refusal {
  readonly code: CoreErrorCode;
  readonly params: Readonly<Record<string, string | number>>;
}

export const refusal = (code: CoreErrorCode, params: Refusal['params'] = {}): Refusal => ({ code, params });

/** Refuses something that only bears the id of an order: what became of that order itself stays as it was. */
export const refuseApart = (
  work: Work,
  trace: string,
  refused: { readonly code: string; readonly detail: string },
): void => {
  const { seen } = work.durable;
  receiptFor(work, { trace }, { stage: 'refused', ...refused });
  work.durable.seen = seen;
};

export const tellRefusal = (work: Work, trace: string, { code, params }: Refusal): void =>
  receiptFor(work, { trace }, { stage: 'refused', code, detail: fill(coreErrors[code].en, params) });
