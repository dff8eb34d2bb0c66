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
  /** How often the runner has looked and found no whole reply. */
  looks: number;
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
    looks: 0,
    silenceSeenAt: null,
    doubtful: false,
    ...times,
  };
};

/** Counts all deadlines from the instant at which the frame was written. */
export const setDeadlines = (wire: OnWire, settings: MachineSettings, now: number): void => {
  const { timing, adapterLatencyMs, patienceMs, replySlackMs } = settings;
  // A UART starts to send a little after the write: count it, so that silence after a broadcast is never cut short.
  const startMs = timing.charMs === 0 ? 0 : Math.max(timing.charMs, 0.3);
  const graceMs = adapterLatencyMs + (wire.hurried ? 0 : patienceMs);
  wire.looks = 0;
  wire.sentAt = now;
  wire.sentEnd = now + startMs + wire.frameBytes * timing.charMs;
  wire.firstByteBy = wire.sentEnd + Math.max(wire.job.turnaroundMs, timing.silenceMs) + timing.charMs + graceMs;
  wire.replyBy = wire.firstByteBy + wire.replyBytes * timing.charMs + adapterLatencyMs + replySlackMs;
};

/** When the whole reply should be there, by the unit's habit and the bytes heard so far. */
export const replyExpectedAt = (wire: OnWire, heard: Heard, timing: WireTiming, usualMs: number | null): number => {
  const { charMs, silenceMs } = timing;
  if (heard.length > 0) return heard.lastAt + Math.max(1, wire.replyBytes - heard.length) * charMs;
  return wire.sentEnd + (usualMs ?? silenceMs) + wire.replyBytes * charMs;
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
