import type { Finding } from './cue.ts';
import { putResult } from './end-broadcast.ts';
import { seeHealth } from './health.ts';
import { segmentDuring, type Segment } from './segments.ts';
import type { ProofGrade, Retrigger, Terminal } from './site.ts';
import { cueId, placeIn } from './cue-id.ts';
import { degrade } from './degrade.ts';
import { judgeSilence } from './stop.ts';
import { freeStart, knownStarts } from './supply-starts.ts';
import type { Broadcast, JudgedResult, TerminalResult, ZonePlay } from './village.ts';
import { triesKey } from './tries.ts';
import { putPlay, terminalById, terminalsOf, type Work } from './work.ts';

/** Best evidence first in the room, worst first in this list. A better grade outweighs a worse one, whatever came last. */
const grades: readonly (ProofGrade | 'switched')[] = [
  'none',
  'switched',
  'chip',
  'status',
  'current',
  'sound',
  'microphone',
];

/** A look this near to the edge of a segment shows the contact moving, not the terminal failing. */
const edgeMs = 80;
const repairsMax = 2;
/** A repair for less than this is over before anyone hears it. */
const repairWorthMs = 400;

const resultOf = (finding: Finding): JudgedResult => {
  const { grade, value, unit, readAt: at, reason } = finding;
  switch (finding.sight) {
    case 'sounding':
    case 'spoken':
      return { verdict: 'sounded', grade, reason: null, value, unit, at };
    case 'silent':
      return { verdict: 'failed', grade, reason: reason ?? 'silent', value, unit, at };
    case 'rejected':
      return { verdict: 'failed', grade, reason: reason ?? 'rejected', value, unit, at };
    case 'off':
      return { verdict: 'failed', grade: 'switched', reason: 'not-switched', value, unit, at };
    case 'no-reply':
      return { verdict: 'unknown', grade: 'none', reason: reason ?? 'no-reply', value, unit, at };
    case 'on':
    case 'ended':
      return { verdict: 'unknown', grade: 'switched', reason: 'switched-only', value, unit, at };
  }
};

/**
 * Does the new evidence replace what is known? `switched` is never `sounded`, no answer never takes proof back, a better
 * grade wins over a worse one, and among equals having sounded stays.
 */
const outweighs = (known: TerminalResult, found: TerminalResult): boolean => {
  if (known.verdict === 'due') return true;
  if (found.verdict === 'unknown') return known.verdict === 'unknown' && found.reason !== known.reason;
  if (known.verdict === 'unknown') return true;
  const difference = grades.indexOf(found.grade) - grades.indexOf(known.grade);
  if (difference !== 0) return difference > 0;
  return known.verdict === 'failed' && found.verdict === 'sounded';
};

interface Seen {
  readonly broadcast: Broadcast;
  readonly zone: string;
  readonly cue: string;
  /** The zone's play, if the item the finding speaks of is still on air. */
  readonly play: ZonePlay | null;
}

const lookUp = (work: Work, { cue }: Finding): Seen | null => {
  if (cue === null) return null;
  const [id, zone, place] = cue.split('|');
  if (id === undefined || zone === undefined) return null;
  const broadcast = work.durable.broadcasts[id];
  if (broadcast === undefined) return null;
  const play = work.durable.plays[zone];
  const current = play?.broadcast === id && place === placeIn(broadcast, zone);
  return { broadcast, zone, cue, play: current ? play : null };
};

/** Was the terminal ordered to sound at the instant it was read? Otherwise its silence says nothing. */
const wasOrdered = (seen: Seen, finding: Finding): boolean => {
  if (finding.sight === 'sounding' || finding.sight === 'spoken') return true;
  if (seen.play === null) return false;
  const speaking = seen.play.speaking.includes(finding.terminal);
  if (speaking || seen.play.tone === null) return speaking;
  const segment = segmentDuring(seen.play, finding.terminal, finding.readAt);
  if (segment === null) return finding.sight === 'no-reply' || finding.sight === 'rejected';
  return finding.readAt >= segment.onAt + edgeMs && finding.readAt <= segment.offAt - edgeMs;
};

const endOfSpeech: ReadonlySet<string> = new Set(['spoken', 'ended', 'rejected', 'no-reply']);

/**
 * A chip that has ended, refused or not answered no longer keeps its zone waiting; nor does the box's own player, whose
 * word is `switched`.
 */
const noteSpoken = (work: Work, seen: Seen, finding: Finding): void => {
  const { play } = seen;
  if (play === null || !play.speaking.includes(finding.terminal)) return;
  const proves = finding.sight === 'spoken' || finding.grade === 'chip' || finding.grade === 'switched';
  if (!proves || !endOfSpeech.has(finding.sight)) return;
  putPlay(work, seen.zone, { ...play, speaking: play.speaking.filter((terminal) => terminal !== finding.terminal) });
};

/**
 * A repair is one more start on the battery that the terminal draws from: it waits for the next look where the supply has
 * no room for it now. Its own start, which failed, is not counted.
 */
