import { isEmergency } from './cue-id.ts';
import type { MonoMs } from './time.ts';
import type { Answer, Broadcast, Durable } from './village.ts';
import { putBroadcast, receiptFor, type Work } from './work.ts';

/** A sensor began it: nobody stood there who knows of it. */
export const isBySensor = ({ source }: Pick<Broadcast, 'source'>): boolean => source.startsWith('sensor:');

/** The newest word of each alert, in received order. */
export const newestWords = (durable: Durable): readonly Broadcast[] => {
  const all = Object.values(durable.broadcasts).sort((a, b) => a.sequence - b.sequence);
  return [...new Map(all.map((broadcast) => [broadcast.alert.id, broadcast])).values()];
};

/**
 * Alerts in force at `mono`: actual emergencies that are on air or queued, or were played to their end and are still
 * valid. One that was stopped, cancelled, cleared or corrected is not; its passes being over does not end an alert.
 */
export const alertsInForce = (durable: Durable, mono: MonoMs): readonly Broadcast[] =>
  newestWords(durable)
    .filter((broadcast) => broadcast.kind === 'alert' && isEmergency(broadcast))
    .filter(({ ended, expiresAt }) => (ended === null || ended === 'completed') && expiresAt > mono);

/** Alerts in force that nobody has answered. An update is a broadcast of its own and is answered anew. */
export const unanswered = (durable: Durable, mono: MonoMs): readonly Broadcast[] =>
  alertsInForce(durable, mono).filter(({ answer }) => answer === undefined);

/** 叫应: a person has heard. Each alert that waits is answered once; with none waiting nothing happens. */
export const answerAlerts = (work: Work, person: string, source: Answer['source']): void => {
  for (const broadcast of unanswered(work.durable, work.at.mono)) {
    const answered = putBroadcast(work, { ...broadcast, answer: { person, source, at: work.at.mono } });
    const afterMs = Math.max(0, work.at.mono - broadcast.receivedAt);
    receiptFor(work, answered, { stage: 'answered', person, source, afterMs });
  }
};
