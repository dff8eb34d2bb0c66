import { segmentDuring } from '../core/segments.ts';
import type { Verdict } from '../core/receipt.ts';
import type { Instant } from '../core/time.ts';
import type { Broadcast, Durable, WaitingOrder } from '../core/village.ts';
import type { Snapshot } from '../uplink/messages.ts';

export interface SnapshotSources {
  readonly durable: Durable;
  readonly at: Instant;
  readonly software: string;
  readonly journal: { readonly number: number; readonly hash: string };
  readonly latestReceipt: number;
  /** Receipts up to this number that were not acknowledged were given up. */
  readonly goneReceipts: number;
  readonly troubles: readonly string[];
}

const count = ({ results }: Broadcast, verdict: Verdict): number =>
  Object.values(results).filter((result) => result.verdict === verdict).length;

const stateOf = ({ zones }: Broadcast): Snapshot['broadcasts'][number]['state'] => {
  const states = Object.values(zones).map((progress) => progress.state);
  if (states.includes('playing')) return 'playing';
  return states.includes('preempted') ? 'preempted' : 'queued';
};

const soundingNow = (durable: Durable, terminal: string, at: number): boolean =>
  Object.values(durable.plays).some(
    (play) => play.speaking.includes(terminal) || segmentDuring(play, terminal, at) !== null,
  );

/** due = sounded + failed + unknown, always: who is still waited for is unknown. */
const countsOf = (broadcast: Broadcast): Pick<Snapshot['broadcasts'][number], 'due' | Verdict> => {
  const due = Object.keys(broadcast.results).length;
  const [sounded, failed] = [count(broadcast, 'sounded'), count(broadcast, 'failed')];
  return { due, sounded, failed, unknown: due - sounded - failed };
};

/** An alert without words, which waits for its recording: in the queue, but not yet playable. */
const heldOf = ({ trace, alert }: WaitingOrder): Snapshot['broadcasts'][number] => ({
  id: `b-${trace}`,
  alert: alert.id,
  status: alert.status,
  zones: [...alert.zones],
  state: 'held',
  due: 0,
  sounded: 0,
  failed: 0,
  unknown: 0,
});

/** Every figure of the village the centre sees after a connect: one reducer's state, nothing guessed. */
export const snapshotOf = ({
  durable,
  at,
  software,
  journal,
  latestReceipt,
  goneReceipts,
  troubles,
}: SnapshotSources): Snapshot => {
  const live = Object.values(durable.broadcasts).filter((broadcast) => broadcast.ended === null);
  const newest = new Map<string, { verdict: Verdict; at: number }>();
  for (const { results } of live) {
    for (const [terminal, result] of Object.entries(results)) newest.set(terminal, result);
  }
  return {
    box: durable.site?.id ?? '',
    boot: durable.boot ?? '',
    software,
    at,
    journal: { records: journal.number, head: journal.hash },
    receipts: { latest: latestReceipt, acknowledged: durable.acknowledged, gone: goneReceipts },
    broadcasts: [
      ...live.map((broadcast) => ({
        id: broadcast.id,
        alert: broadcast.alert.id,
        status: broadcast.alert.status,
        zones: Object.keys(broadcast.zones),
        state: stateOf(broadcast),
        ...countsOf(broadcast),
      })),
      ...durable.waiting.map(heldOf),
    ].slice(0, 64),
    terminals: (durable.site?.terminals ?? []).slice(0, 512).map(({ id }) => {
      const seen = newest.get(id);
      const ordered = soundingNow(durable, id, at.mono);
      const sounding = !ordered ? 'no' : seen?.verdict === 'sounded' ? 'yes' : 'unknown';
      const ageMs = seen === undefined || seen.at === 0 ? null : Math.max(0, at.mono - seen.at);
      const quietTest = durable.quietTests[id]?.result;
      const tested = quietTest === undefined ? {} : { quietTest };
      return { id, health: durable.terminals[id]?.health ?? 'well', sounding, ageMs, ...tested };
    }),
    troubles: troubles.slice(0, 32),
  };
};
