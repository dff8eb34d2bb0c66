import { join } from 'node:path';
import type { Part, Ways } from '../audio/out/part-feed.ts';
import type { SoundSetup } from '../audio/out/sound-messages.ts';
import type { Programme, StandIn } from '../audio/programme.ts';
import { createSoundChild, type RunEvents } from '../audio/sound-child.ts';
import type { CueAction } from '../core/cue.ts';
import { spokenMark } from '../core/make-broadcast.ts';
import type { Site, Tone } from '../core/site.ts';
import type { SoundSettings } from '../core/sound-settings.ts';
import type { Durable } from '../core/village.ts';
import { isEmergency } from '../core/cue-id.ts';
import type { SoundItem, SoundPort } from '../drivers/sound-port.ts';
import { explain } from '../words/error-codes.ts';
import { failed, type Failure } from '../words/failure.ts';
import type { Ties } from './ties.ts';

/** Sound made on the box, tied to the loop; `port` null where the site has no sound output. */
export interface TiedSound {
  readonly port: SoundPort | null;
  readonly stop: () => Promise<void>;
}

/** Path of pushed audio that is complete and proven; null while there is none. */
type AudioFile = (sha256: string) => string | null;

/** No recording is longer (reliability: 15 minutes). */
const longestMs = 900_000;

const clipOf = ({ clips }: SoundSettings, id: string | null): StandIn | null => {
  const clip = id === null ? undefined : clips[id];
  return clip === undefined ? null : { make: 'file', path: clip.path, longestMs, expectMs: clip.durationMs };
};

/**
 * What stands in when nothing can speak: the plan's own clip; else, for a real warning that says to move now, the
 * recording that says so. Nothing else is ever replaced by that call.
 */
export const standInFor = (
  sounds: SoundSettings,
  clip: string | null,
  durable: Durable,
  trace: string,
): StandIn | null => {
  const own = clipOf(sounds, clip);
  if (own !== null) return own;
  const broadcast = Object.values(durable.broadcasts).find((one) => one.trace === trace);
  const saysMove = broadcast?.kind === 'alert' && isEmergency(broadcast) && broadcast.alert.stage === 'now';
  return saysMove ? { make: 'stored', recording: 'evacuate' } : null;
};

/** The whole tone with its pauses, so that no amplifier is switched for each of its cycles. */
export const toneParts = (sounds: SoundSettings, tone: Tone, durationMs: number): readonly Part[] => {
  const pattern = sounds.tones[tone.id] ?? 'steady';
  const parts: Part[] = [];
  for (let leftMs = durationMs; leftMs > 0; leftMs -= tone.onMs + tone.offMs) {
    parts.push({ make: 'tone', pattern, durationMs: Math.min(tone.onMs, leftMs) });
    if (tone.offMs === 0 && leftMs <= tone.onMs) break;
    const pauseMs = Math.min(tone.offMs, leftMs - tone.onMs);
    if (pauseMs > 0) parts.push({ make: 'silence', durationMs: pauseMs });
  }
  return parts;
};

const speechWays = (action: CueAction & { play: 'speech' }, audio: string | null, standIn: StandIn | null): Ways => {
  const spoken: Programme = { make: 'speech', text: action.text, ...(standIn === null ? {} : { otherwise: standIn }) };
  const own = action.text === '' ? standIn : spoken;
  return [
    ...(audio === null ? [] : [[{ make: 'file' as const, path: audio, longestMs }]]),
    ...(own === null ? [] : [[own]]),
  ];
};

const waysOf = ({ files, loop }: Ties, audioFile: AudioFile, { action, durationMs, trace }: SoundItem): Ways => {
  const { sounds, site } = files.loaded;
  const { durable } = loop().village();
  switch (action.play) {
    case 'tone': {
      const tone = (durable.site ?? site).tones.find(({ id }) => id === action.tone);
      return tone === undefined ? [] : [toneParts(sounds, tone, durationMs)];
    }
    case 'clip': {
      const clip = clipOf(sounds, action.clip);
      return clip === null ? [] : [[clip]];
    }
    case 'speech':
      return speechWays(
        action,
        action.audio === null ? null : audioFile(action.audio),
        standInFor(sounds, action.clip, durable, trace),
      );
  }
};

