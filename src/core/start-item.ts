import type { Cue, CueAction } from './cue.ts';
import { canPlay } from './make-broadcast.ts';
import { recentUse, sirenBudgetMs, withUse } from './siren-caps.ts';
import type { Site, Supply, Terminal } from './site.ts';
import type { MonoMs } from './time.ts';
import type { Broadcast, ReadyItem, TonePlay, ZonePlay } from './village.ts';
import { putPlay, receiptFor, terminalsOf, type Work } from './work.ts';

/** Between the end of a tone and what follows: contacts open, horns run out; siren and speech never overlap. */
const afterToneMs = 300;
/** A chip may speak slower than the estimate; after this much more the item is given up and the next begins. */
const speechGrace = { factor: 1.5, extraMs: 4_000 };

/** The id of a cue, readable: broadcast | zone | pass.item | terminal | segment. */
export const cueId = (broadcast: Broadcast, zone: string, terminal: string, segment: number): string => {
  const progress = broadcast.zones[zone];
  return [broadcast.id, zone, `${progress?.passes ?? 0}.${progress?.item ?? 0}`, terminal, segment].join('|');
};

export const isEmergency = (broadcast: Broadcast): boolean =>
  broadcast.alert.status === 'actual' && broadcast.alert.class === 'emergency';

/** Reports a zone that cannot do all it should, once for each reason, until it can again. */
export const degrade = (work: Work, broadcast: Broadcast, zone: string, reason: string | null): void => {
  const before = work.durable.degraded[zone] ?? null;
  if (before === reason) return;
  const { [zone]: gone, ...others } = work.durable.degraded;
  work.durable.degraded = reason === null ? others : { ...others, [zone]: reason };
  if (reason !== null || gone !== undefined) {
    receiptFor(work, broadcast, { stage: 'degraded', zone, reason: reason ?? 'restored' });
  }
};

/** The earliest instant from now at which one more start keeps within `startsAtOnce` in every window of the gap. */
const freeStart = (starts: readonly MonoMs[], supply: Supply, now: MonoMs): MonoMs => {
  let at = now;
  for (;;) {
    const near = starts.filter((start) => Math.abs(start - at) < supply.startGapMs);
    if (near.length < Math.max(1, supply.startsAtOnce)) return at;
    at = Math.min(...near) + supply.startGapMs;
  }
};

/** Sirens that share a battery start in waves of `startsAtOnce`, so that the inrush never drops it. */
const waves = (work: Work, sirens: readonly Terminal[]): TonePlay['starts'] => {
  const now = work.at.mono;
  return sirens.map((siren) => {
    const supply = work.site.supplies.find((candidate) => candidate.id === siren.supply);
    if (supply === undefined) return { terminal: siren.id, delayMs: 0 };
    const known = (work.durable.supplyStarts[supply.id] ?? []).filter((start) => start > now - supply.startGapMs);
    const at = freeStart(known, supply, now);
    work.durable.supplyStarts = { ...work.durable.supplyStarts, [supply.id]: [...known, at] };
    return { terminal: siren.id, delayMs: at - now };
  });
};

/** The time line of a tone that may sound for at most `limitMs`: whole cycles, then what is left of the limit. */
const timeLineMs = (onMs: number, offMs: number, cycles: number, limitMs: number): number => {
  if (onMs * cycles <= limitMs) return (onMs + offMs) * cycles - offMs;
  const whole = Math.floor(limitMs / onMs);
  const rest = limitMs - whole * onMs;
  return rest > 0 ? whole * (onMs + offMs) + rest : whole * (onMs + offMs) - offMs;
};

const speaks = (work: Work, zone: string): boolean =>
  terminalsOf(work.site, zone).some(({ abilities }) => abilities.includes('speech'));

/** No segment is longer than the shortest timed lease among the sirens that play it. */
const longestSegmentMs = (sirens: readonly Terminal[]): number =>
  Math.min(...sirens.map(({ lease }) => (lease.kind === 'timed' ? lease.longestMs : Infinity)));

