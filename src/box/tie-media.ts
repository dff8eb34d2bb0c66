import { join } from 'node:path';
import type { AudioChunk, AudioMessage } from '../uplink/audio-messages.ts';
import { failed } from '../words/failure.ts';
import { realMedia } from './media-machine.ts';
import { openBoxMedia, type Media } from './media.ts';
import type { Ties } from './ties.ts';

/** So much of the disk stays free whatever the centre sends: journal and checkpoint come first. */
const floorBytes = 200_000_000;

/** Pushed audio of this box. It may be used at once; its store is opened meanwhile, and until then nothing is fetched. */
export const tieMedia = (ties: Ties, send: (message: AudioMessage) => boolean): Media => {
  const { ports, settings, clock, loop } = ties;
  const machine = ports.media ?? realMedia;
  const decoder = machine.decoder();
  const dir = join(settings.stateDir, 'media');
  let media: Media | null = null;
  let linked = false;
  let stopped = false;
  const open = async (): Promise<void> => {
    const opened = await openBoxMedia({
      store: { disk: ports.disk, dir, freeBytes: () => machine.freeBytes(dir), floorBytes, decode: decoder.decode },
      clock: { now: () => clock.now().mono, after: ports.after },
      durable: () => loop().village().durable,
      tell: (event) => void loop().tell(event),
      send,
      warm: decoder.warm,
      report: (failure) => settings.onFailure?.(failure),
    });
    if (!opened.ok) settings.onFailure?.(opened.failure);
    if (!opened.ok || stopped) return;
    media = opened.value;
    media.look();
    if (linked) media.opened();
  };
  void open();
  return {
    look: () => media?.look(),
    audioFile: (sha256) => media?.audioFile(sha256) ?? null,
    opened: () => {
      linked = true;
      media?.opened();
    },
    closed: () => {
      linked = false;
      media?.closed();
    },
    take: (chunk: AudioChunk) => media?.take(chunk) ?? failed('media-chunk-unwanted', { sha256: chunk.sha256 }),
    stop: () => {
      stopped = true;
      media?.stop();
      decoder.close();
    },
  };
};
