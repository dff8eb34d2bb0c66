import type { Alert, AlertAudio } from './alert.ts';
import { refusal, type Refusal } from './refuse.ts';
import type { MonoMs } from './time.ts';
import type { Broadcast, Durable, HeldAudio, ReadyItem } from './village.ts';
import { liveBroadcasts, putBroadcast, receiptFor, type Work } from './work.ts';

/** Most recordings held or wanted at a time, whatever their size. */
export const heldMax = 64;

/** What terminals that speak say of an alert; empty when it brings nothing but a recording. */
export const wordsOf = (alert: Alert): string => (alert.text === '' ? alert.headline : alert.text);

/** The hash of the alert's recording where it can be played now, else null. */
export const readyAudio = (durable: Durable, alert: Alert): string | null => {
  const sha256 = alert.audio?.sha256;
  if (sha256 === undefined) return null;
  return durable.audio[sha256]?.state === 'ready' ? sha256 : null;
};

/** What the centre is to be asked for, the most pressing first: emergencies, then in the order they were named. */
export const wantedAudio = (durable: Durable): readonly HeldAudio[] =>
  Object.values(durable.audio)
    .filter(({ state }) => state === 'wanted')
    .sort((a, b) => Number(b.urgent) - Number(a.urgent) || a.namedAt - b.namedAt);

/** Recordings that a live broadcast, or an order that waits, still needs. */
const inUse = (durable: Durable): ReadonlySet<string> =>
  new Set([...liveBroadcasts(durable), ...durable.waiting].flatMap(({ alert }) => alert.audio?.sha256 ?? []));

const bytesOf = (held: Durable['audio']): number =>
  Object.values(held).reduce((sum, { audio }) => sum + audio.bytes, 0);

export const forgetAudio = (work: Work, sha256: string): void => {
  work.durable.audio = Object.fromEntries(Object.entries(work.durable.audio).filter(([name]) => name !== sha256));
};

/** Drops the oldest recordings that nothing needs until this one fits; each is reported. False when it cannot fit. */
const makeRoom = (work: Work, bytes: number): boolean => {
  const needed = inUse(work.durable);
  const limit = work.site.limits.audioStoreBytes;
  const droppable = Object.values(work.durable.audio)
    .filter(({ audio, state }) => state === 'ready' && !needed.has(audio.sha256))
    .sort((a, b) => a.namedAt - b.namedAt || (a.audio.sha256 < b.audio.sha256 ? -1 : 1));
  const isFull = (): boolean =>
    Object.keys(work.durable.audio).length >= heldMax || bytesOf(work.durable.audio) + bytes > limit;
  for (const { audio, order } of droppable) {
    if (!isFull()) return true;
    forgetAudio(work, audio.sha256);
    receiptFor(work, { trace: order }, { stage: 'noted', code: 'audio-dropped', detail: audio.sha256 });
  }
  return !isFull();
};

export interface Want {
  readonly audio: AlertAudio;
  readonly order: string;
  readonly until: MonoMs;
  readonly urgent: boolean;
  /** The order asks for nothing else, and is answered when it is here. */
  readonly storeOnly: boolean;
}

/** Most orders to store one recording that are answered when it is here; it is fetched once for all of them. */
const storesMax = 8;

/** An accepted order names a recording: from now on the centre is asked for it. Null, or why it cannot be taken. */
export const wantAudio = (work: Work, { audio, order, until, urgent, storeOnly }: Want): Refusal | null => {
  const before = work.durable.audio[audio.sha256];
  if (before === undefined && !makeRoom(work, audio.bytes)) return refusal('audio-store-full', { bytes: audio.bytes });
  if (before !== undefined && (before.audio.bytes !== audio.bytes || before.audio.format !== audio.format))
    return refusal('audio-differs', { sha256: audio.sha256 });
  const stores = storeOnly ? [...(before?.stores ?? []), order].slice(-storesMax) : (before?.stores ?? []);
  const after: HeldAudio = {
    audio: before?.audio ?? audio,
    state: before?.state ?? 'wanted',
    order: before?.state === 'wanted' && before.urgent && !urgent ? before.order : order,
    urgent: urgent || before?.urgent === true,
    until: Math.max(until, before?.until ?? 0),
    namedAt: work.at.mono,
    stores,
  };
  work.durable.audio = { ...work.durable.audio, [audio.sha256]: after };
  return null;
};

/**
 * The alert's own words carry its recording, and so does what has no words; fixed sentences of the plan and the marks of a
 * drill are always spoken.
 */
const withAudio =
  (alert: Alert, sha256: string | null) =>
  (item: ReadyItem): ReadyItem =>
    item.play === 'speech' && (item.text === '' || item.text === wordsOf(alert)) ? { ...item, audio: sha256 } : item;

const carries = (broadcast: Broadcast, sha256: string): boolean => broadcast.alert.audio?.sha256 === sha256;

/** Live broadcasts of this recording play it from their next item on; `null` takes it from them again. */
export const fillAudio = (work: Work, sha256: string, ready: boolean): void => {
  for (const live of liveBroadcasts(work.durable)) {
    if (!carries(live, sha256)) continue;
    putBroadcast(work, { ...live, items: live.items.map(withAudio(live.alert, ready ? sha256 : null)) });
  }
};
