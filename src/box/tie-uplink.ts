import type { Event } from '../core/event.ts';
import type { Doors } from './doors.ts';
import type { FirstSoundWatch } from './first-sound.ts';
import type { Media } from './media.ts';
import { linkBudget, rateBudget } from '../intake/rate-budget.ts';
import { timeMaxRoundTripMs } from '../intake/signed-time.ts';
import { snapshotNow, type Ties } from './ties.ts';
import { openUplink, type Uplink, type UplinkOptions } from '../uplink/session.ts';

type OrderMeta = Parameters<UplinkOptions['onOrder']>[1];
type TimeMeta = Parameters<UplinkOptions['onTime']>[1];

type RefuseAtOnce = (order: string, code: string) => void;

const takeOrder =
  (ties: Ties, doors: Doors, watch: FirstSoundWatch, answer: RefuseAtOnce) => (raw: Uint8Array, meta: OrderMeta) => {
    const receivedAt = ties.ports.stopwatch();
    const intakeMs = ties.clock.now().mono - meta.receivedAt;
    const event: Event | null = doors.order({ raw, key: meta.key, signature: meta.signature }, 'websocket');
    if (event === null) return;
    const verifiedAt = ties.ports.stopwatch();
    const trace = event.kind === 'order' ? event.order.id : '';
    // Without a memory no receipt will ever follow: the signed outcome is the only answer there is.
    if (event.kind === 'refused' && event.order !== null && ties.memory.lost !== undefined)
      answer(event.order, event.code);
    if (event.kind === 'order') watch.begin(trace, { intakeMs, receivedAt, verifiedAt, steppedAt: verifiedAt });
    void ties
      .loop()
      .tell(event)
      .then(() => watch.durable(trace, ties.ports.stopwatch()));
  };

const takeTime =
  ({ settings, clock, loop }: Ties, doors: Doors) =>
  (raw: Uint8Array, meta: TimeMeta) => {
    const { key, signature, question } = meta;
    const evidence = doors.time({ raw, key, signature }, question);
    if (!evidence.ok) {
      settings.onFailure?.(evidence.failure);
      return;
    }
    const { wall, mono } = evidence.value;
    if (clock.setFromCentre(wall + clock.now().mono - mono)) void loop().tell({ kind: 'clock', source: 'centre' });
  };

/** The WebSocket to the centre, tied to the loop; null where the site has none its address or the keys cannot be used. */
export const tieUplink = (
  ties: Ties,
  doors: Doors,
  { watch, media }: { readonly watch: FirstSoundWatch; readonly media: Media },
): Uplink | null => {
  const { ports, settings, files, memory, clock, loop, troubles } = ties;
  const address = files.loaded.uplinks.websocket;
  const { signer } = files;
  if (address === null || signer === null || files.senders === null) return null;
  let uplink: Uplink | null = null;
  const opened = openUplink({
    ...(ports.links === null ? {} : { links: ports.links }),
    url: address.url,
    pins: files.pins,
    boxId: files.loaded.site.id,
    clock: { now: () => clock.now().mono, after: ports.after },
    random: ports.random,
    nonce: () => ports.newId(),
    snapshot: () => snapshotNow(ties),
    outbox: {
      latest: memory.owed.latest,
      acknowledged: () => loop().village().durable.acknowledged,
      read: memory.owed.read,
    },
    signer,
    admit: rateBudget(linkBudget),
    onOrder: takeOrder(ties, doors, watch, (order, code) => uplink?.sendOutcome(order, { stage: 'refused', code })),
    onTime: takeTime(ties, doors),
    timeMaxRoundTripMs,
    onAcknowledge: (number) => void loop().tell({ kind: 'acknowledged', receipt: number }),
    onGreeted: media.opened,
    onAudio: media.take,
    onConnected: (connected) => {
      if (!connected) media.closed();
      if (connected) troubles.delete('uplink-lost');
      else troubles.add('uplink-lost');
    },
    report: (failure) => settings.onFailure?.(failure),
  });
  if (opened.ok) uplink = opened.value;
  if (opened.ok) return opened.value;
  settings.onFailure?.(opened.failure);
  return null;
};
