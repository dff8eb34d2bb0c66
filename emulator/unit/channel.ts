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

/** The contact and the one timer that may move it. */
interface Contact {
  readonly on: boolean;
  /** End of the running time, or null. */
  readonly endsAt: number | null;
  set(on: boolean): void;
  /** No running time and no timer any more. */
  forget(): void;
  later(atMs: number, run: () => void): void;
  /** Closes now and opens at `endsAt`. */
  runUntil(endsAt: number): void;
}

const createContact = (clock: Clock, changed: () => void): Contact => {
  let on = false;
  let endsAt: number | null = null;
  let cancel: Cancel | null = null;
  const set = (to: boolean): void => {
    if (on === to) return;
    on = to;
    changed();
  };
  const later = (atMs: number, run: () => void): void => {
    cancel?.();
    cancel = clock.at(atMs, () => {
      cancel = null;
      run();
    });
  };
  return {
    get on() {
      return on;
    },
    get endsAt() {
      return endsAt;
    },
    set,
    later,
    forget: () => {
      cancel?.();
      cancel = null;
      endsAt = null;
    },
    runUntil: (until) => {
      endsAt = until;
      later(until, () => {
        endsAt = null;
        set(false);
      });
      set(true);
    },
  };
};

const chop = (clock: Clock, contact: Contact, endsAt: number): void => {
  const reopenAt = clock.now() + chopMs;
  contact.forget();
  contact.set(false);
  if (endsAt > reopenAt) contact.later(reopenAt, () => contact.runUntil(endsAt));
};

/** An output on a clock. `changed` is told after every real change of `on`. */
export const createChannel = (clock: Clock, variant: () => Variant, changed: () => void): OutputChannel => {
  const contact = createContact(clock, changed);
  const closeFor = (ms: number): void => {
    if (ms <= 0) return;
    const endsAt = clock.now() + ms;
    const { retrigger } = variant();
    if (!contact.on) contact.runUntil(endsAt);
    else if (retrigger === 'extends') contact.runUntil(Math.max(endsAt, contact.endsAt ?? 0));
    else if (retrigger === 'chops') chop(clock, contact, endsAt);
  };
  const open = (): void => {
    contact.forget();
    contact.set(false);
  };
  const off = (): void => {
    if (contact.endsAt === null || variant().offCancels === 'yes') open();
  };
  const hold = (): void => {
    contact.forget();
    contact.set(true);
  };
  return {
    get on() {
      return contact.on;
    },
    get remainingMs() {
      return contact.endsAt === null ? null : Math.max(0, contact.endsAt - clock.now());
    },
    hold,
    closeFor,
    off,
    openFor: (ms) => {
      open();
      contact.later(clock.now() + ms, () => contact.set(true));
    },
    toggle: () => {
      if (contact.on) off();
      else hold();
    },
    reset: open,
  };
};
