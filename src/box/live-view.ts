import type {
  BroadcastView,
  Counts,
  LiveView,
  ReceiptView,
  ResultView,
  StoppedView,
  TerminalNow,
} from '../console/view.ts';
import { isBySensor, newestWords, unanswered } from '../core/answer.ts';
import { isEmergency } from '../core/cue-id.ts';
import { compareRank } from '../core/precedence.ts';
import { newsOf } from '../core/latch.ts';
import { leavesOpen } from '../core/lift.ts';
import { segmentDuring } from '../core/segments.ts';
import type { Terminal } from '../core/site.ts';
import { stoppedLast } from '../core/stop.ts';
import type { Instant } from '../core/time.ts';
import type { Broadcast, Durable, Senses, TerminalResult } from '../core/village.ts';
import type { Outcome } from './witness.ts';
import { explainCode } from '../words/error-codes.ts';

export interface LiveSources {
  readonly durable: Durable;
  readonly looks: Senses['looks'];
  readonly at: Instant;
  readonly software: string;
  readonly uplink: LiveView['uplink'];
  readonly isDurable: boolean;
  readonly troubles: readonly string[];
  /** Newest first. */
  readonly receipts: readonly ReceiptView[];
  /** When each terminal's unit was last heard, on the box's own scale. */
  readonly seenAt: ReadonlyMap<string, number>;
  /** What became of a broadcast whose terminals the core has forgotten. */
  readonly outcome: (broadcast: string) => Outcome | undefined;
}

/**
 * Most live broadcasts shown, most ended ones, most that are still to be lifted beside them, and how many with every
 * terminal; the rest only with numbers.
 */
const bounds = { live: 32, ended: 8, open: 32, detailed: 6 } as const;
/** An ended broadcast is shown this long. */
const endedForMs = 6 * 3_600_000;

/** Silent, valid and never taken back: shown however old it is and whatever ended since, or the page would call it calm. */
const isOpen = (one: Broadcast, now: Instant): boolean =>
  one.kind === 'alert' && isEmergency(one) && leavesOpen.has(one.ended) && one.expiresAt > now.mono;

const ageOf = (at: number, now: Instant): number => Math.max(0, now.mono - at);

const resultView = (terminal: string, result: TerminalResult, live: boolean, now: Instant): ResultView => ({
  terminal,
  verdict: result.verdict === 'due' ? (live ? 'waiting' : 'unknown') : result.verdict,
  grade: result.grade,
  reason: result.reason,
  value: result.value,
  unit: result.unit,
  ageMs: result.verdict === 'due' ? null : ageOf(result.at, now),
});

/** Whoever is neither proven to have sounded nor proven silent is unknown, also while it is only waited for. */
const countsOf = (results: readonly ResultView[]): Counts => {
  const count = (verdict: ResultView['verdict']): number => results.filter((one) => one.verdict === verdict).length;
  const [sounded, failed, waiting] = [count('sounded'), count('failed'), count('waiting')];
  return { due: results.length, sounded, failed, unknown: results.length - sounded - failed, waiting };
};

const stateOf = ({ ended, zones }: Broadcast): BroadcastView['state'] => {
  if (ended !== null) return 'ended';
  const states = Object.values(zones).map(({ state }) => state);
  if (states.includes('playing')) return 'playing';
  return states.includes('preempted') ? 'preempted' : 'queued';
};

/** `waiting`: what waits for an answer. */
type Showing = LiveSources & { readonly waiting: ReadonlySet<Broadcast> };

const broadcastView = (broadcast: Broadcast, { at: now, outcome, waiting }: Showing): BroadcastView => {
  const { alert, ended } = broadcast;
  const known = ended === null ? undefined : outcome(broadcast.id);
  const results = Object.entries(known?.results ?? broadcast.results).map(([terminal, result]) =>
    resultView(terminal, result, ended === null, now),
  );
  return {
    id: broadcast.id,
    trace: broadcast.trace,
    alert: alert.id,
    source: broadcast.source,
    isLocal: alert.id.startsWith('local-'),
    isBySensor: isBySensor(broadcast),
    kind: broadcast.kind,
    status: alert.status,
    class: alert.class,
    severity: alert.severity,
    headline: alert.headline,
    text: alert.text,
    plan: broadcast.plan,
    zones: Object.entries(broadcast.zones).map(([zone, { state, passes }]) => ({ zone, state, passes })),
    state: stateOf(broadcast),
    repeats: broadcast.repeats,
    receivedAgoMs: ageOf(broadcast.receivedAt, now),
    ended,
    endedAgoMs: broadcast.endedAt === null ? null : ageOf(broadcast.endedAt, now),
    isExpired: broadcast.expiresAt <= now.mono,
    awaitsAnswer: waiting.has(broadcast),
    counts: ended === null ? countsOf(results) : (known?.counts ?? null),
    results,
  };
};

