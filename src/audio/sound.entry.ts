/**
 * The sound process: makes sound and plays it. It is a program of its own so that nothing slow, loud or broken in it can
 * hold up the box; when the box dies the channel closes, it ends, and its players fall silent with it.
 */
import { createSoundMaker } from './make/make-sound.ts';
import { realClock } from './make/clock.ts';
import { createAlsaPlayer } from './out/alsa-player.ts';
import { createPcmTcp } from './out/pcm-tcp.ts';
import { recordFrom } from './out/recorder.ts';
import type { Sink, SinkEvents } from './out/sink.ts';
import { createSoundDesk } from './out/sound-desk.ts';
import { isSoundAsk, type SoundSetup, type SoundTell } from './out/sound-messages.ts';

const tell = (message: SoundTell): void => {
  if (process.connected) process.send?.(message, () => undefined);
};

const openSink = ({ id, via }: SoundSetup['outputs'][number], events: SinkEvents): Sink =>
  via.kind === 'alsa'
    ? createAlsaPlayer({ output: id, ...via, clock: realClock, events })
    : createPcmTcp({ output: id, ...via, clock: realClock, events });

const desk = createSoundDesk({
  clock: realClock,
  tell,
  maker: ({ maker }) => createSoundMaker({ ...maker, onTrouble: (failure) => tell({ say: 'trouble', failure }) }),
  sink: openSink,
  record: recordFrom,
});

/** Outputs are closed first; what makes sound may be stuck, and is not waited for. */
const endWithinMs = 1_000;

const end = (): void => {
  const done = (): never => process.exit(0);
  setTimeout(done, endWithinMs).unref();
  desk.close().then(done, done);
};

process.on('message', (message: unknown) => {
  if (isSoundAsk(message)) desk.obey(message);
});
process.on('disconnect', end);
process.on('SIGTERM', end);
// The box itself ends us, by closing the channel: Ctrl-C in a terminal goes to both, and the box stops in order.
process.on('SIGINT', () => undefined);
