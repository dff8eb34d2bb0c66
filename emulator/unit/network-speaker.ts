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

export const createNetworkSpeaker = (options: NetworkSpeakerOptions): NetworkSpeaker => {
  const { clock, elapsedMs, changed } = options;
  const store = createPcmStore();
  let playUntil = 0;
  let cancelEnd: Cancel = () => undefined;
  let refused = 0;
  const isPlaying = (): boolean => elapsedMs() < playUntil;
  const planEnd = (): void => {
    cancelEnd();
    cancelEnd = clock.at(clock.now() + Math.max(0, playUntil - elapsedMs()), changed);
  };
  const play = (pcm: Int16Array): void => {
    const now = elapsedMs();
    const fresh = now >= playUntil;
    const from = fresh ? now + bufferMs : playUntil;
    if (from - now > queueMaxMs) return;
    store.add(from, pcm);
    playUntil = from + (1000 * pcm.length) / pcmRate;
    if (fresh) changed();
    planEnd();
  };
  const stop = (): void => {
    store.cut(elapsedMs());
    playUntil = Math.min(playUntil, elapsedMs());
    cancelEnd();
    changed();
  };
  const obey = ({ kind, payload }: Message, answer: (kind: number, payload: Buffer) => void): void => {
    if (kind === kinds.sound) play(samplesIn(payload));
    else if (kind === kinds.stop) stop();
    else if (kind === kinds.ask) answer(kinds.alive, Buffer.alloc(4));
  };
  const echo = (say: (kind: number, payload: Buffer) => void): Cancel => {
    let cancel: Cancel = () => undefined;
    let heardUntil = elapsedMs();
    const again = (): void => {
      const now = elapsedMs();
      if (now < playUntil + echoMs || now - heardUntil < echoMs) {
        const heard = store.raw(Math.max(heardUntil, now - 5 * echoMs), now);
        const out = options.amplified() ? heard : new Int16Array(heard.length);
        for (let at = 0; at < out.length; at += messageSamples) {
          say(kinds.heard, bytesOf(out.subarray(at, at + messageSamples)));
        }
      }
      heardUntil = now;
      cancel = clock.at(clock.now() + echoMs, again);
    };
    cancel = clock.at(clock.now() + echoMs, again);
    return () => cancel();
  };
  const converse = (socket: Socket, wire: SoundWire): (() => void) => {
    let stopEcho: Cancel | null = null;
    const say = (kind: number, payload: Buffer): void => {
      const message = wire.say(kind, payload);
      if (message !== null && !socket.destroyed) socket.write(message);
    };
    const throwOut = (): void => {
      refused += 1;
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
        if (options.hasMicrophone) stopEcho = echo(say);
      }
      for (const message of taken.messages) obey(message, say);
    });
    return () => {
      cancelLimit();
      stopEcho?.();
    };
  };
  return {
    store,
    isPlaying,
    isLoud: () => isPlaying() && store.peakSince(elapsedMs() - loudnessWindowMs, elapsedMs()) > loudPeak,
    refused: () => refused,
    serve: (socket) => converse(socket, createSoundWire({ key: options.key, hasMicrophone: options.hasMicrophone })),
  };
};
