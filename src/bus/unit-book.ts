import type { Asked } from './framing.ts';
import type { Lane } from './line.ts';
import { ReplyHabit } from './reply-habit.ts';
import { isRead } from './reply-shape.ts';

/** A request that got no reply in time: its reply may still come, and must then not pass as another's. */
interface Owed {
  readonly asked: Asked;
  readonly until: number;
}

interface UnitRecord {
  /** Failed attempts in a row. */
  misses: number;
  /** Null while it is asked normally. */
  quarantine: { nextProbeAt: number; backoffMs: number; lastTryAt: number } | null;
  /** The last read anyone asked of it: what a probe repeats. */
  lastRead: { readonly pdu: Uint8Array; readonly turnaroundMs: number } | null;
  /** How long its replies usually take, by function: a write may take longer than a read. */
  readonly habits: Map<number, ReplyHabit>;
  owed: Owed[];
}

export interface BookSettings {
  readonly missLimit: number;
  readonly firstBackoffMs: number;
  readonly longestBackoffMs: number;
  /** Part of the line time that probes may take, 0.09 is 9 %. */
  readonly probeShare: number;
  /** How long after a timeout a unit's late reply is waited out. */
  readonly lateGuardMs: number;
}

export const bookDefaults: BookSettings = {
  missLimit: 3,
  firstBackoffMs: 1000,
  longestBackoffMs: 7000,
  probeShare: 0.095,
  lateGuardMs: 1000,
};

const owedLimit = 4;
/** A read-back of a quarantined unit is let through when nobody has tried the unit for so long. */
const readBackRestMs = 2000;

export interface Probe {
  readonly unit: number;
  readonly pdu: Uint8Array;
  readonly turnaroundMs: number;
}

/** What a line remembers of its units: who is dead, when it is asked again, and which replies are still owed. */
export class UnitBook {
  private latest: ReplyHabit | null = null;
  private readonly units = new Map<number, UnitRecord>();
  /** Those in quarantine: every exchange asks after them, and there are few. */
  private readonly dead = new Map<number, UnitRecord>();
  private readonly settings: BookSettings;
  /** No probe of any unit before this instant: keeps the probes' share of the line. */
  private probesFrom = 0;

  constructor(settings: BookSettings) {
    this.settings = settings;
  }

  private record(unit: number): UnitRecord {
    const known = this.units.get(unit);
    if (known !== undefined) return known;
    const fresh: UnitRecord = { misses: 0, quarantine: null, lastRead: null, habits: new Map(), owed: [] };
    this.units.set(unit, fresh);
    return fresh;
  }

  get quarantined(): number[] {
    return [...this.dead.keys()];
  }

  isQuarantined(unit: number): boolean {
    return (this.units.get(unit)?.quarantine ?? null) !== null;
  }

  /** How long the unit's replies to this function usually take; of a unit not asked before, what the last one took. */
  habit(unit: number, code: number, leastMs: number): ReplyHabit {
    const { habits } = this.record(unit);
    const known = habits.get(code) ?? new ReplyHabit(leastMs, this.latest ?? undefined);
    this.latest = known;
    habits.set(code, known);
    return known;
  }

  noteRead({ unit, pdu, turnaroundMs }: Probe): void {
    if (isRead(pdu)) this.record(unit).lastRead = { pdu, turnaroundMs };
  }

  /** May this lane ask this unit now? Alarms and upkeep always; read-backs of a dead unit at most every 2 s; polls only if it is well. */
  admits(unit: number, lane: Lane, now: number): boolean {
    const quarantine = this.units.get(unit)?.quarantine ?? null;
    if (quarantine === null || lane === 'alarm' || lane === 'upkeep') return true;
    return lane === 'read-back' && now - quarantine.lastTryAt >= readBackRestMs;
  }

  /** The unit replied, if only with an exception. True when that ends its quarantine. */
  heard(unit: number): boolean {
    const record = this.record(unit);
    const wasQuarantined = record.quarantine !== null;
    record.misses = 0;
    record.quarantine = null;
    this.dead.delete(unit);
    return wasQuarantined;
  }

  /** An attempt failed. True when the unit goes into quarantine now. */
  missed(unit: number, now: number): boolean {
    const record = this.record(unit);
    record.misses += 1;
    const { firstBackoffMs, longestBackoffMs, missLimit } = this.settings;
    if (record.quarantine !== null) {
      const backoffMs = Math.min(record.quarantine.backoffMs * 2, longestBackoffMs);
      record.quarantine = { backoffMs, nextProbeAt: now + backoffMs, lastTryAt: now };
      return false;
    }
    if (record.misses < missLimit) return false;
    record.quarantine = { backoffMs: firstBackoffMs, nextProbeAt: now + firstBackoffMs, lastTryAt: now };
    this.dead.set(unit, record);
    return true;
  }

  /** A probe was not answered: the next one waits until failed probes have only their share of the line. */
  probeFailed(now: number, costMs: number): void {
    this.probesFrom = now + costMs * (1 / this.settings.probeShare - 1);
  }

  private waitingProbe(): { readonly at: number; readonly probe: Probe } | null {
    let next: { at: number; probe: Probe } | null = null;
    for (const [unit, { quarantine, lastRead }] of this.dead) {
      if (quarantine === null || lastRead === null) continue;
      if (next === null || quarantine.nextProbeAt < next.at)
        next = { at: quarantine.nextProbeAt, probe: { unit, ...lastRead } };
    }
    return next;
  }

  /** When the next probe may go out; null when there is nobody to probe. */
  get nextProbeAt(): number | null {
    const waiting = this.waitingProbe();
    return waiting === null ? null : Math.max(waiting.at, this.probesFrom);
  }

  /** The quarantined unit whose turn it is, longest due first. */
  dueProbe(now: number): Probe | null {
    const waiting = this.waitingProbe();
    return waiting !== null && Math.max(waiting.at, this.probesFrom) <= now ? waiting.probe : null;
  }

  /** The reply to `asked` did not come in time. */
  owe(asked: Asked, now: number): void {
    const record = this.record(asked.unit);
    record.owed.push({ asked, until: now + this.settings.lateGuardMs });
    if (record.owed.length > owedLimit) record.owed.shift();
  }

  /** Requests whose late reply may still come, oldest first; of one unit, or of all. */
  owed(now: number, unit?: number): Asked[] {
    const records = unit === undefined ? [...this.units.values()] : [this.record(unit)];
    return records.flatMap((record) => {
      if (record.owed.length > 0) record.owed = record.owed.filter(({ until }) => until > now);
      return record.owed.map(({ asked }) => asked);
    });
  }

  /** Its late reply came, or can no longer be mistaken. */
  paid(asked: Asked): void {
    const record = this.record(asked.unit);
    record.owed = record.owed.filter((owed) => owed.asked !== asked);
  }

  /** Until when a late reply of this unit and function may be mistaken for a new one; 0 when it cannot. */
  doubtfulUntil(asked: Asked, now: number): number {
    const alike = (this.units.get(asked.unit)?.owed ?? []).filter(
      ({ asked: earlier, until }) => until > now && earlier.pdu[0] === asked.pdu[0],
    );
    return alike.reduce((latest, { until }) => Math.max(latest, until), 0);
  }
}
