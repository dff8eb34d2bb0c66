import type { Durable, HeldAudio } from '../core/village.ts';
import type { AlertAudio } from '../core/alert.ts';
import { wantedAudio } from '../core/audio-hold.ts';
import type { Event } from '../core/event.ts';
import { isLasting, openMedia, type MediaPorts, type MediaStore } from '../store/media.ts';
import { openAudioFetch, type AudioFetch, type AudioFetchOptions } from '../uplink/audio-fetch.ts';
import { explain } from '../words/error-codes.ts';
import { failed, ok, type Failure, type Result } from '../words/failure.ts';

export interface MediaTies {
  readonly store: MediaPorts;
  readonly clock: AudioFetchOptions['clock'];
  readonly durable: () => Durable;
  readonly tell: (event: Event) => void;
  readonly send: AudioFetchOptions['send'];
  /** A recording is nearly here: whatever decodes it may start. */
  readonly warm: () => void;
  readonly report: (failure: Failure) => void;
}

/** Pushed audio, tied together: what accepted orders name is fetched, proven, kept, and told to core. */
export interface Media extends Pick<AudioFetch, 'opened' | 'closed' | 'take' | 'stop'> {
  /** A record is durable: is anything wanted, or not needed any more? */
  readonly look: () => void;
  /** Path of a complete and proven recording, for whoever plays it; null while there is none. */
  readonly audioFile: (sha256: string) => string | null;
}

/** With so little missing the decoder starts, so that it stands ready when the last byte is here. */
const nearBytes = 131_072;

const warmNear = ({ warm }: Pick<MediaTies, 'warm'>, { bytes }: AlertAudio, here: number): void => {
  if (bytes - here <= nearBytes) warm();
};

/** What core calls ready but the disk has lost, and what the disk has but core does not know yet. */
const reconcile = (held: readonly HeldAudio[], store: MediaStore, tell: MediaTies['tell']): void => {
  for (const { audio, state } of held) {
    const isHere = store.path(audio.sha256) !== null;
    if (state === 'wanted' && isHere) tell({ kind: 'audio-ready', sha256: audio.sha256 });
    if (state === 'ready' && !isHere) {
      const { code, params } = failed('media-lost', { sha256: audio.sha256 }).failure;
      tell({ kind: 'audio-failed', sha256: audio.sha256, code, detail: explain({ code, params }).en });
    }
  }
};

/** Opens the store and fetches into it. Errors: `disk-…` when its folder cannot be made or read. */
export const openBoxMedia = async (ties: MediaTies): Promise<Result<Media>> => {
  const opened = await openMedia(ties.store);
  if (!opened.ok) return opened;
  const store = opened.value;
  let seen: Durable['audio'] | null = null;
  const named = (sha256: string) => ties.durable().audio[sha256]?.audio;
  const lost = (sha256: string): Result<never> => failed('media-lost', { sha256 });
  const fetch = openAudioFetch({
    clock: ties.clock,
    send: ties.send,
    report: ties.report,
    isLasting,
    shelf: {
      begin: async (sha256) => {
        const audio = named(sha256);
        if (audio === undefined) return lost(sha256);
        const here = await store.begin(audio);
        if (here.ok) warmNear(ties, audio, here.value);
        return here;
      },
      append: (sha256, offset, bytes) => {
        const audio = named(sha256);
        if (audio !== undefined) warmNear(ties, audio, offset + bytes.length);
        return store.append(sha256, offset, bytes);
      },
      finish: async (sha256) => {
        const audio = named(sha256);
        return audio === undefined ? lost(sha256) : store.finish(audio);
      },
    },
    onReady: (sha256) => ties.tell({ kind: 'audio-ready', sha256 }),
    onFailed: (sha256, failure) => {
      ties.report(failure);
      ties.tell({ kind: 'audio-failed', sha256, code: failure.code, detail: explain(failure).en });
    },
  });
  const look = (): void => {
    const { audio } = ties.durable();
    if (audio === seen) return;
    const first = seen === null;
    seen = audio;
    const held = Object.values(audio);
    if (first) reconcile(held, store, ties.tell);
    const missing = wantedAudio(ties.durable()).filter((one) => store.path(one.audio.sha256) === null);
    fetch.want(missing.map((one) => ({ order: one.order, sha256: one.audio.sha256, bytes: one.audio.bytes })));
    void store.keepOnly(new Set(Object.keys(audio))).then((kept) => {
      if (!kept.ok) ties.report(kept.failure);
    });
  };
  return ok({
    look,
    opened: fetch.opened,
    closed: fetch.closed,
    take: fetch.take,
    stop: fetch.stop,
    audioFile: (sha256) => (ties.durable().audio[sha256]?.state === 'ready' ? store.path(sha256) : null),
  });
};
