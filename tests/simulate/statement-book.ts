import { verify, type KeyObject } from 'node:crypto';

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

export interface SignedItem {
  readonly signed: string;
  readonly signature: string;
}

export const isItem = (value: unknown): value is SignedItem =>
  isObject(value) && typeof value['signed'] === 'string' && typeof value['signature'] === 'string';

/** Does the box's key stand behind it? */
export const holdsFor =
  (publicKey: KeyObject) =>
  ({ signed, signature }: SignedItem): boolean =>
    verify(null, Buffer.from(signed, 'utf8'), publicKey, Buffer.from(signature, 'base64'));

export type Holds = ReturnType<typeof holdsFor>;

/** What the box last said of itself, and of each order. */
export const statementBook = (holds: Holds, complaints: string[]) => {
  const outcomes = new Map<string, unknown>();
  let troubles: readonly unknown[] = [];
  const setBacks: string[] = [];
  let longest = 0;
  /** The centre is the witness of the journal. A box without its memory says that it holds nothing. */
  const witness = (journal: unknown): void => {
    const records = isObject(journal) ? journal['records'] : null;
    if (typeof records !== 'number' || records === 0) return;
    if (records < longest) setBacks.push(`a journal of ${longest} records has ${records}`);
    longest = records;
  };
  const take = (item: SignedItem): void => {
    if (!holds(item)) {
      complaints.push('a statement is not signed by the box');
      return;
    }
    const value: unknown = JSON.parse(item.signed);
    if (!isObject(value)) return;
    if (typeof value['order'] === 'string' && 'outcome' in value) outcomes.set(value['order'], value['outcome']);
    witness(value['journal']);
    const told = value['troubles'];
    if (Array.isArray(told)) troubles = told;
  };
  return { outcomes, setBacks, take, troubles: () => troubles };
};
