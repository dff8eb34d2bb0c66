/** What a connection tells its line. After `gone` it says nothing more. */
export interface ConnectionEvents {
  opened(): void;
  bytes(chunk: Uint8Array): void;
  gone(reason: string): void;
}

export interface Connection {
  /** Starts to send; a failure is told by `gone`. */
  write(bytes: Uint8Array): void;
  /** Ends it; safe to call twice. `gone` is not called after it. */
  close(): void;
}

/** Tries once to connect; `opened` or `gone` follows within a bounded time. Never throws. */
export type Connector = (events: ConnectionEvents) => Connection;
