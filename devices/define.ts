/**
 * What a device is, as data. A register device is one YAML file of this shape (a technician can write one, a site can
 * add one in its own folder); driver, emulator, docs and law tests all read the same file.
 */

export interface RegisterDevice {
  readonly model: string;
  readonly kind: 'relay' | 'siren' | 'meter' | 'gauge';
  readonly name: { readonly zh: string; readonly en: string };
  /** Manual and section the facts come from. */
  readonly source: string;
  /** False where no manual or recorded exchange backs the file; shown in docs and reported upstream. */
  readonly verified: boolean;
  /** True for profiles defined by this project, not by a vendor. */
  readonly ours: boolean;
  readonly line: {
    readonly baud: number;
    readonly parity: 'none' | 'even' | 'odd';
    readonly stopBits: 1 | 2;
    /** Latest first byte of a reply after the end of the request. */
    readonly turnaroundMs: number;
  };
  /** Outputs of a relay or siren, inputs of a meter, readings of a gauge. */
  readonly channels: number;
  /** Every coil and register that exists; anything else answers exception 2. */
  readonly registers: readonly Register[];
  readonly output: Output | null;
  /** Inputs that prove sound; channel c stands at `proof.address + c - 1`. */
  readonly proof:
    | (ReadBlock & {
        readonly grade: 'current' | 'sound' | 'status';
        readonly scale: number;
        readonly unit: string;
        readonly above: number;
      })
    | null;
  /** Named readings, for gauges. */
  readonly readings: readonly {
    readonly name: string;
    readonly block: ReadBlock;
    readonly scale: number;
    readonly unit: string;
  }[];
  /** What each broadcast write does to this device; the first matching rule holds, `otherwise` if none does. */
  readonly broadcast: { readonly rules: readonly BroadcastRule[]; readonly otherwise: BroadcastEffect };
  /** Hints for the emulated unit; never read by drivers. */
  readonly emulate: {
    readonly replyMs: number;
    readonly currentWhenOn: number;
    readonly behaviours: readonly ('flash-timers' | 'dead-man' | 'quiet-test' | 'tipping-bucket' | 'current-inputs')[];
  };
}

export type Table = 'coil' | 'discrete' | 'holding' | 'input';

export interface Register {
  readonly name: string;
  readonly table: Table;
  readonly address: number;
  readonly count: number;
  readonly access: 'r' | 'w' | 'rw';
  readonly range: readonly [number, number];
  readonly unit: string;
  readonly scale: number;
}

export interface ReadBlock {
  readonly function: 1 | 2 | 3 | 4;
  readonly address: number;
  readonly count: number;
}

export interface Output {
  readonly lease:
    | { readonly kind: 'timed'; readonly longestMs: number; readonly stepMs: number }
    | { readonly kind: 'dead-man'; readonly holdMs: number; readonly stepMs: number }
    | { readonly kind: 'held' };
  /** Switched on while on: the running time is extended, the order is ignored, the running time is cut anew, or nobody knows. */
  readonly retrigger: 'extends' | 'ignored' | 'chops' | 'unknown';
  /** Does a plain off cancel a running timed on? `unknown` means off is repeated after the longest segment and read back. */
  readonly offCancels: 'yes' | 'no' | 'unknown';
  /** On for `durationMs` (timed), or on and hold for `durationMs` (dead-man: also the renewal). */
  readonly on: WriteTemplate;
  readonly off: WriteTemplate;
  /** All channels of one unit off, where the device has it. */
  readonly allOff: WriteTemplate | null;
  /** One broadcast frame that moves any subset of units by a bit map; bit `groupBit` (0–246) is a unit's own. */
  readonly group: WriteTemplate | null;
  /** Switched state, one bit or register a channel; channel c stands at `address + c - 1`. */
  readonly state: ReadBlock;
  readonly quietTest: { readonly start: WriteTemplate; readonly result: ReadBlock } | null;
  readonly play: WriteTemplate | null;
}

/** A write as data. The address is `address + channelStep * (channel - 1)`. */
export interface WriteTemplate {
  readonly function: 5 | 6 | 15 | 16;
  readonly address: number;
  readonly channelStep: number;
  readonly values: readonly WriteValue[];
}

/** A constant 16-bit word, `durationMs` in steps of the lease's `stepMs`, a track or volume, or the 16 words of the group map. */
export type WriteValue =
  | { readonly word: number }
  | { readonly from: 'durationMs' }
  | { readonly from: 'track' }
  | { readonly from: 'volume' }
  | { readonly from: 'groupMap' };

export type BroadcastEffect = 'acts' | 'ignores' | 'unknown';

export interface BroadcastRule {
  readonly function: 5 | 6 | 15 | 16;
  readonly from: number;
  readonly to: number;
  readonly effect: BroadcastEffect;
  /** Which outputs move when it acts: the one at `address - from + 1`, all, those by mask, those of the group map, or none (a setting). */
  readonly moves: 'channel' | 'all' | 'mask' | 'group' | 'none';
}