/** Everything that the site's plans and notices will say one day. */
export const sayings = (site: Site, { clips }: SoundSettings): readonly Programme[] => {
  const items = site.plans.flatMap(({ playlist, drill }) => [...playlist, ...drill.playlist]);
  const texts = [
    ...Object.values(spokenMark),
    ...items.flatMap((item) => (item.play === 'speech' && item.text !== null ? [item.text] : [])),
    ...site.notices.map(({ text }) => text),
  ];
  return [
    ...[...new Set(texts)].map((text): Programme => ({ make: 'speech', text })),
    ...Object.values(clips).map(({ path, durationMs }): Programme => ({
      ...{ make: 'file', path, longestMs, expectMs: durationMs },
    })),
  ];
};

/** The same trouble is journaled once a minute; a player that dies all night must not fill the journal. */
const noteEveryMs = 60_000;

const createNotes = ({ clock, loop, settings }: Ties) => {
  let told: ReadonlyMap<string, number> = new Map();
  return (failure: Failure, trace?: string): void => {
    settings.onFailure?.(failure);
    const now = clock.now().mono;
    const recent = new Map([...told].filter(([, at]) => now - at < noteEveryMs));
    const key = `${failure.code} ${String(failure.params['output'] ?? '')} ${trace ?? ''}`;
    if (recent.has(key)) return;
    told = recent.set(key, now);
    const note = { kind: 'noted', code: failure.code, detail: explain(failure).en } as const;
    void loop().tell(trace === undefined ? note : { ...note, trace });
  };
};

const setupOf = ({ files, settings }: Ties): SoundSetup => {
  const { wiring, sounds } = files.loaded;
  return {
    outputs: wiring.outputs,
    ears: wiring.terminals.flatMap(({ terminal, sound, returns }) =>
      sound === null || returns === null ? [] : [{ terminal, output: sound, via: returns.via }],
    ),
    maker: {
      cacheFolder: join(settings.stateDir, 'sound'),
      mostCacheBytes: sounds.mostCacheBytes,
      speech: sounds.speech,
    },
  };
};

interface MonoParts {
  readonly clock: Pick<Ties['clock'], 'now'>;
  readonly ports: Pick<Ties['ports'], 'stopwatch'>;
}

/** An instant of the stopwatch on the box's monotonic scale: by how long ago it was. */
export const monoOf = ({ clock, ports }: MonoParts, at: number): number =>
  clock.now().mono - Math.max(0, ports.stopwatch() - at);

const eventsOf = (
  ties: Ties,
  item: SoundItem,
  events: Parameters<SoundPort['begin']>[1],
  note: (why: Failure, trace: string) => void,
): RunEvents => ({
  onSounding: (at) => events.onSounding(monoOf(ties, at), at),
  onQuiet: (from, until) =>
    events.onQuiet({ from: monoOf(ties, from), until: until === null ? null : monoOf(ties, until) }),
  onHeard: ({ terminal, heard }) => events.onReturned({ terminal, verdict: heard.verdict, dbfs: heard.dbfs }),
  onInstead: ({ why }) =>
    note(failed('audio-instead', { output: item.output, why: explain(why).en }).failure, item.trace),
  onEnded: ({ level, failure }) => {
    if (failure !== null) note(failure, item.trace);
    events.onEnded({ dbfs: level.rmsDbfs, reason: failure?.code ?? null });
  },
});

/** Forks the sound process where the site has a sound output, and ties it to drivers and loop. */
export const tieSound = (ties: Ties, audioFile: AudioFile): TiedSound => {
  const { wiring, site, sounds } = ties.files.loaded;
  if (wiring.outputs.length === 0) return { port: null, stop: () => Promise.resolve() };
  const note = createNotes(ties);
  const lost = new Set<string>();
  let listener: (output: string, reason: string | null) => void = () => undefined;
  const child = (ties.ports.sound ?? createSoundChild)({
    setup: setupOf(ties),
    onTrouble: note,
    onOutput: (output, failure) => {
      if (failure !== null) note(failure);
      if (lost.has(output) === (failure !== null)) return;
      if (failure === null) lost.delete(output);
      else lost.add(output);
      listener(output, failure === null ? null : failure.code);
    },
  });
  child.prepare(sayings(site, sounds));
  return {
    port: {
      begin: (item, events) =>
        child.begin(item.output, waysOf(ties, audioFile, item), eventsOf(ties, item, events, note)),
      onOutput: (told) => {
        listener = told;
      },
    },
    stop: () => child.close(),
  };
};
