import type { Event } from '../core/event.ts';
import type { Order, SenderKey } from '../core/order.ts';
import type { Site } from '../core/site.ts';
import { readEnvelope, refusalEvent, type IntakeContext, type Refusal } from '../intake/envelope.ts';
import { keyRingOf, type KeyRing } from '../intake/keys.ts';
import { readSatelliteOrder } from '../intake/satellite-order.ts';
import { readSignedTime, type ClockEvidence, type TimeQuestion } from '../intake/signed-time.ts';
import type { SignedBytes } from '../intake/verify.ts';
import { explain } from '../words/error-codes.ts';
import type { Failure, Result } from '../words/failure.ts';

/** What the doors need to know of the village at the moment something knocks. */
export interface DoorPorts {
  readonly site: () => Site;
  readonly keys: () => readonly SenderKey[];
  readonly real: boolean;
  readonly boxId: string;
  /** Box time. */
  readonly mono: () => number;
  /** Why no order is taken, however well it is signed: the box does not know what it has already carried out. */
  readonly closed: Failure | null;
  /** The newest wall time in the journal that the centre stands behind; its time never goes back before it. */
  readonly floor: () => number;
}

/** Unproven refusals are journaled one by one up to this many a minute; the rest are counted and told once. */
const unprovenPerMinute = 6;
/** A proven sender may be refused so often a minute, each in the journal; a broken centre must not fill it. */
const provenPerMinute = 30;
const minuteMs = 60_000;

/** Counts refusals by minute; true while there are few enough of them. */
export const minuteBudget = () => {
  let startedAt = -minuteMs;
  let used = new Map<string, number>();
  return (who: string, most: number, now: number): boolean => {
    if (now - startedAt >= minuteMs) {
      startedAt = now;
      used = new Map();
    }
    const count = (used.get(who) ?? 0) + 1;
    used.set(who, count);
    return count <= most;
  };
};

export interface Doors {
  /** An order as an event: verified, or refused with its code; null when one more refusal is only counted. */
  readonly order: (signed: SignedBytes, via: Order['via']) => Event | null;
  readonly satellite: (bytes: Uint8Array) => Event | null;
  readonly time: (signed: SignedBytes, question: TimeQuestion | null) => Result<ClockEvidence>;
  /** How many refusals were only counted since the last call; to be told once a minute. */
  readonly takeUncounted: () => number;
}

/** Every way in is tried at its own door; nothing is believed before its signature held over the raw bytes. */
export const openDoors = (ports: DoorPorts): Doors => {
  let ring: { readonly keys: readonly SenderKey[]; readonly ring: KeyRing } = { keys: [], ring: new Map() };
  const budget = minuteBudget();
  let uncounted = 0;

  const ringNow = (): KeyRing => {
    const keys = ports.keys();
    if (ring.keys !== keys) {
      const made = keyRingOf(keys);
      ring = { keys, ring: made.ok ? made.value : new Map() };
    }
    return ring.ring;
  };
  const context = (): IntakeContext => ({ site: ports.site(), ring: ringNow(), real: ports.real });

  const admit = (refusal: Refusal): boolean => {
    const { sender } = refusal;
    const most = sender === null ? unprovenPerMinute : provenPerMinute;
    // Proven senders are those of the key list: at most 16, so that the counts stay few.
    if (budget(sender ?? '', most, ports.mono())) return true;
    uncounted += 1;
    return false;
  };
  const eventOf = (result: Result<Order, Refusal>, via: Order['via']): Event | null => {
    if (result.ok && ports.closed !== null) {
      const { id, sender } = result.value;
      const { code } = ports.closed;
      return { kind: 'refused', code, detail: explain(ports.closed).en, sender, order: id, via };
    }
    if (result.ok) return { kind: 'order', order: result.value };
    return admit(result.failure) ? refusalEvent(result.failure, via) : null;
  };

  return {
    order: (signed, via) => eventOf(readEnvelope(signed, context(), via), via),
    satellite: (bytes) => eventOf(readSatelliteOrder(bytes, context()), 'satellite'),
    time: (signed, question) =>
      readSignedTime(signed, {
        ring: ringNow(),
        real: ports.real,
        boxId: ports.boxId,
        question,
        now: ports.mono(),
        floor: ports.floor(),
      }),
    takeUncounted: () => {
      const count = uncounted;
      uncounted = 0;
      return count;
    },
  };
};
