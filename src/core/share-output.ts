import { canPlay } from './make-broadcast.ts';
import { compareRank } from './precedence.ts';
import { degrade } from './degrade.ts';
import type { Terminal } from './site.ts';
import type { MonoMs } from './time.ts';
import type { Broadcast, ReadyItem, ZonePlay } from './village.ts';
import { progressIn, putPlay, putProgress, silence, terminalById, terminalsOf, type Work } from './work.ts';

/**
 * One sound output carries one item at a time. Zones of one broadcast that begin the same item in the same step share it;
 * otherwise the higher rank has it, and between equals whoever has it plays its item to the end, then whoever waited
 * longest. A zone that cannot have it is `degraded(output-shared)`.
 */
type Standing =
  | 'free'
  /** A zone of the same broadcast is about to come to the same item: it is waited for, so that they share it. */
  | 'soon'
  /** Someone of the same rank plays there, or waited longer. */
  | 'busy'
  /** Someone of higher rank is on air who uses it. */
  | 'shut';

/** A zone that wants to begin an item; `since` when it began to wait, or now. */
interface Wanting {
  readonly zone: string;
  readonly broadcast: Broadcast;
  readonly item: number;
  readonly since: MonoMs;
}

/** Zones of one broadcast get out of step by a wave of sirens or a slow chip; for longer than this nobody waits. */
const fellowsWaitMs = 3_000;

const outputOf = (work: Work, terminal: string): string | null => terminalById(work.site, terminal)?.output ?? null;

const uses = (work: Work, zone: string, broadcast: Broadcast, output: string): boolean =>
  terminalsOf(work.site, zone).some(
    (terminal) => terminal.output === output && broadcast.items.some((item) => canPlay(terminal, item)),
  );

const holds = (work: Work, play: ZonePlay, output: string): boolean =>
  play.phase === 'item' && play.speaking.some((terminal) => outputOf(work, terminal) === output);

const itemOf = (broadcast: Broadcast, zone: string): number => progressIn(broadcast, zone).item;

/** Its next item is the one that is wanted. */
const isJustBefore = (broadcast: Broadcast, zone: string, wanting: Wanting): boolean =>
  itemOf(broadcast, zone) + 1 === wanting.item &&
  progressIn(broadcast, zone).passes === progressIn(broadcast, wanting.zone).passes;

const waitedLonger = (work: Work, zone: string, play: ZonePlay, wanting: Wanting): boolean => {
  const place = (id: string): number => work.site.zones.findIndex((one) => one.id === id);
  if (play.phase !== 'waiting') return false;
  return play.startedAt < wanting.since || (play.startedAt === wanting.since && place(zone) < place(wanting.zone));
};

type OtherPlay = readonly [zone: string, play: ZonePlay];

/** What one other zone's play says about an output that is wanted. */
const standingBeside = (work: Work, [zone, play]: OtherPlay, wanting: Wanting, output: string): Standing => {
  const other = work.durable.broadcasts[play.broadcast];
  if (other === undefined || zone === wanting.zone || !uses(work, zone, other, output)) return 'free';
  const same = other.id === wanting.broadcast.id;
  const rank = compareRank(other.rank, wanting.broadcast.rank);
  if (rank > 0) return 'shut';
  if (rank < 0) return 'free';
  const together = same && itemOf(other, zone) === wanting.item;
  const joins = together && play.startedAt === work.at.mono && work.started.has(zone);
  if (holds(work, play, output)) return joins ? 'free' : 'busy';
  if (!together && waitedLonger(work, zone, play, wanting)) return 'busy';
  const patient = work.at.mono - wanting.since < fellowsWaitMs;
  return same && patient && play.phase === 'item' && isJustBefore(other, zone, wanting) ? 'soon' : 'free';
};

const gravest: readonly Standing[] = ['shut', 'busy', 'soon'];

const standingOf = (work: Work, wanting: Wanting, output: string): Standing => {
  const found = new Set(
    Object.entries(work.durable.plays).map((other) => standingBeside(work, other, wanting, output)),
  );
  return gravest.find((standing) => found.has(standing)) ?? 'free';
};

/** The terminals that could play an item, by whether they may now. */
export interface Sharing {
  readonly free: readonly Terminal[];
  readonly soon: readonly Terminal[];
  readonly busy: readonly Terminal[];
  readonly shut: readonly Terminal[];
}

const sharingFor = (work: Work, wanting: Wanting, item: ReadyItem): Sharing => {
  const able = terminalsOf(work.site, wanting.zone).filter((terminal) => canPlay(terminal, item));
  const standings = able.map(({ output }) => (output === null ? 'free' : standingOf(work, wanting, output)));
  const those = (standing: Standing): readonly Terminal[] => able.filter((_, index) => standings[index] === standing);
  return { free: those('free'), soon: those('soon'), busy: those('busy'), shut: those('shut') };
};

