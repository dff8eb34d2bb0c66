import type { Event, FirstSoundParts } from './core/event.ts';
import type { Receipt } from './core/receipt.ts';

/** Instants of one order on its way to sound, in ms of the main thread's monotonic clock. */
interface Trail {
  readonly receivedAt: number;
  readonly verifiedAt: number;
  readonly steppedAt: number;
  readonly durableAt: number | null;
  readonly frame: { readonly sentAt: number; readonly endedAt: number } | null;
}

export interface FirstSoundWatch {
  readonly begin: (trace: string, instants: { receivedAt: number; verifiedAt: number; steppedAt: number }) => void;
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
      intakeMs: 0,
      verifyMs: round(trail.verifiedAt - trail.receivedAt),
      durableMs: round((trail.durableAt ?? at) - trail.steppedAt),
      queueMs: round(sentAt - trail.verifiedAt),
      lineMs: round(endedAt - sentAt),
      deviceMs: round(at - endedAt),
    };
  };
  return {
    begin: (trace, instants) => {
      trails.set(trace, { ...instants, durableAt: null, frame: null });
      const oldest = trails.keys().next();
      if (trails.size > trailsMax && oldest.done !== true) trails.delete(oldest.value);
    },
    durable: (trace, at) => change(trace, { durableAt: at }),
    frame: (trace, sentAt, endedAt) => {
      if (trails.get(trace)?.frame === null) change(trace, { frame: { sentAt, endedAt } });
    },
    heard: (receipt, at) => {
      const { body, trace, broadcast } = receipt;
      if (body.stage !== 'terminal' || body.verdict !== 'sounded' || broadcast === null) return null;
      const trail = trails.get(trace);
      if (trail === undefined) return null;
      trails.delete(trace);
      return { kind: 'first-sound', broadcast, parts: partsOf(trail, at) };
    },
  };
};
