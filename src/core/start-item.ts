import type { Cue, CueAction } from './cue.ts';
import { putResult } from './end-broadcast.ts';
import { canPlay, canSpeak, playsAudio } from './make-broadcast.ts';
import { placeTone, type WantedTone } from './place-tone.ts';
import { recentUse, sirenBudgetMs, withUse } from './siren-caps.ts';
import type { Site, Terminal } from './site.ts';
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
  const whole: WantedTone = { onMs, offMs: tone.offMs, cycles: tone.cycles, limitMs };
  const placed = limitMs < 500 ? null : placeTone({ ...work, now: mono }, sirens, whole);
  const cut = budgetMs < wantedMs ? 'siren-cap' : placed?.whole === false ? 'supply' : null;
  const before = work.durable.degraded[zone];
  if (cut !== null || before === 'siren-cap' || before === 'supply') degrade(work, broadcast, zone, cut);
  if (placed === null || placed.starts.length === 0) return false;
  const { starts, offMs, totalMs, soundMs } = placed;
  const lastDelayMs = Math.max(...starts.map((start) => start.delayMs));
  const endsAt = mono + lastDelayMs + totalMs;
  const entry = { from: mono, to: endsAt, onMs: soundMs, source: broadcast.source };
  work.durable.sirenUse = { ...work.durable.sirenUse, [zone]: withUse(recentUse(use, mono), entry) };
  const play: TonePlay = { tone: tone.id, onMs, offMs, totalMs, starts };
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
  { site, broadcast }: { readonly site: Site; readonly broadcast: Broadcast },
  terminal: Terminal,
  item: ReadyItem,
): { action: CueAction; durationMs: number } | null => {
  if (item.play === 'tone') return null;
  if (item.play === 'speech' && terminal.speech !== null && canSpeak(terminal, item)) {
    const recordedMs = item.audio !== null && playsAudio(terminal) ? broadcast.alert.audio?.durationMs : undefined;
    const durationMs = recordedMs ?? terminal.speech.baseMs + terminal.speech.perCharacterMs * item.text.length;
    const { text, clip, audio } = item;
    return { action: { play: 'speech', text, clip, audio }, durationMs };
  }
  if (item.clip === null || !terminal.abilities.includes('clip') || !canPlay(terminal, item)) return null;
  const track = site.clips.find((clip) => clip.id === item.clip)?.track ?? null;
  return { action: { play: 'clip', clip: item.clip, track }, durationMs: clipMs(site, item.clip) };
};

/** A chip has no words for an alert that is a recording only: it is not left to be guessed why it was silent. */
const tellMute = (work: Work, broadcast: Broadcast, terminal: Terminal, item: ReadyItem): void => {
  if (item.play !== 'speech' || !terminal.abilities.includes('speech')) return;
  const now = work.durable.broadcasts[broadcast.id] ?? broadcast;
  const result = now.results[terminal.id];
  if (result?.verdict !== 'due') return;
  putResult(work, now, terminal.id, { ...result, verdict: 'unknown', reason: 'audio-only', at: work.at.mono });
};

const startVoice = (work: Work, zone: string, broadcast: Broadcast, item: ReadyItem): boolean => {
  const cues: Cue[] = [];
  let endsAt = work.at.mono;
  for (const terminal of terminalsOf(work.site, zone)) {
    const spoken = spokenBy({ site: work.site, broadcast }, terminal, item);
    if (spoken === null) {
      tellMute(work, broadcast, terminal, item);
      continue;
    }
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
