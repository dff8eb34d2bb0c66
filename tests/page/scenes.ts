import type {
  BroadcastView,
  LiveView,
  ReceiptView,
  ResultView,
  SiteView,
  StoppedView,
} from '../../src/console/view.ts';
import { calmView, mondayNine } from './rig.ts';

const verdictOf = (index: number): ResultView['verdict'] =>
  index === 1 ? 'failed' : index === 4 ? 'unknown' : index === 6 ? 'waiting' : 'sounded';

const resultsIn = (site: SiteView, zones: readonly string[]): readonly ResultView[] =>
  site.terminals
    .filter(({ zone }) => zones.includes(zone))
    .map(({ id }, index) => {
      const verdict = verdictOf(index);
      return {
        terminal: id,
        verdict,
        grade: 'current',
        reason: verdict === 'failed' ? 'no-current' : verdict === 'unknown' ? 'no-reply' : null,
        value: verdict === 'sounded' ? 3.2 : null,
        unit: verdict === 'sounded' ? 'A' : null,
        ageMs: verdict === 'waiting' ? null : 2_000,
      };
    });

/** A warning on air in two zones: one terminal silent, one unknown, one still waited for. */
export const onAir = (site: SiteView, more: Partial<BroadcastView> = {}): BroadcastView => {
  const zones = ['heba', 'shangba'];
  const results = resultsIn(site, zones);
  return {
    id: 'b-1',
    trace: 't-1',
    alert: 'local-t-1',
    source: 'li-ming',
    isLocal: true,
    isBySensor: false,
    kind: 'alert',
    status: 'actual',
    class: 'emergency',
    severity: 'red',
    headline: '地质灾害立即转移',
    text: '',
    plan: 'geohazard-now',
    zones: zones.map((zone) => ({ zone, state: 'playing', passes: 1 })),
    state: 'playing',
    repeats: 20,
    receivedAgoMs: 24_000,
    ended: null,
    endedAgoMs: null,
    isExpired: false,
    awaitsAnswer: true,
    counts: { due: 7, sounded: 4, failed: 1, unknown: 2, waiting: 1 },
    results,
    ...more,
  };
};

/** An order from above; its words are hostile on purpose. */
export const orderFromAbove = (site: SiteView): BroadcastView =>
  onAir(site, {
    id: 'b-2',
    trace: 't-2',
    alert: 'county-2026-1',
    source: 'county-1',
    isLocal: false,
    headline: '上坝滑坡<img src=x onerror="document.title=1">红色预警',
    text: '<script>document.title=2</script>请立即向高处转移。',
  });

/** What of a stop may go on. */
export const mayGoOn = (alert: string, headline: string, more: Partial<StoppedView> = {}): StoppedView => ({
  ...{ alert, headline, severity: 'red', text: '', isNews: false },
  ...more,
});

const receipts: readonly ReceiptView[] = [
  '河坝组喇叭 2 已响 3.2 A',
  '河坝组 播发第 1 遍',
  '待播，应响 7 台',
  '收到',
].map((zh, index) => ({
  number: 9 - index,
  wall: mondayNine - index * 1_000,
  trace: 't-1',
  broadcast: 'b-1',
  status: 'actual',
  stage: 'started',
  words: { zh, en: `line ${9 - index}` },
}));

/** A terminal that is lost, one at fault, one that nobody has heard from for long. */
const troubled = (live: LiveView): LiveView => ({
  ...live,
  terminals: live.terminals.map((one, index) => {
    if (index === 2) return { ...one, health: 'lost', reason: 'no-reply', seenAgoMs: 240_000 };
    if (index === 3) return { ...one, health: 'suspect', reason: 'no-current' };
    return index === 6 ? { ...one, seenAgoMs: 90_000 } : one;
  }),
});

export const scenes = {
  calm: (site: SiteView): LiveView => calmView(site),
  /** Night, cut off, three terminals in doubt, a trouble of the box. */
  night: (site: SiteView): LiveView =>
    troubled(
      calmView(site, {
        at: { wall: mondayNine - 10 * 3_600_000, trust: 'guessed' },
        uplink: { state: 'lost', sinceMs: 600_000 },
        troubles: [{ code: 'journal-undurable', words: { zh: '日志写不了盘', en: 'the journal cannot be written' } }],
      }),
    ),
  air: (site: SiteView): LiveView =>
    calmView(site, {
      receipts,
      live: [
        onAir(site),
        onAir(site, {
          id: 'b-3',
          trace: 't-3',
          severity: 'orange',
          state: 'queued',
          plan: 'flash-flood-prepare',
          headline: '山洪准备转移',
        }),
      ],
    }),
  stopped: (site: SiteView): LiveView =>
    calmView(site, {
      receipts,
      ended: [
        onAir(site, {
          ...{ ended: 'stopped', endedAgoMs: 2_000, state: 'ended', awaitsAnswer: false },
          counts: { due: 7, sounded: 5, failed: 1, unknown: 1, waiting: 0 },
          results: onAir(site).results.map((one) =>
            one.verdict === 'waiting' ? { ...one, verdict: 'sounded', ageMs: 3_000 } : one,
          ),
        }),
      ],
      stop: { ageMs: 2_000, warnings: [mayGoOn(onAir(site).alert, onAir(site).headline)] },
    }),
  /** A warning of the centre that somebody stopped, so long ago that the screen of it is over. */
  stoppedOrder: (site: SiteView): LiveView => {
    const order = onAir(site, {
      alert: 'county-2026-1',
      source: 'county-1',
      isLocal: false,
      headline: '河坝滑坡红色预警',
    });
    return calmView(site, {
      receipts,
      ended: [{ ...order, ended: 'stopped', endedAgoMs: 300_000, state: 'ended', awaitsAnswer: false }],
      stop: { ageMs: 300_000, warnings: [mayGoOn(order.alert, order.headline)] },
    });
  },
  order: (site: SiteView): LiveView => calmView(site, { live: [orderFromAbove(site)] }),
  drill: (site: SiteView): LiveView =>
    calmView(site, {
      receipts,
      live: [onAir(site, { status: 'drill', awaitsAnswer: false, headline: '地质灾害立即转移' })],
    }),
} as const;
