import type { Event, FirstSoundParts } from '../core/event.ts';
import type { Receipt } from '../core/receipt.ts';

/** Instants of one order on its way to sound, in ms of the main thread's monotonic clock. */
interface Trail {
  /** From the arrival of its message to the door, budget included. */
  readonly intakeMs: number;
  readonly receivedAt: number;
  readonly verifiedAt: number;
  readonly steppedAt: number;
  readonly durableAt: number | null;
  readonly frame: { readonly sentAt: number; readonly endedAt: number } | null;
}

export interface FirstSoundWatch {
  readonly begin: (trace: string, trail: Omit<Trail, 'durableAt' | 'frame'>) => void;
  /** The same for what needs no verification: a person on site. */
  readonly beginNow: (trace: string, at: number) => void;
  readonly durable: (trace: string, at: number) => void;
  readonly frame: (trace: string, sentAt: number, endedAt: number) => void;
  /** The event to feed when this receipt is the first proven sound of its broadcast; null otherwise. */
  readonly heard: (receipt: Receipt, at: number) => Event | null;
}

const trailsMax = 64;

/** Collects where the milliseconds of the first sound went: intake, verify, durable, queue, line, device. */
export const watchFirstSound = (): FirstSoundWatch => {
  const trails = new Map<string, Trail>();
  const change = (trace: string, part: Partial<Trail>): void => {
    const trail = trails.get(trace);
    if (trail !== undefined) trails.set(trace, { ...trail, ...part });
  };
  const partsOf = (trail: Trail, at: number): FirstSoundParts => {
    const round = (ms: number): number => Math.max(0, Math.round(ms * 10) / 10);
    const sentAt = trail.frame?.sentAt ?? at;
    const endedAt = trail.frame?.endedAt ?? at;
    return {
      intakeMs: round(trail.intakeMs),
      verifyMs: round(trail.verifiedAt - trail.receivedAt),
      durableMs: round((trail.durableAt ?? at) - trail.steppedAt),
      queueMs: round(sentAt - trail.verifiedAt),
      lineMs: round(endedAt - sentAt),
      deviceMs: round(at - endedAt),
    };
  };
  const done = new Set<string>();
  const forget = (names: {
    readonly size: number;
    keys: () => Iterator<string>;
    delete: (name: string) => boolean;
  }) => {
    const oldest = names.keys().next();
    if (names.size > trailsMax && oldest.done !== true) names.delete(oldest.value);
  };
  const begin: FirstSoundWatch['begin'] = (trace, trail) => {
    // An order may come by two ways; the first one counts, also when it has sounded meanwhile.
    if (trails.has(trace) || done.has(trace)) return;
    trails.set(trace, { ...trail, durableAt: null, frame: null });
    forget(trails);
  };
  return {
    begin,
    beginNow: (trace, at) => begin(trace, { intakeMs: 0, receivedAt: at, verifiedAt: at, steppedAt: at }),
    durable: (trace, at) => {
      if (trails.get(trace)?.durableAt === null) change(trace, { durableAt: at });
    },
    frame: (trace, sentAt, endedAt) => {
      if (trails.get(trace)?.frame === null) change(trace, { frame: { sentAt, endedAt } });
    },
    heard: (receipt, at) => {
      const { body, trace, broadcast } = receipt;
      if (body.stage !== 'terminal' || body.verdict !== 'sounded' || broadcast === null) return null;
      const trail = trails.get(trace);
      if (trail === undefined) return null;
      trails.delete(trace);
      done.add(trace);
      forget(done);
      return { kind: 'first-sound', broadcast, parts: partsOf(trail, at) };
    },
  };
};