const startTone = (work: Work, zone: string, broadcast: Broadcast, item: ReadyItem & { play: 'tone' }): boolean => {
  const tone = work.site.tones.find((candidate) => candidate.id === item.tone);
  const sirens = terminalsOf(work.site, zone).filter((terminal) => canPlay(terminal, item));
  if (tone === undefined || sirens.length === 0) return false;
  // A drill whose zone has no voice to say 演练 keeps its sirens silent.
  if (broadcast.alert.status !== 'actual' && !speaks(work, zone)) return false;
  const { mono } = work.at;
  const use = work.durable.sirenUse[zone] ?? [];
  const budgetMs = sirenBudgetMs(work.site, use, mono, broadcast.source);
  const onMs = Math.min(tone.onMs, longestSegmentMs(sirens));
  const wantedMs = Math.min(onMs * tone.cycles, item.longestMs ?? Infinity);
  const limitMs = Math.min(wantedMs, budgetMs);
  if (budgetMs < wantedMs) degrade(work, broadcast, zone, 'siren-cap');
  else if (work.durable.degraded[zone] === 'siren-cap') degrade(work, broadcast, zone, null);
  if (limitMs < 500) return false;
  const starts = waves(work, sirens);
  const totalMs = timeLineMs(onMs, tone.offMs, tone.cycles, limitMs);
  const lastDelayMs = Math.max(...starts.map((start) => start.delayMs));
  const endsAt = mono + lastDelayMs + totalMs;
  const entry = { from: mono, to: endsAt, onMs: limitMs, source: broadcast.source };
  work.durable.sirenUse = { ...work.durable.sirenUse, [zone]: withUse(recentUse(use, mono), entry) };
  const play: TonePlay = { tone: tone.id, onMs, offMs: tone.offMs, totalMs, starts };
  putPlay(work, zone, {
    broadcast: broadcast.id,
    phase: 'item',
    startedAt: mono,
    endsAt: endsAt + afterToneMs,
    tone: play,
    speaking: [],
  });
  return true;
};

const clipMs = (site: Site, id: string): number => site.clips.find((clip) => clip.id === id)?.durationMs ?? 10_000;

const spokenBy = (
  site: Site,
  terminal: Terminal,
  item: ReadyItem,
): { action: CueAction; durationMs: number } | null => {
  if (item.play === 'tone') return null;
  if (item.play === 'speech' && terminal.speech !== null && terminal.abilities.includes('speech')) {
    const durationMs = terminal.speech.baseMs + terminal.speech.perCharacterMs * item.text.length;
    const { text, clip, audio } = item;
    return { action: { play: 'speech', text, clip, audio }, durationMs };
  }
  if (item.clip === null || !terminal.abilities.includes('clip')) return null;
  const track = site.clips.find((clip) => clip.id === item.clip)?.track ?? null;
  return { action: { play: 'clip', clip: item.clip, track }, durationMs: clipMs(site, item.clip) };
};

const startVoice = (work: Work, zone: string, broadcast: Broadcast, item: ReadyItem): boolean => {
  const cues: Cue[] = [];
  let endsAt = work.at.mono;
  for (const terminal of terminalsOf(work.site, zone)) {
    const spoken = spokenBy(work.site, terminal, item);
    if (spoken === null) continue;
    cues.push({ id: cueId(broadcast, zone, terminal.id, 0), terminal: terminal.id, trace: broadcast.trace, ...spoken });
    const deadlineMs = terminal.leadInMs + spoken.durationMs * speechGrace.factor + speechGrace.extraMs;
    endsAt = Math.max(endsAt, work.at.mono + deadlineMs);
  }
  if (cues.length === 0) return false;
  work.effects.push({ do: 'sound', urgent: work.urgent && isEmergency(broadcast), repair: false, cues });
  const play: ZonePlay = {
    broadcast: broadcast.id,
    phase: 'item',
    startedAt: work.at.mono,
    endsAt,
    tone: null,
    speaking: cues.map((cue) => cue.terminal),
  };
  putPlay(work, zone, play);
  return true;
};

/** Begins the item a zone has come to. False when nothing in the zone can play it now: the caller goes on to the next. */
export const startItem = (work: Work, zone: string, broadcast: Broadcast): boolean => {
  const item = broadcast.items[broadcast.zones[zone]?.item ?? 0];
  if (item === undefined) return false;
  work.started.add(zone);
  return item.play === 'tone' ? startTone(work, zone, broadcast, item) : startVoice(work, zone, broadcast, item);
};
