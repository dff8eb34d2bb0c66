import type { Dice } from '../simulate/dice.ts';

/** What is wrong with what an input did, in words; null where it was as promised. */
export type Verdict = string | null;

/** One input, ready to be taken. Making it costs nothing that is measured. */
export interface Shot {
  readonly take: () => Verdict | Promise<Verdict>;
  /** The input for a person who looks into one seed. */
  readonly show: () => string;
}

/** A target that is set up. What it measures of itself replaces what the runner measures of its own process. */
export interface Aim {
  readonly shot: (dice: Dice) => Shot;
  /** Ms of processor that the code under test has used since it began. */
  readonly cpuMs?: () => number;
  /** Ms of processor of the longest time without a pause since this was last asked, where an input is a length of life. */
  readonly longestMs?: () => number;
  /** Bytes that the code under test holds. */
  readonly heldBytes?: () => number;
  /** Looked at after the last input. */
  readonly end?: () => Verdict | Promise<Verdict>;
  readonly close?: () => void | Promise<void>;
}

export interface Target {
  readonly name: string;
  readonly what: { readonly zh: string; readonly en: string };
  /** What is under test: files, each with all that it loads, and folders of data; a change there begins the count anew. */
  readonly covers: readonly string[];
  /** Inputs that a long run adds up to. */
  readonly goal: number;
  /** Does it talk to a process of its own? Then this process may open files and sockets meanwhile. */
  readonly apart?: boolean;
  readonly prepare: () => Aim | Promise<Aim>;
}

export const million = 1_000_000;
/** Audio and HTTP, where each input costs a process or a connection. */
export const hundredThousand = 100_000;

/** A whole folder of a site costs as much as ten of its files, and each file has a million of its own. */
export const fiftyThousand = 50_000;

/** Text with everything that a terminal could take amiss written out. */
export const shown = (input: string | Uint8Array): string =>
  typeof input === 'string'
    ? JSON.stringify(input).slice(0, 2_000)
    : Buffer.from(input).toString('hex').slice(0, 2_000);
