import { emptyVillage } from '../core/village.ts';
import type { JournalEntry } from './loop.ts';
import type { Checkpoint } from './recover.ts';

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isCount = (value: unknown): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;

/** More receipts than any box gives out; whoever says that there were more would leave the next one without a number. */
const receiptsMax = 2 ** 52;
const isReceiptNumber = (value: unknown): value is number => isCount(value) && value < receiptsMax;

const isInstant = (value: unknown): boolean =>
  isObject(value) && typeof value['mono'] === 'number' && typeof value['wall'] === 'number';

const isReceipt = (value: unknown): boolean =>
  isObject(value) && isReceiptNumber(value['number']) && isObject(value['body']) && typeof value['trace'] === 'string';

const isWord = (value: unknown): value is string => typeof value === 'string';

/** Are the facts there that a record keeps whatever the rules make of it? */
const hasItsFacts = (event: Readonly<Record<string, unknown>>): boolean => {
  if (event['kind'] === 'acknowledged') return isCount(event['receipt']);
  if (event['kind'] !== 'order') return isWord(event['kind']);
  const { order } = event;
  if (!isObject(order) || !isObject(order['body']) || !isCount(order['counter'])) return false;
  const { kind, keys } = order['body'];
  return [order['id'], order['hash'], order['sender']].every(isWord) && (kind !== 'set-keys' || Array.isArray(keys));
};

/**
 * Was this appended as an entry, by this program or an older one? The journal's checksums say that it stands as it was
 * written, not by whom; what cannot be an entry must not keep the box from starting.
 */
export const isEntry = (payload: unknown): payload is JournalEntry =>
  isObject(payload) &&
  isInstant(payload['at']) &&
  isObject(payload['event']) &&
  hasItsFacts(payload['event']) &&
  Array.isArray(payload['receipts']) &&
  payload['receipts'].every(isReceipt);

const empty: Readonly<Record<string, unknown>> = { ...emptyVillage.durable };

/** Of the same kind as in a village without anything; what is null there may be anything. */
const isOfItsKind = (name: string, value: unknown): boolean => {
  const example = empty[name];
  if (example === null || example === undefined) return true;
  if (isObject(example)) return isObject(value);
  if (Array.isArray(example)) return Array.isArray(value);
  return typeof example === 'number' ? isCount(value) : typeof value === typeof example;
};

/** Counters that must never step back: receipts given out and acknowledged. */
const countersFit = ({ nextReceipt = 1, acknowledged = 0 }: Readonly<Record<string, unknown>>): boolean =>
  isReceiptNumber(nextReceipt) && isCount(acknowledged) && acknowledged < nextReceipt;

const isDurable = (value: unknown): boolean =>
  isObject(value) &&
  value['schema'] === emptyVillage.durable.schema &&
  Object.entries(value).every(([name, part]) => isOfItsKind(name, part)) &&
  countersFit(value);

/** What a checkpoint's data must be before the box believes it; its checksum has held already. */
export const isCheckpoint = (value: unknown): value is Checkpoint =>
  isObject(value) &&
  isCount(value['record']) &&
  typeof value['hash'] === 'string' &&
  isCount(value['owedFrom']) &&
  isDurable(value['durable']);
