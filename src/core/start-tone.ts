import type { Cue } from './cue.ts';
import { cueId, isEmergency } from './cue-id.ts';
import { degrade } from './degrade.ts';
import { placeTone, timeLineMs, type PlacedTone, type WantedTone } from './place-tone.ts';
import { toneOverAt } from './segments.ts';
import { recentUse, sirenBudgetMs, withUse } from './siren-caps.ts';
import type { Terminal } from './site.ts';
import type { Broadcast, ReadyItem, TonePlay } from './village.ts';
import { putPlay, terminalsOf, type Work } from './work.ts';

/** A loudspeaker may come to the end of a tone this much later than the clock says, made and played as it is. */
const speakerGraceMs = 2_000;
/** Less of a tone is not worth beginning. */
const leastToneMs = 500;

const speaks = (work: Work, zone: string): boolean =>
  terminalsOf(work.site, zone).some(({ abilities }) => abilities.includes('speech'));

/** No segment is longer than the shortest timed lease among the sirens that play it. */
const longestSegmentMs = (sirens: readonly Terminal[]): number =>
  Math.min(...sirens.map(({ lease }) => (lease.kind === 'timed' ? lease.longestMs : Infinity)));

/** Where the supplies let the sirens sound; loudspeakers alone need no place. */
const placeSirens = (work: Work, sirens: readonly Terminal[], wanted: WantedTone): PlacedTone => {
  if (sirens.length > 0) return placeTone({ ...work, now: work.at.mono }, sirens, wanted);
  const soundMs = Math.min(wanted.limitMs, wanted.onMs * wanted.cycles);
  return { offMs: wanted.offMs, totalMs: timeLineMs(wanted), soundMs, starts: [], whole: true };
};

/** A loudspeaker plays the whole tone as one piece, pauses included: no amplifier is switched for each cycle. */
const toneCue = (broadcast: Broadcast, zone: string, terminal: Terminal, whole: WholeTone): Cue => ({
  id: cueId(broadcast, zone, terminal.id, 0),
  terminal: terminal.id,
  trace: broadcast.trace,
  action: { play: 'tone', tone: whole.tone },
  durationMs: whole.durationMs,
});

interface WholeTone {
  readonly tone: string;
  readonly durationMs: number;
}

/** On air: sirens by their segments, loudspeakers until they say that they have ended. */
const putTone = (
  work: Work,
  broadcast: Broadcast,
  zone: string,
  { play: tone, speakers, whole }: { play: TonePlay; speakers: readonly Terminal[]; whole: WholeTone },
): void => {
  const { mono } = work.at;
  const cues = speakers.map((terminal) => toneCue(broadcast, zone, terminal, whole));
  if (cues.length > 0)
    work.effects.push({ do: 'sound', urgent: work.urgent && isEmergency(broadcast), repair: false, cues });
  const speakersEnd = speakers.map(({ leadInMs }) => mono + leadInMs + whole.durationMs + speakerGraceMs);
  putPlay(work, zone, {
    broadcast: broadcast.id,
    phase: 'item',
    startedAt: mono,
    endsAt: Math.max(toneOverAt({ startedAt: mono }, tone), ...speakersEnd),
    tone,
    speaking: speakers.map(({ id }) => id),
  });
};

const countUse = (work: Work, zone: string, { toneMs, soundMs }: Sounding, source: string): void => {
  const { mono } = work.at;
  const use = work.durable.sirenUse[zone] ?? [];
  const entry = { from: mono, to: mono + toneMs, onMs: soundMs, source };
  work.durable.sirenUse = { ...work.durable.sirenUse, [zone]: withUse(recentUse(use, mono), entry) };
};

interface Sounding {
  /** From its start to its last siren's end. */
  readonly toneMs: number;
  readonly soundMs: number;
}

/** Begins a tone at these terminals: sirens, and loudspeakers that the box feeds. False where nothing may sound now. */
export const startTone = (
  work: Work,
  zone: string,
  broadcast: Broadcast,
  { item, able }: { readonly item: ReadyItem & { play: 'tone' }; readonly able: readonly Terminal[] },
): boolean => {
  const tone = work.site.tones.find((candidate) => candidate.id === item.tone);
  const sirens = able.filter(({ output }) => output === null);
  const speakers = able.filter(({ output }) => output !== null);
  if (tone === undefined || able.length === 0) return false;
  // A drill whose zone has no voice to say 演练 keeps its sirens silent.
  if (broadcast.alert.status !== 'actual' && !speaks(work, zone)) return false;
  const use = work.durable.sirenUse[zone] ?? [];
  const budgetMs = sirenBudgetMs(work.site, use, work.at.mono, broadcast.source);
  const onMs = Math.min(tone.onMs, longestSegmentMs(sirens));
  const wantedMs = Math.min(onMs * tone.cycles, item.longestMs ?? Infinity);
  const limitMs = Math.min(wantedMs, budgetMs);
  const wanted: WantedTone = { onMs, offMs: tone.offMs, cycles: tone.cycles, limitMs };
  const placed = limitMs < leastToneMs ? null : placeSirens(work, sirens, wanted);
  const cut = budgetMs < wantedMs ? 'siren-cap' : placed?.whole === false ? 'supply' : null;
  const before = work.durable.degraded[zone];
  if (cut !== null || before === 'siren-cap' || before === 'supply') degrade(work, broadcast, zone, cut);
  if (placed === null || placed.starts.length + speakers.length === 0) return false;
  const { starts, offMs, totalMs, soundMs } = placed;
  const play: TonePlay = { tone: tone.id, onMs, offMs, totalMs, starts };
  const whole: WholeTone = { tone: tone.id, durationMs: timeLineMs(wanted) };
  putTone(work, broadcast, zone, { play, speakers, whole });
  const toneMs = Math.max(totalMs, ...starts.map(({ delayMs }) => delayMs + totalMs));
  countUse(work, zone, { toneMs, soundMs }, broadcast.source);
  return true;
};