const soundingNow = (durable: Durable, terminal: string, at: number): boolean =>
  Object.values(durable.plays).some(
    (play) => play.speaking.includes(terminal) || segmentDuring(play, terminal, at) !== null,
  );

/** The newest evidence of a terminal, whatever broadcast it was due in; one that never reached it shows nothing of it. */
const newestResults = (broadcasts: readonly BroadcastView[]): ReadonlyMap<string, ResultView> => {
  const newest = new Map<string, ResultView>();
  for (const one of broadcasts.flatMap(({ results }) => results)) {
    if (one.reason === 'not-started') continue;
    const before = newest.get(one.terminal);
    if (one.ageMs !== null && (before?.ageMs ?? Infinity) > one.ageMs) newest.set(one.terminal, one);
  }
  return newest;
};

/** By a look in this very pass of what plays in its zone; what was proven before that says nothing of now. */
const isProvenNow = ({ durable: { plays, broadcasts }, looks }: LiveSources, { id, zone }: Terminal): boolean => {
  const playing = broadcasts[plays[zone]?.broadcast ?? ''];
  const look = looks[id];
  if (playing === undefined || look?.broadcast !== playing.id) return false;
  return look.sounds && look.at >= (playing.zones[zone]?.lastPassAt ?? playing.receivedAt);
};

const terminalsNow = (sources: LiveSources, newest: ReadonlyMap<string, ResultView>): readonly TerminalNow[] =>
  (sources.durable.site?.terminals ?? []).map((terminal) => {
    const { id } = terminal;
    const { durable, at, seenAt } = sources;
    const state = durable.terminals[id];
    const last = newest.get(id) ?? null;
    const seen = seenAt.get(id);
    const ordered = soundingNow(durable, id, at.mono);
    return {
      id,
      health: state?.health ?? 'well',
      reason: state?.reason ?? '',
      sounding: !ordered ? 'no' : isProvenNow(sources, terminal) ? 'yes' : 'unknown',
      seenAgoMs: seen === undefined ? null : ageOf(seen, at),
      last,
    };
  });

const withoutResults = (view: BroadcastView, index: number): BroadcastView =>
  index < bounds.detailed ? view : { ...view, results: [] };

const stoppedView = (stopped: Broadcast): StoppedView => {
  const { id, headline, severity, text } = newsOf(stopped).alert;
  return { alert: id, headline, severity, text, isNews: stopped.news !== undefined };
};

const stopOf = (durable: Durable, at: Instant): LiveView['stop'] => {
  const stopped = stoppedLast(durable, at.mono);
  if (stopped.length === 0) return null;
  // New words for what is stopped are shown like a stop of now: whoever is on duty must hear of them.
  const newest = Math.max(...stopped.map(({ endedAt, news }) => news?.receivedAt ?? endedAt ?? at.mono));
  return { ageMs: ageOf(newest, at), warnings: stopped.slice(0, bounds.live).map(stoppedView) };
};

/** The state of everything as the page shows it: one reducer's state, each value with its age, nothing guessed. */
export const liveViewOf = (sources: LiveSources): LiveView => {
  const { durable, at } = sources;
  const all = Object.values(durable.broadcasts);
  // What an update took the place of is in force no more, also when the update is over.
  const newest = new Set(newestWords(durable));
  const showing: Showing = { ...sources, waiting: new Set(unanswered(durable, at.mono)) };
  const live = all
    .filter(({ ended }) => ended === null)
    .sort((a, b) => compareRank(b.rank, a.rank) || a.sequence - b.sequence)
    .slice(0, bounds.live)
    .map((one) => broadcastView(one, showing));
  const ended = all
    .filter(({ endedAt }) => endedAt !== null)
    .sort((a, b) => (b.endedAt ?? 0) - (a.endedAt ?? 0) || compareRank(b.rank, a.rank) || b.sequence - a.sequence)
    .filter(
      (one, index) =>
        (index < bounds.ended && ageOf(one.endedAt ?? 0, at) < endedForMs) || (newest.has(one) && isOpen(one, at)),
    )
    .slice(0, bounds.ended + bounds.open)
    .map((one) => broadcastView(one, showing));
  return {
    at: { wall: at.wall, trust: at.trust },
    boot: durable.boot ?? '',
    software: sources.software,
    uplink: sources.uplink,
    isDurable: sources.isDurable,
    troubles: sources.troubles.slice(0, 32).map((code) => ({ code, words: explainCode(code) })),
    live: live.map(withoutResults),
    ended: ended.map(withoutResults),
    terminals: terminalsNow(sources, newestResults([...live, ...ended])),
    receipts: sources.receipts,
    stop: stopOf(durable, at),
  };
};
