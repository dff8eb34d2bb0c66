import type { Static, TSchema } from 'typebox';
import type {
  broadcastRuleSchema,
  outputSchema,
  proofSchema,
  readBlockSchema,
  registerDeviceSchema,
  registerSchema,
  writeTemplateSchema,
  writeValueSchema,
} from './schema.ts';

/**
 * What a device is, as data. A register device is one YAML file of this shape (a technician can write one, a site can
 * add one in its own folder); driver, emulator, docs and law tests all read the same file. The types are derived from
 * the schema, so that the check at start and the compiler never disagree.
 */
type DeepReadonly<T> = T extends object ? { readonly [K in keyof T]: DeepReadonly<T[K]> } : T;
type Of<S extends TSchema> = DeepReadonly<Static<S>>;

/**
 * A device that speaks Modbus registers. `registers` lists every coil and register that exists; anything else answers
 * exception 2. `channels` counts outputs of a relay or siren, inputs of a meter, readings of a gauge. `verified` is
 * false where no manual or recorded exchange backs the file; `ours` marks profiles defined by this project.
 * `line.turnaroundMs` is the latest first byte of a reply after the end of the request. `emulate` is for the emulated
 * unit alone; drivers never read it.
 */
export type RegisterDevice = Of<typeof registerDeviceSchema>;

/** One coil or register, or `count` in a row. `unit` and `scale` give the meaning of a raw word: value = raw × scale. */
export type Register = Of<typeof registerSchema>;
export type Table = Register['table'];

/** A read: function 1–4, first address, count. */
export type ReadBlock = Of<typeof readBlockSchema>;

/**
 * How outputs are switched. `retrigger`: switched on while on, the running time is extended, the order is ignored, the
 * running time is cut anew, or nobody knows. `offCancels`: does a plain off end a running timed on? `on` switches on for
 * `durationMs` (timed) or holds for it (dead-man: also the renewal). `allOff`: all channels of one unit. `group`: one
 * frame that moves any subset of units by a bit map. `state`: switched state, one bit or register a channel, channel c
 * at `address + c - 1`, nonzero is on. `play` chooses the stored track that the next `on` sounds. `tone` and `volume` are
 * settings that the unit keeps until it loses power; the registers' ranges say how many tones there are and what is full.
 */
export type Output = Of<typeof outputSchema>;

export type Setting = NonNullable<Output['tone']>;

/** Inputs that prove sound: channel c stands at `address + c - 1`; it sounds when raw × scale ≥ `above`. */
export type Proof = Of<typeof proofSchema>;

/** A write as data. The address is `address + channelStep * (channel - 1)`. */
export type WriteTemplate = Of<typeof writeTemplateSchema>;

/** A constant word, `durationMs` in steps of the lease's `stepMs`, a track, tone or volume, or the 16 words of the group map. */
export type WriteValue = Of<typeof writeValueSchema>;

export type BroadcastEffect = 'acts' | 'ignores' | 'unknown';

/**
 * What a broadcast write at `from..to` does; the first matching rule holds, `otherwise` if none does. `moves` says which
 * outputs: the one at `address - from + 1`, all, those by mask, those of the group map, or none (a setting).
 */
export type BroadcastRule = Of<typeof broadcastRuleSchema>;

interface FrameDeviceFacts {
  readonly model: string;
  readonly name: { readonly zh: string; readonly en: string };
  readonly source: string;
  readonly verified: boolean;
  readonly ours: false;
  readonly line: { readonly baud: number; readonly parity: 'none' | 'even' | 'odd'; readonly stopBits: 1 | 2 };
}

/** What any speech chip can say back. `idle` also comes by itself once when speech has ended. */
export type SpeechReply = 'initialised' | 'accepted' | 'rejected' | 'speaking' | 'idle';

/** What a driver needs of a speech chip, whatever its frames look like. */
export interface SpeechCodec {
  /** A text of any length as parts that fit a frame, split at punctuation, at the chip's full volume. */
  parts(text: string): readonly string[];
  /** Null when the part does not fit a frame. */
  speak(part: string): Uint8Array | null;
  stop(): Uint8Array;
  status(): Uint8Array;
  decoder(): { push(bytes: Uint8Array): readonly SpeechReply[] };
  /** Silence that the chip needs between two frames. */
  readonly frameGapMs: number;
}

export type SatelliteReport =
  | { readonly kind: 'message'; readonly sender: number; readonly good: boolean; readonly bytes: Uint8Array }
  /** `sent`: the terminal has taken the message. `wait`: the service period has not elapsed. */
  | { readonly kind: 'sent' }
  | { readonly kind: 'wait'; readonly seconds: number }
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'card'; readonly periodS: number; readonly ownCard: number }
  | { readonly kind: 'self-test'; readonly ready: boolean; readonly reason: string }
  | { readonly kind: 'damaged'; readonly reason: string };

/** What a driver needs of a satellite terminal. */
export interface SatelliteCodec {
  askCard(): Uint8Array;
  askSelfTest(): Uint8Array;
  /** Null when the payload does not fit one message. */
  send(message: { readonly from: number; readonly to: number; readonly bytes: Uint8Array }): Uint8Array | null;
  decoder(): { push(bytes: Uint8Array): readonly SatelliteReport[] };
}

/** A device that speaks frames of its own: its codec is one TypeScript file. */
export type FrameDevice =
  | (FrameDeviceFacts & { readonly kind: 'speech'; readonly codec: SpeechCodec })
  | (FrameDeviceFacts & { readonly kind: 'satellite'; readonly codec: SatelliteCodec });

/** Everything known by model name. */
export interface Catalogue {
  readonly registers: ReadonlyMap<string, RegisterDevice>;
  readonly frames: ReadonlyMap<string, FrameDevice>;
}
