import { timingSafeEqual } from 'node:crypto';

export interface Person {
  readonly id: string;
  readonly name: string;
  readonly role: 'staff' | 'leader' | 'technician';
}

export interface Session {
  readonly person: Person;
  /** Stands in every request that changes something, so that no other page can send one. */
  readonly csrf: string;
}

export interface SessionPorts {
  readonly now: () => number;
  /** 128 random bits, 32 hex digits. */
  readonly newId: () => string;
}

/** Ten minutes without a touch, and fifteen after the PIN in any case; the PIN is then asked for again. */
export const sessionLimits = { idleMs: 600_000, longestMs: 900_000, most: 64 } as const;

export interface Sessions {
  /** A new id at every login: one that somebody planted before is worth nothing. */
  readonly open: (person: Person) => { readonly id: string; readonly session: Session };
  /** The session behind a cookie; null when there is none or it is over. `touch`: somebody did something. */
  readonly find: (id: string | null, touch: boolean) => Session | null;
  readonly close: (id: string | null) => void;
}

interface Open extends Session {
  readonly openedAt: number;
  readonly touchedAt: number;
}

export const createSessions = ({ now, newId }: SessionPorts): Sessions => {
  const open = new Map<string, Open>();
  const isOver = ({ openedAt, touchedAt }: Open): boolean =>
    now() - touchedAt >= sessionLimits.idleMs || now() - openedAt >= sessionLimits.longestMs;
  const sweep = (): void => {
    for (const [id, session] of open) if (isOver(session)) open.delete(id);
    for (const id of open.keys()) {
      if (open.size < sessionLimits.most) break;
      open.delete(id);
    }
  };
  return {
    open: (person) => {
      sweep();
      const id = newId();
      const session = { person, csrf: newId(), openedAt: now(), touchedAt: now() };
      open.set(id, session);
      return { id, session };
    },
    find: (id, touch) => {
      const session = id === null ? undefined : open.get(id);
      if (id === null || session === undefined) return null;
      if (isOver(session)) {
        open.delete(id);
        return null;
      }
      if (touch) open.set(id, { ...session, touchedAt: now() });
      return session;
    },
    close: (id) => {
      if (id !== null) open.delete(id);
    },
  };
};

/** Compares a token without telling by time how much of it was right. */
export const isSame = (given: string | undefined, expected: string): boolean => {
  const [a, b] = [Buffer.from(given ?? ''), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
};
