/** The parts of firmata-io that are used; it brings no types of its own. */
declare module 'firmata-io' {
  import type { EventEmitter } from 'node:events';

  interface FirmataTransport extends EventEmitter {
    write(bytes: Uint8Array, done?: () => void): void;
  }

  interface FirmataPin {
    readonly supportedModes: readonly number[];
    readonly mode?: number;
    /** What the board last said of it, for outputs what it holds. */
    readonly state?: number;
  }

  class Firmata extends EventEmitter {
    constructor(transport: FirmataTransport, options: { readonly reportVersionTimeout: number });
    readonly MODES: Readonly<Record<'OUTPUT' | 'PULLUP', number>>;
    readonly pins: readonly FirmataPin[];
    readonly analogPins: readonly number[];
    /** Bytes of a frame that has not ended yet. */
    readonly buffer: number[];
    readonly isReady: boolean;
    readonly reportVersionTimeoutId: NodeJS.Timeout;
    reportVersion(done: () => void): void;
    queryFirmware(done: () => void): void;
    queryPinState(pin: number, done: () => void): void;
    reportDigitalPin(pin: number, value: 0 | 1): void;
  }

  const module: { readonly Firmata: typeof Firmata };
  export default module;
  export type { Firmata, FirmataTransport };
}
