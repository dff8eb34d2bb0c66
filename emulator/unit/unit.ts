import type { RegisterDevice } from '../../devices/define.ts';
import type { OutputChannel, Variant } from './channel.ts';
import type { Memory } from './memory.ts';

/** What a broadcast does to a unit whose definition says `unknown`: both can be played. */
export interface UnitVariant extends Variant {
  readonly unknownBroadcast: 'acts' | 'ignores';
}

/** A register device as it stands on the line. */
export interface RegisterUnit {
  readonly device: RegisterDevice;
  /** May change by a write to its address register, as on the real thing. */
  readonly address: number;
  readonly memory: Memory;
  readonly channels: readonly OutputChannel[];
  variant: UnitVariant;
  /** The track that the next hold sounds; 0 is the unit's own siren tone. */
  track: number;
  /** While set, the unit tests its amplifier and horn without a sound. */
  quietTestUntil: number | null;
  /** A unicast request to its reply PDU. */
  request(pdu: Uint8Array): Uint8Array;
  /** A broadcast: carried out or ignored, never answered. */
  broadcast(pdu: Uint8Array): void;
  /** Power lost and back: outputs off, settings forgotten. */
  reset(): void;
}
