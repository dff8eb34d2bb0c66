import type { Failure } from '../../words/failure.ts';
import type { Pcm } from '../pcm.ts';

/** 20 ms: what is handed to a player at once. */
export const frameMs = 20;

export type SinkState =
  /** It takes sound. */
  | { readonly state: 'open' }
  /** It is being started or started again: a moment. */
  | { readonly state: 'starting' }
  /** It could not be started, or was lost, and why; it is tried again and again. */
  | { readonly state: 'gone'; readonly failure: Failure };

/** Where frames go: a player of the machine, or a loudspeaker on the network. Never blocks, keeps next to nothing. */
export interface Sink {
  readonly state: () => SinkState;
  /** False where the frame was dropped: nobody takes it, or too much is waiting already. */
  readonly write: (frame: Pcm) => boolean;
  /** Drops what is waiting; silent at most a buffer later. */
  readonly drop: () => void;
  readonly close: () => void;
}

export interface SinkEvents {
  readonly onState: (state: SinkState) => void;
  /** Sound that came back, where the sink can hear. */
  readonly onHeard: (pcm: Pcm) => void;
}

/** Waits between two attempts: at once, then slower, so that a lost loudspeaker costs nothing. */
export const retryMs = (attempts: number, longestMs: number): number => Math.min(longestMs, 50 * 2 ** attempts);

export const bytesOf = (pcm: Pcm): Buffer => {
  const bytes = Buffer.allocUnsafe(2 * pcm.length);
  for (let index = 0; index < pcm.length; index += 1) bytes.writeInt16LE(pcm[index] ?? 0, 2 * index);
  return bytes;
};

/** Whole samples of little-endian bytes; an odd last byte is left out. */
export const samplesOf = (bytes: Uint8Array): Pcm => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Int16Array.from({ length: bytes.length >> 1 }, (_, index) => view.getInt16(2 * index, true));
};
