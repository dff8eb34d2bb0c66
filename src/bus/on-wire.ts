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

/** From the end of a request, start of the UART included, to the first byte of the quickest reply: the silence that ends it. */
export const leastReplyMs = (timing: WireTiming): number => Math.max(0, timing.silenceMs - startMsOf(timing));

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

/** Looks at the wire when a reply is late, ms: soon after the first look, then ever less often. */
const steps = { first: 0.12, longest: 0.5 } as const;

/** What the next look is reckoned from: the unit's habit and the instant of this look. */
export interface LookFrom {
  readonly timing: WireTiming;
  readonly usualMs: number;
  readonly now: number;
}

/**
 * When to look for the reply next. First when it usually is there; of a reply that has begun, when the characters that are
 * missing can have come; and of one of which nothing was heard, ever less often.
 */
export const nextLookAt = (wire: OnWire, heard: Heard, { timing, usualMs, now }: LookFrom): number => {
  const { charMs } = timing;
  const usuallyAt = wire.sentEnd + usualMs + wire.replyBytes * charMs;
  if (now < usuallyAt) return usuallyAt;
  const missing = wire.replyBytes - heard.length;
  const isComing = heard.length > 0 && now <= heard.lastAt + Math.max(0, missing) * charMs + steps.longest;
  if (isComing) return now + Math.max(steps.first, (missing - 0.5) * charMs);
  return now + Math.min(Math.max(steps.first, now - usuallyAt), steps.longest);
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
