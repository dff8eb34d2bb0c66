/** Time as the panel sees it: one monotonic scale in ms, and one way to be called later. */
export interface PanelTimers {
  readonly now: () => number;
  /** Calls once, `ms` from now; returns what takes it back. */
  readonly after: (ms: number, call: () => void) => () => void;
}
