import type { Effect } from './effect.ts';
import { outcomeOf } from './outcome.ts';
import type { Receipt, Stage } from './receipt.ts';
import type { Site, Terminal, Zone } from './site.ts';
import { rememberStarts } from './supply-starts.ts';
import type { Instant, MonoMs } from './time.ts';
import type { Broadcast, Durable, Senses, ZonePlay, ZoneProgress } from './village.ts';

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/**
 * One step at work. Functions of core change the working copy `durable` and add effects; `step` made the copy and hands
 * it out, so from outside a step is a pure function. Inner objects are replaced, never changed in place.
 */
export interface Work {
  readonly at: Instant;
  readonly site: Site;
  readonly durable: Writable<Durable>;
  readonly senses: Writable<Senses>;
  readonly effects: Effect[];
  /** True while the event is one whose switching goes to the wire at once (design: order of acts). */
  urgent: boolean;
  /** The order, trigger or stop this event is about; '' for all others. */
  readonly trace: string;
  /** Zones whose item began in this step: their first segment is due at this very instant. */
  readonly started: Set<string>;
  /** Zones that waited for a sound output until this step, and since when. */
  readonly waited: Map<string, MonoMs>;
  /** Zones that left an item out in this step because a higher rank has their sound output. */
  readonly shut: Set<string>;
}

/** An order that comes again is told what became of it, also when its receipts were acknowledged long ago. */
const keepOutcome = (work: Work, { trace, body }: Receipt): void => {
  const seen = work.durable.seen[trace];
  const outcome = outcomeOf(body);
  if (seen === undefined || outcome === null) return;
  work.durable.seen = { ...work.durable.seen, [trace]: { ...seen, outcome } };
};

export const receiptFor = (work: Work, about: Broadcast | { trace: string }, body: Stage): void => {
  const broadcast = 'results' in about ? about : null;
  const receipt: Receipt = {
    number: work.durable.nextReceipt,
    at: work.at,
    trace: about.trace,
    alert: broadcast?.alert.id ?? null,
    broadcast: broadcast?.id ?? null,
    status: broadcast?.alert.status ?? null,
    body,
  };
  work.durable.nextReceipt += 1;
  work.effects.push({ do: 'receipt', receipt });
  keepOutcome(work, receipt);
};

export const putBroadcast = (work: Work, broadcast: Broadcast): Broadcast => {
  work.durable.broadcasts = { ...work.durable.broadcasts, [broadcast.id]: broadcast };
  return broadcast;
};

/** The newest of a broadcast that was read before something changed it; itself where nothing has. */
export const latest = ({ durable }: Pick<Work, 'durable'>, broadcast: Broadcast): Broadcast =>
  durable.broadcasts[broadcast.id] ?? broadcast;

const notMeantFor: ZoneProgress = {
  state: 'ended',
  passes: 0,
  item: 0,
  started: false,
  lastPassAt: null,
  resume: null,
};

/** How far a broadcast has come in a zone; in a zone that it is not meant for there is nothing left of it. */
export const progressIn = (broadcast: Broadcast, zone: string): ZoneProgress => broadcast.zones[zone] ?? notMeantFor;

export const putProgress = (
  work: Work,
  broadcast: Broadcast,
  zone: string,
  change: Partial<ZoneProgress>,
): Broadcast => {
  const after: ZoneProgress = { ...progressIn(broadcast, zone), ...change };
  return putBroadcast(work, { ...broadcast, zones: { ...broadcast.zones, [zone]: after } });
};

export const putPlay = (work: Work, zone: string, play: ZonePlay | null): void => {
  const { [zone]: before, ...others } = work.durable.plays;
  if (before !== undefined)
    work.durable.supplyStarts = rememberStarts(work.site, work.durable.supplyStarts, before, work.at.mono);
  work.durable.plays = play === null ? others : { ...others, [zone]: play };
};

/** What follows from the broadcasts is worked out once for each of them: the same object always has the same live ones. */
const liveOf = new WeakMap<Durable['broadcasts'], readonly Broadcast[]>();

/** In received order: a decision never depends on the order of an object's keys. */
export const liveBroadcasts = ({ broadcasts }: Durable): readonly Broadcast[] => {
  const known = liveOf.get(broadcasts);
  if (known !== undefined) return known;
  const live = Object.values(broadcasts)
    .filter((broadcast) => broadcast.ended === null)
    .sort((a, b) => a.sequence - b.sequence);
  liveOf.set(broadcasts, live);
  return live;
};

export const terminalsOf = (site: Site, zone: string): readonly Terminal[] =>
  site.terminals.filter((terminal) => terminal.zone === zone);

export const terminalById = (site: Site, id: string): Terminal | undefined =>
  site.terminals.find((terminal) => terminal.id === id);

export const zoneById = (site: Site, id: string): Zone | undefined => site.zones.find((zone) => zone.id === id);

export const silence = (work: Work, terminals: readonly string[], cause: string): void => {
  if (terminals.length === 0) return;
  const trace = work.trace === '' ? cause : work.trace;
  work.effects.push({ do: 'silence', urgent: work.urgent, terminals, cause, trace });
};
