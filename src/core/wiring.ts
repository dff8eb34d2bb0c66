import type { Severity } from './alert.ts';

/**
 * Where each terminal is wired: plain data, compiled from the site's files, used by drivers and by the emulated village.
 * Core itself never reads it; it lives here because every edge may import core and no edge may import another.
 */
export interface Wiring {
  readonly lines: readonly LineWiring[];
  readonly units: readonly UnitWiring[];
  readonly terminals: readonly TerminalWiring[];
  readonly sensors: readonly SensorWiring[];
  /** Where sound made on the box goes. */
  readonly outputs: readonly OutputWiring[];
  readonly satellite: { readonly line: string; readonly model: string; readonly centreCard: number } | null;
}

export type Parity = 'none' | 'even' | 'odd';

export interface LineWiring {
  readonly id: string;
  /** What speaks on it: Modbus with turn-taking, or a plain byte stream (speech chip, modem). */
  readonly speaks: 'modbus-rtu' | 'modbus-tcp' | 'bytes';
  /** `serial:` a tty path; `tcp:` host:port of a serial device server (RTU over TCP) or a Modbus TCP unit. */
  readonly port:
    | {
        readonly kind: 'serial';
        readonly path: string;
        readonly baud: number;
        readonly parity: Parity;
        readonly stopBits: 1 | 2;
      }
    | { readonly kind: 'tcp'; readonly host: string; readonly port: number; readonly baud: number };
  /** The adapter repeats our own bytes (RS-485 local echo): the first N received bytes are skipped and compared. */
  readonly echoes: boolean;
  /** Extra latency of the adapter (FTDI latency timer), added to first-byte timeouts. */
  readonly adapterLatencyMs: number;
  readonly pollEveryMs: number;
}

/** Every unit on a line, also those no terminal uses: the broadcast guard must know them all. */
export interface UnitWiring {
  readonly line: string;
  /** 1–247 on Modbus lines; 0 for the one device of a `bytes` line. */
  readonly unit: number;
  readonly model: string;
  /** Position in the 247-bit group map of the project's profile; null where the model has none. */
  readonly groupBit: number | null;
}

/** One output or input: a line, a unit and the channel in that unit (from 1). */
export interface ChannelRef {
  readonly line: string;
  readonly unit: number;
  readonly channel: number;
}

export interface TerminalWiring {
  readonly terminal: string;
  /**
   * The switched output: the siren's relay or siren unit, or the loudspeaker's amplifier. Null for a loudspeaker that only
   * hangs on a sound output: it is silent as soon as no sound comes.
   */
  readonly output: ChannelRef | null;
  /** The proof input; null when the output's unit has its own status or there is none. `above` in `unit`. */
  readonly proof:
    (ChannelRef & { readonly grade: 'current' | 'sound'; readonly above: number; readonly unitName: string }) | null;
  /** The speech chip's line; null for sirens. */
  readonly speechLine: string | null;
  /** The sound output it is fed from; null for sirens and speech chips. */
  readonly sound: string | null;
  /** Sound that comes back from it: what a microphone hears, or what its own line carries. */
  readonly returns: ReturnWiring | null;
  /** Rated power in watts: stop goes to the highest power first. */
  readonly watts: number;
  /** Of a unit that can be set; without it the volume is full. */
  readonly volumePercent?: number;
}

export interface OutputWiring {
  readonly id: string;
  readonly via: AlsaWiring | PcmTcpWiring;
}

export interface AlsaWiring {
  readonly kind: 'alsa';
  /** A device of the sound system (`default`, `hw:0`). */
  readonly device: string;
}

/** A network loudspeaker that listens; both sides prove that they know the key before any sound. */
export interface PcmTcpWiring {
  readonly kind: 'pcm-tcp';
  readonly host: string;
  readonly port: number;
  readonly keyFile: string;
}

export interface ReturnWiring {
  /** `pcm-tcp`: what the network loudspeaker of the terminal's own output sends back. */
  readonly via: { readonly kind: 'alsa'; readonly device: string } | { readonly kind: 'pcm-tcp' };
  readonly grade: 'sound' | 'microphone';
}

export interface SensorWiring {
  readonly sensor: string;
  readonly line: string;
  readonly unit: number;
  readonly reading: string;
  readonly everyMs: number;
}

/** The operating panel: a Firmata board with key switch, buttons, lamps and buzzer. Numbers are the board's own pins. */
export interface PanelWiring {
  readonly port: LineWiring['port'];
  readonly keySwitch: {
    readonly normallyOpen: number;
    readonly normallyClosed: number;
    readonly plan: string;
    /** Empty: the plan's own. */
    readonly zones: readonly string[];
    readonly severity: Severity;
  } | null;
  readonly stop: number | null;
  readonly acknowledge: number | null;
  readonly lamps: {
    readonly power: number | null;
    readonly alarm: number | null;
    readonly fault: number | null;
    readonly uplink: number | null;
  };
  readonly buzzer: number | null;
}