const wantingOf = (work: Work, zone: string, broadcast: Broadcast, item: number): Wanting => ({
  ...{ zone, broadcast, item },
  since: work.waited.get(zone) ?? work.at.mono,
});

const mayBegin = ({ free, soon }: Sharing): boolean => free.length > 0 && soon.length === 0;

/** The zone stays on air and silent until its output is free; its item then begins from its start. */
const putWaiting = (work: Work, zone: string, broadcast: Broadcast): void => {
  const since = work.waited.get(zone) ?? work.at.mono;
  const endsAt = since + fellowsWaitMs;
  putProgress(work, broadcast, zone, { state: 'playing' });
  putPlay(work, zone, {
    ...{ broadcast: broadcast.id, phase: 'waiting', startedAt: since, endsAt, tone: null, speaking: [] },
  });
};

/** Lower ranks lose what this zone takes now; what is left of their item goes on, and all of it waits if nothing is. */
const take = (work: Work, zone: string, broadcast: Broadcast, outputs: ReadonlySet<string | null>): void => {
  for (const [other, play] of Object.entries(work.durable.plays)) {
    const holder = work.durable.broadcasts[play.broadcast];
    if (other === zone || holder === undefined || compareRank(holder.rank, broadcast.rank) >= 0) continue;
    const lost = play.phase === 'item' ? play.speaking.filter((id) => outputs.has(outputOf(work, id))) : [];
    if (lost.length === 0) continue;
    silence(work, lost, 'preempted');
    const speaking = play.speaking.filter((id) => !lost.includes(id));
    degrade(work, holder, other, 'output-shared');
    if (speaking.length > 0 || (play.tone?.starts.length ?? 0) > 0) {
      putPlay(work, other, { ...play, speaking });
      continue;
    }
    // A drill begins again with its marks (promise 7).
    const item = holder.alert.status === 'actual' ? itemOf(holder, other) : 0;
    putWaiting(work, other, putProgress(work, holder, other, { item }));
  }
};

const note = (work: Work, zone: string, broadcast: Broadcast, isShared: boolean): void => {
  const before = work.durable.degraded[zone];
  if (isShared && before === undefined) degrade(work, broadcast, zone, 'output-shared');
  if (!isShared && before === 'output-shared') degrade(work, broadcast, zone, null);
};

/** Who may play: these terminals; or nobody yet, the zone waits; or nobody, the zone goes on without this item. */
export type Admitted = { readonly go: readonly Terminal[] } | 'waits' | 'goes-on';

/**
 * Asks for everything that an item of a zone needs, and takes it. A drill or notice waits for its output rather than skip
 * what it should say: a drill's siren must never sound without its mark.
 */
export const admit = (work: Work, zone: string, broadcast: Broadcast, item: ReadyItem): Admitted => {
  const wanting = wantingOf(work, zone, broadcast, itemOf(broadcast, zone));
  const sharing = sharingFor(work, wanting, item);
  const { free, soon, busy, shut } = sharing;
  const blocked = [...busy, ...shut];
  if (mayBegin(sharing)) {
    take(work, zone, broadcast, new Set(free.flatMap(({ output }) => output ?? [])));
    note(work, zone, broadcast, blocked.length > 0);
    return { go: free };
  }
  if (soon.length === 0 && blocked.length === 0) return 'goes-on';
  const skips = soon.length === 0 && busy.length === 0 && broadcast.alert.status === 'actual';
  if (blocked.length > 0) note(work, zone, broadcast, true);
  if (skips) {
    work.shut.add(zone);
    return 'goes-on';
  }
  putWaiting(work, zone, broadcast);
  return 'waits';
};

/** Nothing of a whole pass could be played because a higher rank has the output: no pass is counted, the zone waits. */
export const waitForOutput = (work: Work, zone: string, broadcast: Broadcast): boolean => {
  if (!work.shut.has(zone)) return false;
  putWaiting(work, zone, putProgress(work, broadcast, zone, { item: 0 }));
  return true;
};

/** The zone waits for this item rather than skip it, as `admit` has it. */
const holdsBack = (sharing: Sharing, { alert }: Broadcast): boolean => {
  const { soon, busy, shut } = sharing;
  if (mayBegin(sharing)) return false;
  return soon.length > 0 || busy.length > 0 || (shut.length > 0 && alert.status !== 'actual');
};

/** May a zone that waits go on now? Not while its next item holds it back; else as soon as any of its items may begin. */
export const mayGoOn = (work: Work, zone: string, play: ZonePlay, broadcast: Broadcast): boolean => {
  const here = itemOf(broadcast, zone);
  const sharings = broadcast.items.map((wanted, item) =>
    sharingFor(work, { zone, broadcast, item, since: play.startedAt }, wanted),
  );
  const isHeldBack = sharings.some((sharing, item) => item === here && holdsBack(sharing, broadcast));
  return !isHeldBack && sharings.some(mayBegin);
};