const hasRoom = ({ site, durable, senses, at }: Work, terminal: Terminal | undefined, segment: Segment): boolean => {
  const supply = site.supplies.find(({ id }) => id === terminal?.supply);
  if (supply === undefined || terminal === undefined) return true;
  const repaired = site.terminals.flatMap(({ id, supply: feeds }) => {
    const last = senses.repaired[id];
    return feeds === supply.id && last !== undefined && last > at.mono - supply.startGapMs ? [last] : [];
  });
  const begun = [...knownStarts(site, durable, supply, at.mono)];
  const own = begun.indexOf(segment.onAt);
  if (own >= 0) begun.splice(own, 1);
  const known = [...begun, ...repaired].sort((a, b) => a - b);
  const now = { from: at.mono, until: at.mono };
  return freeStart(known, { count: 1, everyMs: supply.startGapMs }, supply, now) !== null;
};

/** Where a second ON does nothing to what may be running, but prolong it. */
const mayBeRepeated: ReadonlySet<Retrigger | undefined> = new Set<Retrigger>(['extends', 'ignored']);

/** Unicast repair within the segment: only where a second ON cannot chop or prolong what may be running. */
const repair = (work: Work, seen: Seen, finding: Finding): void => {
  const { play } = seen;
  if (play === null || play.tone === null) return;
  const segment = segmentDuring(play, finding.terminal, work.at.mono);
  if (segment === null) return;
  const terminal = terminalById(work.site, finding.terminal);
  const key = triesKey(seen.zone, play, `repair|${seen.cue}`);
  const tries = work.senses.tries[key] ?? 0;
  const safe = finding.sight === 'off' || mayBeRepeated.has(terminal?.lease.retrigger);
  const durationMs = segment.offAt - work.at.mono;
  if (!safe || tries >= repairsMax || durationMs < repairWorthMs) return;
  if (!hasRoom(work, terminal, segment)) return;
  work.senses.repaired = { ...work.senses.repaired, [finding.terminal]: work.at.mono };
  work.senses.tries = { ...work.senses.tries, [key]: tries + 1 };
  const id = cueId(seen.broadcast, seen.zone, finding.terminal, segment.index);
  const action = { play: 'tone', tone: play.tone.tone } as const;
  const cue = { id, terminal: finding.terminal, trace: seen.broadcast.trace, action, durationMs };
  work.effects.push({ do: 'sound', urgent: work.urgent, repair: true, cues: [cue] });
  work.effects.push({ do: 'prove', looks: [{ terminal: finding.terminal, cue: id }] });
};

/** A look that shows whether it sounds; what cannot be told from it leaves the one before. */
const shows: Partial<Record<Finding['sight'], boolean>> = {
  sounding: true,
  spoken: true,
  silent: false,
  off: false,
  rejected: false,
};

/** A chip's own word says nothing of an amplifier that was seen silent. */
const isOutdone = (known: TerminalResult | undefined, { grade }: Finding): boolean =>
  known?.verdict === 'failed' && grades.indexOf(grade) < grades.indexOf(known.grade);

const isSounding = ({ sight }: Finding): boolean => shows[sight] === true;

const noteLook = (work: Work, finding: Finding, { id, results }: Broadcast): void => {
  const { terminal, sight, readAt: at } = finding;
  const sounds = shows[sight];
  if (sounds === undefined || (sounds && isOutdone(results[terminal], finding))) return;
  work.senses.looks = { ...work.senses.looks, [terminal]: { broadcast: id, sounds, at } };
};

/** A zone in which every due terminal has been looked at and none is proven is degraded (promise 2). */
const seeZone = (work: Work, broadcast: Broadcast, zone: string): void => {
  const results = terminalsOf(work.site, zone).flatMap(({ id }) => broadcast.results[id] ?? []);
  const dark = results.every(({ verdict }) => verdict === 'failed' || verdict === 'unknown');
  const before = work.durable.degraded[zone];
  if (dark && before === undefined) degrade(work, broadcast, zone, 'nothing-proven');
  if (!dark && before === 'nothing-proven') degrade(work, broadcast, zone, null);
};

const judge = (work: Work, finding: Finding): void => {
  const seen = lookUp(work, finding);
  if (!isSounding(finding) || !isOutdone(seen?.broadcast.results[finding.terminal], finding)) seeHealth(work, finding);
  if (seen === null) return;
  noteSpoken(work, seen, finding);
  if (seen.broadcast.ended !== null || !wasOrdered(seen, finding)) return;
  noteLook(work, finding, seen.broadcast);
  if (finding.sight === 'off' || finding.sight === 'no-reply') repair(work, seen, finding);
  const before = seen.broadcast.results[finding.terminal];
  const after = resultOf(finding);
  if (before === undefined || !outweighs(before, after)) return;
  seeZone(work, putResult(work, seen.broadcast, finding.terminal, { before, after }), seen.zone);
};

/** Evidence decides verdicts (promise 4), health, repairs, the end of speech and the proof of a stop. */
export const judgeEvidence = (work: Work, findings: readonly Finding[]): void => {
  for (const finding of findings) judge(work, finding);
  judgeSilence(
    work,
    findings.filter((finding) => finding.cue === null),
  );
};
