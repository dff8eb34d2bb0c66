import type { Socket } from 'node:net';
import type { Cancel, Clock } from '../clock.ts';
import { createPcmStore, pcmRate, type PcmStore } from '../ear/pcm-store.ts';
import { createSoundWire, kinds, type Message, type SoundWire } from './sound-wire.ts';

/** A loudspeaker on the network: it listens, and sounds only for a box that has proven itself. */
export interface NetworkSpeaker {
  /** Serves one connection; returns what ends it. */
  serve(socket: Socket): () => void;
  /** Sound comes out, also the pauses within it. */
  isPlaying(): boolean;
  /** Something loud came out within the last half second. */
  isLoud(): boolean;
  readonly store: PcmStore;
  /** How many connections were thrown out because they could not prove themselves, or broke the rules. */
  readonly refused: () => number;
}

export interface NetworkSpeakerOptions {
  readonly clock: Clock;
  /** Ms since the start of the run: the scale of the store. */
  readonly elapsedMs: () => number;
  readonly key: Uint8Array;
  readonly hasMicrophone: boolean;
  /** What its microphone would hear of what comes out; null where its amplifier is off or dead. */
  readonly amplified: () => boolean;
  /** Told when sound begins or ends. */
  readonly changed: () => void;
}

/** Sound waits this long before it comes out, so that a late packet leaves no hole. */
const bufferMs = 40;
/** More than this in the buffer is thrown away: a loudspeaker that plays for long after a stop is a danger. */
const queueMaxMs = 500;
/** A box that has not proven itself within this is thrown out. */
const proofWithinMs = 3000;
const loudnessWindowMs = 500;
const loudPeak = 0.01;
const echoMs = 20;
/** What one message to the box may hold. */
const messageSamples = 960;
/** What its microphone hears of its own sound. */
const echoLevel = 0.25;

const samplesIn = (payload: Buffer): Int16Array =>
  Int16Array.from({ length: payload.length >> 1 }, (_, index) => payload.readInt16LE(2 * index));

const bytesOf = (pcm: Int16Array): Buffer => {
  const bytes = Buffer.alloc(2 * pcm.length);
  pcm.forEach((sample, index) => bytes.writeInt16LE(Math.round(sample * echoLevel), 2 * index));
  return bytes;
};

/** What comes out of it: samples by time, with a short buffer before them. */
const createSounding = ({ clock, elapsedMs, changed }: NetworkSpeakerOptions) => {
  const store = createPcmStore();
  let playUntil = 0;
  let cancelEnd: Cancel = () => undefined;
  return {
    store,
    isPlaying: (): boolean => elapsedMs() < playUntil,
    playUntil: (): number => playUntil,
    play: (pcm: Int16Array): void => {
      const now = elapsedMs();
      const fresh = now >= playUntil;
      const from = fresh ? now + bufferMs : playUntil;
      if (from - now > queueMaxMs) return;
      store.add(from, pcm);
      playUntil = from + (1000 * pcm.length) / pcmRate;
      if (fresh) changed();
      cancelEnd();
      cancelEnd = clock.at(clock.now() + playUntil - now, changed);
    },
    stop: (): void => {
      store.cut(elapsedMs());
      playUntil = Math.min(playUntil, elapsedMs());
      cancelEnd();
      changed();
    },
  };
};

type Sounding = ReturnType<typeof createSounding>;
type Say = (kind: number, payload: Buffer) => void;

/** Sends back what the microphone hears, 20 ms at a time, while something plays and a moment after it. */
const startEcho = (options: NetworkSpeakerOptions, sounding: Sounding, say: Say): Cancel => {
  const { clock, elapsedMs } = options;
  let heardUntil = elapsedMs();
  const again = (): void => {
    const now = elapsedMs();
    if (now < sounding.playUntil() + echoMs || now - heardUntil < echoMs) {
      const heard = sounding.store.raw(Math.max(heardUntil, now - 5 * echoMs), now);
      const out = options.amplified() ? heard : new Int16Array(heard.length);
      for (let at = 0; at < out.length; at += messageSamples) {
        say(kinds.heard, bytesOf(out.subarray(at, at + messageSamples)));
      }
    }
    heardUntil = now;
    cancel = clock.at(clock.now() + echoMs, again);
  };
  let cancel = clock.at(clock.now() + echoMs, again);
  return () => cancel();
};

const obey = (sounding: Sounding, { kind, payload }: Message, say: Say): void => {
  if (kind === kinds.sound) sounding.play(samplesIn(payload));
  else if (kind === kinds.stop) sounding.stop();
  else if (kind === kinds.ask) say(kinds.alive, Buffer.alloc(4));
};

/** One box at the other end, until it hangs up or is thrown out. */
const converse = (
  options: NetworkSpeakerOptions,
  { socket, sounding, refuse }: { socket: Socket; sounding: Sounding; refuse: () => void },
): (() => void) => {
  const { key, hasMicrophone, clock } = options;
  const wire: SoundWire = createSoundWire({ key, hasMicrophone });
  let stopEcho: Cancel | null = null;
  const say: Say = (kind, payload) => {
    const message = wire.say(kind, payload);
    if (message !== null && !socket.destroyed) socket.write(message);
  };
  const throwOut = (): void => {
    refuse();
    socket.destroy();
  };
  const cancelLimit = clock.at(clock.now() + proofWithinMs, throwOut);
  socket.write(wire.hello);
  socket.on('data', (bytes) => {
    const taken = wire.take(typeof bytes === 'string' ? Buffer.from(bytes) : bytes);
    if (taken === null) {
      throwOut();
      return;
    }
    if (taken.answer !== null) {
      cancelLimit();
      socket.write(taken.answer);
      if (hasMicrophone) stopEcho = startEcho(options, sounding, say);
    }
    for (const message of taken.messages) obey(sounding, message, say);
  });
  return () => {
    cancelLimit();
    stopEcho?.();
  };
};

export const createNetworkSpeaker = (options: NetworkSpeakerOptions): NetworkSpeaker => {
  const { elapsedMs } = options;
  const sounding = createSounding(options);
  const { store, isPlaying } = sounding;
  let refused = 0;
  const refuse = (): void => void (refused += 1);
  return {
    store,
    isPlaying,
    isLoud: () => isPlaying() && store.peakSince(elapsedMs() - loudnessWindowMs, elapsedMs()) > loudPeak,
    refused: () => refused,
    serve: (socket) => converse(options, { socket, sounding, refuse }),
  };
};
