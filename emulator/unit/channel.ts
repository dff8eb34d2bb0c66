import type { Cancel, Clock } from '../clock.ts';

/** What a unit really does where its manual says nothing; every combination can be played. */
export interface Variant {
  /**
   * Switched on for a time while a time is running: `extends` moves the end to whichever is later, `ignored` changes
   * nothing, `chops` opens the contact for a moment and starts the new time.
   */
  readonly retrigger: 'extends' | 'ignored' | 'chops';
  /** `no`: a plain off has no effect while a time is running. */
  readonly offCancels: 'yes' | 'no';
}

/** How long a chopping contact stays open before it closes again. */
export const chopMs = 200;

/** One output of a unit: its switched state, and the timers that change it by themselves. */
export interface OutputChannel {
  /** The state that the unit reports: what its coil or hold register reads. */
  readonly on: boolean;
  /** Ms until it falls silent by itself; null when it is off or on without an end. */
  readonly remainingMs: number | null;
  /** Closes without an end (a plain coil on). */
  hold(): void;
  /** Closes for `ms`, or treats a running time by its variant. */
  closeFor(ms: number): void;
  /** A plain off. */
  off(): void;
  /** Opens, and closes again after `ms` (the flash-off of relay boards). */
  openFor(ms: number): void;
  toggle(): void;
  /** Power lost: off, and no timer survives. */
  reset(): void;
}

interface State {
  on: boolean;
  /** End of the running time, or null. */
  endsAt: number | null;
  cancel: Cancel | null;
}

/** An output on a clock. `changed` is told after every real change of `on`. */
export const createChannel = (clock: Clock, variant: () => Variant, changed: () => void): OutputChannel => {
  const state: State = { on: false, endsAt: null, cancel: null };
  const forget = (): void => {
    state.cancel?.();
    state.cancel = null;
    state.endsAt = null;
  };
  const set = (on: boolean): void => {
    if (state.on === on) return;
    state.on = on;
    changed();
  };
  const later = (atMs: number, run: () => void): void => {
    state.cancel?.();
    state.cancel = clock.at(atMs, () => {
      state.cancel = null;
      run();
    });
  };
  const runUntil = (endsAt: number): void => {
    state.endsAt = endsAt;
    later(endsAt, () => {
      state.endsAt = null;
      set(false);
    });
    set(true);
  };
  const chop = (endsAt: number): void => {
    const reopenAt = clock.now() + chopMs;
    forget();
    set(false);
    if (endsAt > reopenAt) later(reopenAt, () => runUntil(endsAt));
  };
  const closeFor = (ms: number): void => {
    if (ms <= 0) return;
    const endsAt = clock.now() + ms;
    const { retrigger } = variant();
    if (!state.on) runUntil(endsAt);
    else if (retrigger === 'extends') runUntil(Math.max(endsAt, state.endsAt ?? 0));
    else if (retrigger === 'chops') chop(endsAt);
  };
  const off = (): void => {
    if (state.endsAt !== null && variant().offCancels === 'no') return;
    forget();
    set(false);
  };
  const hold = (): void => {
    forget();
    set(true);
  };
  const openFor = (ms: number): void => {
    forget();
    set(false);
    later(clock.now() + ms, () => set(true));
  };
  return {
    get on() {
      return state.on;
    },
    get remainingMs() {
      return state.endsAt === null ? null : Math.max(0, state.endsAt - clock.now());
    },
    hold,
    closeFor,
    off,
    openFor,
    toggle: () => (state.on ? off() : hold()),
    reset: () => {
      forget();
      set(false);
    },
  };
};
