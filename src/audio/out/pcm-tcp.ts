import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { failed, ok, type Failure, type Result } from '../../words/failure.ts';
import type { Clock } from '../make/clock.ts';
import { createSoundFrames, soundKind, type SoundFrames } from './sound-frames.ts';
import { bytesOf, retryMs, samplesOf, type Sink, type SinkEvents, type SinkState } from './sink.ts';

export interface PcmTcpOptions {
  readonly output: string;
  readonly host: string;
  readonly port: number;
  readonly keyFile: string;
  readonly clock: Clock;
  readonly events: SinkEvents;
  readonly readKey?: (file: string) => Result<Uint8Array>;
}

/** From the connection to the loudspeaker's proof. */
const proofWithinMs = 3_000;
/** The loudspeaker is asked whether it lives, and must answer one of these. */
const askEveryMs = 1_000;
const asksUnanswered = 3;
/** A quarter of a second of sound: more is not kept for a network that is slower than sound. */
const waitingMaxBytes = 12_000;
const longestRetryMs = 2_000;
/** A lost loudspeaker is told as gone only after so many attempts in a row: a single broken connection is no event. */
const quietAttempts = 2;

/** 32 bytes in base64. Errors: audio-output-key. */
export const readSoundKey = (file: string): Result<Uint8Array> => {
  try {
    const key = Buffer.from(readFileSync(file, 'utf8').trim(), 'base64');
    return key.length === 32 ? ok(key) : failed('audio-output-key', { file, why: `${key.length} bytes, not 32` });
  } catch (error) {
    return failed('audio-output-key', { file, why: error instanceof Error ? error.message : String(error) });
  }
};

/** One connection, from its first byte to its loss. */
interface Link {
  readonly say: (kind: number, payload: Uint8Array) => boolean;
  readonly end: () => void;
}

interface LinkPorts {
  readonly onProven: () => void;
  readonly onHeard: SinkEvents['onHeard'];
  readonly onLost: (why: string) => void;
}

const noPayload = new Uint8Array(0);

const openLink = ({ host, port, clock }: PcmTcpOptions, key: Uint8Array, ports: LinkPorts): Link => {
  const frames: SoundFrames = createSoundFrames(key);
  const socket: Socket = connect({ host, port });
  let unanswered = 0;
  let isOver = false;
  let forget = clock.after(proofWithinMs, () => end('it did not prove itself in time'));
  const end = (why: string): void => {
    if (isOver) return;
    isOver = true;
    forget();
    socket.destroy();
    ports.onLost(why);
  };
  const say = (kind: number, payload: Uint8Array): boolean => {
    const message = frames.say(kind, payload);
    if (message === null || isOver || socket.writableLength > waitingMaxBytes) return false;
    socket.write(message);
    return true;
  };
  const ask = (): void => {
    if (unanswered >= asksUnanswered) {
      end('it answers no more');
      return;
    }
    unanswered += 1;
    say(soundKind.ask, noPayload);
    forget = clock.after(askEveryMs, ask);
  };
  socket.setNoDelay(true);
  socket.on('error', (error) => end(error.message));
  socket.on('close', () => end('the connection was closed'));
  socket.on('data', (bytes) => {
    const wasProven = frames.isProven();
    const taken = frames.take(typeof bytes === 'string' ? Buffer.from(bytes) : bytes);
    if (!taken.ok) {
      end(taken.why);
      return;
    }
    if (taken.answer !== null) socket.write(taken.answer);
    if (!wasProven && frames.isProven()) {
      forget();
      ports.onProven();
      ask();
    }
    for (const { kind, payload } of taken.messages) {
      if (kind === soundKind.alive) unanswered = 0;
      if (kind === soundKind.heard) ports.onHeard(samplesOf(payload));
    }
  });
  return { say, end: () => end('closed') };
};

/**
 * A loudspeaker on the network. The box always connects to it and never listens; neither believes the other before it has
 * proven that it knows the key. Lost connections are opened again, for as long as the box runs.
 */
export const createPcmTcp = (options: PcmTcpOptions): Sink => {
  const { output, clock, events, keyFile, readKey = readSoundKey } = options;
  let link: Link | null = null;
  let state: SinkState = { state: 'starting' };
  let attempts = 0;
  let isClosed = false;
  let forget = (): void => undefined;
  const enter = (next: SinkState): void => {
    const same = state.state === next.state;
    state = next;
    if (!same && !isClosed) events.onState(next);
  };
  const lost = (failure: Failure): void => {
    link = null;
    if (isClosed) return;
    attempts += 1;
    enter(attempts >= quietAttempts || state.state === 'gone' ? { state: 'gone', failure } : { state: 'starting' });
    forget = clock.after(retryMs(attempts, longestRetryMs), begin);
  };
  const begin = (): void => {
    const key = readKey(keyFile);
    if (!key.ok) {
      attempts = Math.max(attempts, quietAttempts);
      lost(key.failure);
      return;
    }
    link = openLink(options, key.value, {
      onHeard: events.onHeard,
      onProven: () => {
        attempts = 0;
        enter({ state: 'open' });
      },
      onLost: (why) => lost(failed('audio-loudspeaker', { output, why }).failure),
    });
  };
  begin();
  return {
    state: () => state,
    write: (frame) => link?.say(soundKind.sound, bytesOf(frame)) ?? false,
    drop: () => {
      if (link === null || link.say(soundKind.stop, noPayload)) return;
      // It takes nothing any more: without a connection a loudspeaker has nothing to play.
      if (state.state === 'open') link.end();
    },
    close: () => {
      isClosed = true;
      forget();
      link?.end();
      link = null;
    },
  };
};
