import { ok } from '../../src/words/failure.ts';
import type { CentreResult } from './codes.ts';
import { openSigned, type InboxPorts, type SignedText } from './inbox-ports.ts';
import type { Link } from './link.ts';
import type { ReceiptBody } from './receipt.ts';

/** What a box said of an order that it was sent again (`SignedOutcome`). */
export interface RepeatedOutcome {
  readonly order: string;
  readonly outcome: ReceiptBody;
}

/** Outcomes kept of one box, the newest. */
const outcomesMax = 64;

/** Keeps what a box answered to an order it had before; it is shown beside the order's receipts. */
export const takeOutcome = (ports: InboxPorts, link: Link, text: SignedText): Promise<CentreResult<null> | null> =>
  Promise.resolve(keepOutcome(ports, link, text));

const keepOutcome = (ports: InboxPorts, link: Link, text: SignedText): CentreResult<null> | null => {
  const opened = openSigned(ports, link, 'outcome', text);
  if (!opened?.ok) return opened;
  const content = opened.value as RepeatedOutcome & { readonly box: string };
  const outcomes = ports.boxes.get(content.box)?.outcomes;
  outcomes?.delete(content.order);
  outcomes?.set(content.order, content.outcome);
  const [oldest] = outcomes?.keys() ?? [];
  if (oldest !== undefined && (outcomes?.size ?? 0) > outcomesMax) outcomes?.delete(oldest);
  return ok(null);
};
