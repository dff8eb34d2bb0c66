import type { Cue, CueAction } from './cue.ts';
import { cueId, isEmergency } from './cue-id.ts';
import { putResult } from './end-broadcast.ts';
import { canPlay, canSpeak, playsAudio } from './make-broadcast.ts';
import { admit } from './share-output.ts';
import type { Site, Terminal } from './site.ts';
import { startTone } from './start-tone.ts';
import type { Broadcast, ReadyItem, ZonePlay } from './village.ts';
import { latest, putPlay, terminalsOf, type Work } from './work.ts';

/** A chip may speak slower than the estimate; after this much more the item is given up and the next begins. */
const speechGrace = { factor: 1.5, extraMs: 4_000 };

const clipMs = (site: Site, id: string): number => site.clips.find((clip) => clip.id === id)?.durationMs ?? 10_000;

type VoiceItem = Exclude<ReadyItem, { readonly play: 'tone' }>;
type Voice = NonNullable<Terminal['speech']>;

interface From {
  readonly site: Site;
  readonly broadcast: Broadcast;
}

/** How long a terminal that speaks takes for an item: the recording's length, else that of its words, else of the clip. */
const voiceMs = (
  { site, broadcast }: From,
  terminal: Terminal & { readonly speech: Voice },
  item: ReadyItem & { play: 'speech' },
): number => {
  const { audio } = broadcast.alert;
  if (item.audio !== null && playsAudio(terminal) && audio !== undefined && audio !== null) return audio.durationMs;
  if (item.text === '' && item.clip !== null) return clipMs(site, item.clip);
  const { baseMs, perCharacterMs } = terminal.speech;
  return baseMs + perCharacterMs * item.text.length;
};

/** How one that can play the item says it: with its voice, else by the clip; null for a voice that no time is known of. */
const spokenBy = (
  from: From,
  terminal: Terminal,
  item: VoiceItem,
): { action: CueAction; durationMs: number } | null => {
  const { speech } = terminal;
  if (item.play === 'speech' && speech !== null && canSpeak(terminal, item)) {
    const { text, clip, audio } = item;
    const durationMs = voiceMs(from, { ...terminal, speech }, item);
    return { action: { play: 'speech', text, clip, audio }, durationMs };
  }
  if (item.clip === null || !terminal.abilities.includes('clip')) return null;
  const track = from.site.clips.find((clip) => clip.id === item.clip)?.track ?? null;
  return { action: { play: 'clip', clip: item.clip, track }, durationMs: clipMs(from.site, item.clip) };
};

/** A chip has no words for an alert that is a recording only: it is not left to be guessed why it was silent. */
const tellMute = (work: Work, broadcast: Broadcast, terminal: Terminal, item: VoiceItem): void => {
  if (item.play !== 'speech' || !terminal.abilities.includes('speech')) return;
  const now = latest(work, broadcast);
  const before = now.results[terminal.id];
  if (before?.verdict !== 'due') return;
  const after = { ...before, verdict: 'unknown', reason: 'audio-only', at: work.at.mono } as const;
  putResult(work, now, terminal.id, { before, after });
};

interface Starting {
  readonly item: VoiceItem;
  /** Who may play it now. */
  readonly able: readonly Terminal[];
}

const startVoice = (work: Work, zone: string, broadcast: Broadcast, { item, able }: Starting): boolean => {
  for (const terminal of terminalsOf(work.site, zone)) {
    if (!canPlay(terminal, item)) tellMute(work, broadcast, terminal, item);
  }
  const cues: Cue[] = [];
  let endsAt = work.at.mono;
  for (const terminal of able) {
    const spoken = spokenBy({ site: work.site, broadcast }, terminal, item);
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

/**
 * Begins the item a zone has come to, or lets the zone wait for the sound output it needs. False when nothing in the zone
 * can play it now: the caller goes on to the next.
 */
export const startItem = (work: Work, zone: string, broadcast: Broadcast, item: ReadyItem): boolean => {
  work.started.add(zone);
  const admitted = admit(work, zone, broadcast, item);
  if (admitted === 'waits') return true;
  const able = admitted === 'goes-on' ? [] : admitted.go;
  return item.play === 'tone'
    ? startTone(work, zone, broadcast, { item, able })
    : startVoice(work, zone, broadcast, { item, able });
};
