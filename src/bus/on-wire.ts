import type { Asked } from './framing.ts';
import type { Heard } from './heard.ts';
import type { Job } from './job.ts';
import type { MachineSettings } from './machine-settings.ts';
import { replyShape } from './reply-shape.ts';
import type { WireTiming } from './timing.ts';

/** The exchange on the wire. */
export interface OnWire {
  readonly job: Job;
  readonly asked: Asked;
  readonly frameBytes: number;
  /** Bytes of the reply frame where they are known beforehand, else of the longest frame. */
  readonly replyBytes: number;
  /** No grace beyond the unit's turnaround: it is in quarantine. */
  hurried: boolean;
  sentAt: number;
  sentEnd: number;
  /** With nothing heard by the first, the unit is silent; with bytes heard, the reply must be whole by the second. */
  firstByteBy: number;
  replyBy: number;
  /** The latest look that found no whole reply; null when there was none. */
  missedAt: number | null;
  /** The last byte after which silence was examined and no reply was found. */
  silenceSeenAt: number | null;
  /** A frame came that may have answered an earlier request just as well. */
  doubtful: boolean;
}

export const wireOf = (job: Job, asked: Asked, frameBytes: number, overhead: number): OnWire => {
  const shape = replyShape(asked.pdu);
  const replyBytes = shape.kind === 'length' ? shape.bytes + overhead : 256;
  const times = { sentAt: 0, sentEnd: 0, firstByteBy: 0, replyBy: 0 };
  return {
    job,
    asked,
    frameBytes,
    replyBytes,
    hurried: false,
    missedAt: null,
    silenceSeenAt: null,
    doubtful: false,
    ...times,
  };
};

/** A UART starts to send a little after the write: it is counted, so that silence after a broadcast is never cut short. */
const startMsOf = ({ charMs }: WireTiming): number => (charMs === 0 ? 0 : Math.max(charMs, 0.3));

/** Counts all deadlines from the instant at which the frame was written. */
export const setDeadlines = (wire: OnWire, settings: MachineSettings, now: number): void => {
  const { timing, adapterLatencyMs, patienceMs, replySlackMs } = settings;
  const startMs = startMsOf(timing);
  const graceMs = adapterLatencyMs + (wire.hurried ? 0 : patienceMs);
  wire.missedAt = null;
  wire.sentAt = now;
  wire.sentEnd = now + startMs + wire.frameBytes * timing.charMs;
  wire.firstByteBy = wire.sentEnd + Math.max(wire.job.turnaroundMs, timing.silenceMs) + timing.charMs + graceMs;
  wire.replyBy = wire.firstByteBy + wire.replyBytes * timing.charMs + adapterLatencyMs + replySlackMs;
};

/** Looks at the wire beside the instant at which a reply usually is there, and when it is late. */
const steps = { nearMs: 0.12, nearForMs: 0.5, farMs: 0.5 } as const;

/** What the next look is reckoned from: the unit's habit (null: not known yet) and the instant of this look. */
export interface LookFrom {
  readonly timing: WireTiming;
  readonly usualMs: number | null;
  readonly now: number;
}

/**
 * When to look for the reply next. First when it usually is there, then closely beside that; a reply that is later still
 * is looked for when its missing characters can have come, and one of which nothing was heard now and then.
 */
export const nextLookAt = (wire: OnWire, heard: Heard, { timing, usualMs, now }: LookFrom): number => {
  const { charMs, silenceMs } = timing;
  const usuallyAt = wire.sentEnd + (usualMs ?? Math.max(0, silenceMs - startMsOf(timing))) + wire.replyBytes * charMs;
  if (now < usuallyAt) return usuallyAt;
  if (now < usuallyAt + steps.nearForMs) return now + steps.nearMs;
  if (heard.length === 0) return now + steps.farMs;
  const missing = wire.replyBytes - heard.length;
  if (now > heard.lastAt + missing * charMs + steps.nearForMs) return now + steps.farMs;
  return Math.max(now + steps.nearMs, heard.lastAt + (missing - 1) * charMs);
};

/** Only silence tells where the reply to this request ends. */
export const endsBySilence = (wire: OnWire): boolean => replyShape(wire.asked.pdu).kind === 'open';

/** When something is due for the exchange on the wire if no more bytes come. */
export const wireWakeAt = (wire: OnWire, heard: Heard, settings: MachineSettings): number => {
  if (wire.job.unit === 0) return wire.sentEnd;
  if (heard.length === 0) return wire.firstByteBy;
  if (!endsBySilence(wire) || wire.silenceSeenAt === heard.lastAt) return wire.replyBy;
  const { timing, adapterLatencyMs, patienceMs } = settings;
  return Math.min(wire.replyBy, heard.lastAt + timing.silenceMs + adapterLatencyMs + patienceMs);
};
