import type { Cue } from './cue.ts';
import type { Effect } from './effect.ts';
import { proofAt, segmentDuring, segmentsBeginning } from './segments.ts';
import { cueId, isEmergency } from './cue-id.ts';
import type { MonoMs } from './time.ts';
import type { Broadcast, TonePlay, ZonePlay } from './village.ts';
import { forgetTries, triesKey } from './tries.ts';
import { silence, terminalById, type Work } from './work.ts';

/** Proof is looked for in each segment until there is some, at most this often for one item. */
const looksMax = 4;

interface OnAir {
  readonly zone: string;
  readonly play: ZonePlay;
  readonly tone: TonePlay;
  readonly broadcast: Broadcast;
}

const onAir = (work: Work): readonly OnAir[] =>
  Object.entries(work.durable.plays).flatMap(([zone, play]) => {
    const broadcast = work.durable.broadcasts[play.broadcast];
    return broadcast === undefined || play.tone === null ? [] : [{ zone, play, tone: play.tone, broadcast }];
  });

/** Cues that begin together and last equally long are one effect, so that one frame can carry them. */
const soundEffects = (work: Work, cues: readonly { cue: Cue; emergency: boolean }[]): readonly Effect[] => {
  const groups = new Map<string, { cues: Cue[]; urgent: boolean }>();
  for (const { cue, emergency } of cues) {
    const urgent = work.urgent && emergency;
    const key = `${cue.durationMs}|${String(urgent)}`;
    const group = groups.get(key) ?? { cues: [], urgent };
    group.cues.push(cue);
    groups.set(key, group);
  }
  return [...groups.values()].map((group) => ({ do: 'sound', repair: false, ...group }));
};

const beginning = (work: Work, after: MonoMs): readonly { cue: Cue; emergency: boolean }[] =>
  onAir(work).flatMap(({ zone, play, tone, broadcast }) => {
    const from = work.started.has(zone) ? play.startedAt - 1 : after;
    return segmentsBeginning(play, from, work.at.mono).flatMap((segment) => {
      const durationMs = segment.offAt - work.at.mono;
      if (durationMs <= 0) return [];
      const id = cueId(broadcast, zone, segment.terminal, segment.index);
      const action = { play: 'tone', tone: tone.tone } as const;
      const cue: Cue = { id, terminal: segment.terminal, trace: broadcast.trace, action, durationMs };
      return [{ cue, emergency: isEmergency(broadcast) }];
    });
  });

const proofs = (work: Work, after: MonoMs): readonly { terminal: string; cue: string }[] =>
  onAir(work).flatMap(({ zone, play, tone, broadcast }) =>
    tone.starts.flatMap(({ terminal }) => {
      const segment = segmentDuring(play, terminal, work.at.mono);
      if (segment === null) return [];
      const due = proofAt(segment);
      if (due <= after || due > work.at.mono) return [];
      const key = triesKey(zone, play, `look|${terminal}`);
      const tries = work.senses.tries[key] ?? 0;
      const known = broadcast.results[terminal];
      const provenNow = known?.verdict === 'sounded' && known.at >= play.startedAt;
      if (provenNow || tries >= looksMax) return [];
      work.senses.tries = { ...work.senses.tries, [key]: tries + 1 };
      return [{ terminal, cue: cueId(broadcast, zone, terminal, segment.index) }];
    }),
  );

/** Sirens with a dead-man are renewed together on one grid, never beyond the end of their segment. */
const renewals = (work: Work, after: MonoMs): readonly Effect[] => {
  const every = work.site.limits.renewEveryMs;
  if (Math.floor(after / every) === Math.floor(work.at.mono / every)) return [];
  const groups = new Map<number, string[]>();
  for (const { play, tone, zone } of onAir(work)) {
    if (work.started.has(zone)) continue;
    for (const { terminal } of tone.starts) {
      const lease = terminalById(work.site, terminal)?.lease;
      const segment = segmentDuring(play, terminal, work.at.mono);
      if (lease?.kind !== 'dead-man' || segment === null) continue;
      const holdMs = Math.min(lease.holdMs, segment.offAt - work.at.mono);
      groups.set(holdMs, [...(groups.get(holdMs) ?? []), terminal]);
    }
  }
  return [...groups].map(([holdMs, terminals]) => ({ do: 'renew', terminals, holdMs }));
};

/** A siren without any lease of its own is switched off when its segment ends. */
const heldEnds = (work: Work, after: MonoMs): readonly string[] =>
  onAir(work).flatMap(({ play, tone }) =>
    tone.starts
      .filter(({ terminal }) => terminalById(work.site, terminal)?.lease.kind === 'held')
      .filter(({ terminal }) => {
        const before = segmentDuring(play, terminal, after);
        return before !== null && before.index !== segmentDuring(play, terminal, work.at.mono)?.index;
      })
      .map(({ terminal }) => terminal),
  );

/**
 * What follows from the state by arithmetic since the last look: segments that begin, proofs that are due, leases to
 * renew. Nothing here changes the durable part, so a replay that leaves these wakes out comes to the same state.
 */
export const emitSegments = (work: Work): void => {
  const after = work.senses.wokeAt ?? work.at.mono;
  const held = heldEnds(work, after);
  silence(work, held, 'segment-over');
  work.effects.push(...soundEffects(work, beginning(work, after)));
  work.effects.push(...renewals(work, after));
  const looks = proofs(work, after);
  if (looks.length > 0) work.effects.push({ do: 'prove', looks });
  work.senses.wokeAt = work.at.mono;
  forgetTries(work);
};
