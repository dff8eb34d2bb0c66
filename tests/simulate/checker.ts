import type { Receipt } from '../../src/core/receipt.ts';
import type { Site } from '../../src/core/site.ts';
import type { Durable } from '../../src/core/village.ts';
import type { History } from './history.ts';
import type { CentreOrder } from './sim-centre.ts';
import type { SimVillage } from './sim-village.ts';

/** A promise that was broken: which, and what was seen. */
export interface Breach {
  readonly promise: string;
  readonly what: string;
}

export interface Scene {
  readonly village: SimVillage;
  readonly history: History;
  /** What is remembered from one look to the next. */
  readonly memory: Map<string, number>;
}

/** Each rule looks at one moment and says what is wrong; null when nothing is. */
export interface Checker {
  readonly promise: string;
  /** After every moment in which the durable part changed. */
  readonly step?: (scene: Scene, durable: Durable) => string | null;
  /** Four times a second. */
  readonly look?: (scene: Scene) => string | null;
  /** For each receipt as it is released. */
  readonly receipt?: (scene: Scene, receipt: Receipt) => string | null;
  /** Every few minutes, between two moments of the village; it must leave the village as it is. */
  readonly probe?: (scene: Scene) => Promise<string | null>;
  /** When the box has started anew. */
  readonly started?: (scene: Scene, durable: Durable) => string | null;
  /** When the run is over and everything has been well for a while. */
  readonly end?: (scene: Scene) => string | null;
}

export const durableOf = ({ village }: Pick<Scene, 'village'>): Durable | null =>
  village.life()?.box.tied.loop.village().durable ?? null;

/** A box that has just started puts its outputs in order first: what sounds meanwhile is judged after it. */
const settlesMs = 5_000;

/** The durable part of a box that is up and through with what it does at its start; null of any other. */
export const settledOf = (scene: Scene): Durable | null => {
  const durable = durableOf(scene);
  const upForMs = scene.village.time.now() - (scene.history.starts.at(-1)?.at ?? 0);
  return durable === null || durable.settlingUntil !== null || upForMs < settlesMs ? null : durable;
};

const zones = new WeakMap<Site, ReadonlyMap<string, string>>();

/** Where a terminal stands; asked for every terminal four times a second, so each site is looked through once. */
export const zoneOf = ({ village }: Scene, terminal: string): string => {
  const { site } = village.site;
  const known = zones.get(site) ?? new Map(site.terminals.map(({ id, zone }) => [id, zone]));
  zones.set(site, known);
  return known.get(terminal) ?? '';
};

const lasting = new WeakMap<Scene['memory'], Map<string, Map<string, number>>>();

/**
 * Since when something is so of a terminal, by the looks at it: null while it is not, and then it is forgotten. Asked for
 * every terminal four times a second, and hardly ever so.
 */
export const lastingSince = (
  { village, memory }: Scene,
  what: string,
  { terminal, isSo }: { readonly terminal: string; readonly isSo: boolean },
): number | null => {
  const all = lasting.get(memory) ?? new Map<string, Map<string, number>>();
  lasting.set(memory, all);
  const of = all.get(what) ?? new Map<string, number>();
  all.set(what, of);
  if (!isSo) {
    if (of.size > 0) of.delete(terminal);
    return null;
  }
  const since = of.get(terminal) ?? village.time.now();
  of.set(terminal, since);
  return since;
};

/** So many counters below the highest the box remembers one by one; what lies below them is never accepted again. */
const counterWindow = 1024;

/** Was this order's counter ever accepted? Its id may be forgotten after a while, its counter never is. */
export const wasTaken = (durable: Durable, { key, counter }: CentreOrder): boolean => {
  const state = durable.senders[key];
  if (state === undefined || counter > state.high) return false;
  const behind = state.high - counter;
  return behind >= counterWindow || ((BigInt(`0x${state.window}`) >> BigInt(behind)) & 1n) === 1n;
};

export const firstOf = <T>(list: Iterable<T>, wrong: (one: T) => string | null): string | null => {
  for (const one of list) {
    const what = wrong(one);
    if (what !== null) return what;
  }
  return null;
};
