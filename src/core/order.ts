import type { Alert, AlertAudio, Authority } from './alert.ts';
import type { WallMs } from './time.ts';

/** What a signed order may ask for. `class` in the envelope must fit the body; intake checks it. */
export type OrderBody =
  | { readonly kind: 'issue'; readonly alert: Alert }
  | { readonly kind: 'update'; readonly alert: Alert }
  | { readonly kind: 'cancel'; readonly alertId: string }
  | { readonly kind: 'all-clear'; readonly alertId: string; readonly text: string }
  | { readonly kind: 'correction'; readonly alertId: string; readonly text: string }
  /** `alertId` null stops everything that sounds. */
  | { readonly kind: 'stop'; readonly alertId: string | null }
  /** Warning audio pushed ahead, so that the order that plays it later is short. */
  | { readonly kind: 'store-audio'; readonly audio: AlertAudio }
  | { readonly kind: 'set-keys'; readonly keys: readonly SenderKey[] };

export type OrderClass = 'alarm' | 'routine' | 'drill' | 'stop' | 'keys';

/** A pinned sender. `publicKey` is raw, in base64: 32 bytes of Ed25519, or 65 or 33 of an SM2 point. */
export interface SenderKey {
  readonly id: string;
  readonly publicKey: string;
  /** Ed25519 where nothing is said. */
  readonly algorithm?: 'ed25519' | 'sm2';
  readonly name: string;
  readonly authority: Authority;
  readonly classes: readonly OrderClass[];
  /** Division-code prefix this key may address; '' means this box as a whole. */
  readonly scope: string;
  /** Made for practice: refused by a box that has a real line. */
  readonly practice: boolean;
}

/** An order whose signature, scope and shape intake has proven over its raw bytes. Freshness is core's decision. */
export interface Order {
  /** 128-bit id, 32 hex digits: the one id from the centre's order to the frame on the wire. */
  readonly id: string;
  readonly sender: string;
  readonly authority: Authority;
  readonly counter: number;
  readonly class: OrderClass;
  readonly notBefore: WallMs;
  readonly validForMs: number;
  readonly body: OrderBody;
  /** The way it came: a websocket, a satellite terminal… */
  readonly via: 'websocket' | 'satellite' | 'local';
  /** SHA-256 of the raw envelope bytes, hex. */
  readonly hash: string;
}
