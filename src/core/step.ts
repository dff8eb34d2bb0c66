import { answerAlerts } from './answer.ts';
import { audioFailed, audioReady, expireAudio } from './await-audio.ts';
import { canonicalJson } from './canonical-json.ts';
import { crossThreshold } from './cross-threshold.ts';
import { decideZones } from './decide-zones.ts';
import type { Effect } from './effect.ts';
import { emitSegments } from './emit-segments.ts';
import { forgetOldest } from './end-broadcast.ts';
import type { Event, Happening } from './event.ts';
import { putHealth } from './health.ts';
import { interruptRoutine } from './interrupt-routine.ts';
import { judgeEvidence } from './judge-evidence.ts';
import { liftLocal, takeTrigger } from './local.ts';
import { startNotices } from './notices.ts';
import { refuseApart } from './refuse.ts';
import { takeBoot, takeOutputs, takeUnitBack } from './restart.ts';
import { askQuietTest, keepQuietTests, takeQuietTest, turnQuietTest } from './self-test.ts';
import type { Site } from './site.ts';
import { continueStopped, expireStopProof, stopAlerts } from './stop.ts';
import { takeOrder } from './take-order.ts';
import type { Durable, Village } from './village.ts';
import { keepTotal, keepTotals } from './totals.ts';
import { receiptFor, type Work } from './work.ts';

export interface Stepped {
  readonly village: Village;
  readonly effects: readonly Effect[];
  /** False when the durable part is the very same: such an event needs no record. */
  readonly changed: boolean;
}

const noSite: Site = {
  id: '',
  areaCode: '',
  name: { zh: '', en: '' },
  zones: [],
  terminals: [],
  supplies: [],
  tones: [],
  clips: [],
  plans: [],
  notices: [],
  sensors: [],
  limits: {
    sirenLongestMs: 180_000,
    sirenPauseMs: 60_000,
    sirenPerHourMs: 1_200_000,
    quietFromMinute: 1_260,
    quietToMinute: 420,
    routineLongestMs: 900_000,
    routinePerDay: 6,
    queueMax: 64,
    holdRoutineAfterStopMs: 600_000,
    renewEveryMs: 5_000,
    audioStoreBytes: 500_000_000,
  },
};

const configure = (work: Work, event: Event & { kind: 'configured' }): void => {
  keepQuietTests(work, work.durable.siteHash !== event.hash);
  work.durable.site = event.site;
  work.durable.siteHash = event.hash;
  work.durable.real = event.real;
  keepTotals(work);
  const ofFiles = canonicalJson(event.keys);
  if (work.durable.keysOfFiles === ofFiles) return;
  work.durable.keysOfFiles = ofFiles;
  work.durable.keys = event.keys;
};

const firstSound = (work: Work, event: Event & { kind: 'first-sound' }): void => {
  const broadcast = work.durable.broadcasts[event.broadcast];
  if (broadcast === undefined) return;
  // The record of an emergency is written beside the wire, not before it: `durableMs` is told but adds nothing.
  const { intakeMs, verifyMs, queueMs, lineMs, deviceMs } = event.parts;
  const totalMs = Math.round((intakeMs + verifyMs + queueMs + lineMs + deviceMs) * 10) / 10;
  receiptFor(work, broadcast, { stage: 'first-sound', totalMs, parts: event.parts });
};

type EventOf<K extends Event['kind']> = Extract<Event, { kind: K }>;

/** What happened to an order is told under its id, with the alert and status of its broadcast. */
const note = (work: Work, { code, detail, trace = '' }: EventOf<'noted'>): void => {
  const broadcast = Object.values(work.durable.broadcasts).find((one) => trace !== '' && one.trace === trace);
  receiptFor(work, broadcast ?? { trace }, { stage: 'noted', code, detail });
};

const believeClock = (work: Work, source: EventOf<'clock'>['source']): void => {
  if (work.durable.clockSource === source) return;
  work.durable.clockSource = source;
  receiptFor(work, { trace: '' }, { stage: 'noted', code: 'clock-source', detail: source });
};

const settle = (work: Work): void => {
  const { settlingUntil } = work.durable;
  if (settlingUntil !== null && work.at.mono >= settlingUntil) work.durable.settlingUntil = null;
};

const acknowledge = (work: Work, number: number): void => {
  const { acknowledged, nextReceipt } = work.durable;
  work.durable.acknowledged = Math.max(acknowledged, Math.min(number, nextReceipt - 1));
};

/** What is carried over was told before, and folds to nothing. */
type Taken = Exclude<Event['kind'], 'carried'>;

/** One row an event: what it changes before the zones are decided. */
const takers: { readonly [K in Taken]: (work: Work, event: EventOf<K>) => void } = {
  configured: configure,
  booted: (work, { boot, clean }) => takeBoot(work, boot, clean),
  order: (work, { order }) => takeOrder(work, order),
  refused: (work, { order, code, detail }) => refuseApart(work, order ?? '', { code, detail }),
  trigger: (work, { trigger }) => takeTrigger(work, trigger),
  stop: (work, { id }) => void stopAlerts(work, id, null),
  continue: (work, { id, alert }) => continueStopped(work, id, alert),
  lift: liftLocal,
  answered: (work, { person, source }) => answerAlerts(work, person, source),
  outputs: (work, { on, unread }) => takeOutputs(work, on, unread),
  evidence: (work, { findings }) => judgeEvidence(work, findings),
  'quiet-test': askQuietTest,
  'quiet-tested': (work, { terminal, result }) => takeQuietTest(work, terminal, result),
  'unit-lost': (work, { terminal, reason }) => putHealth(work, terminal, 'lost', reason),
  // Polling tells it once after each start, too: only a loss is over by it, an amplifier that failed is not.
  'unit-back': (work, { terminal }) => takeUnitBack(work, terminal),
  threshold: crossThreshold,
  total: keepTotal,
  'first-sound': firstSound,
  'audio-ready': (work, { sha256 }) => audioReady(work, sha256),
  'audio-failed': (work, { sha256, code, detail }) => audioFailed(work, sha256, code, detail),
  clock: (work, { source }) => believeClock(work, source),
  acknowledged: (work, { receipt }) => acknowledge(work, receipt),
  'satellite-report': (work) => void (work.durable.satelliteReports += 1),
  frames: (work, { frames }) => void (work.durable.framesSent += frames.length),
  noted: note,
  undurable: interruptRoutine,
  wake: settle,
};

const take = <K extends Taken>(work: Work, kind: K, event: EventOf<K>): void => takers[kind](work, event);

const traceOf = (event: Event): string => {
  if (event.kind === 'order') return event.order.id;
  if (event.kind === 'trigger') return event.trigger.id;
  return event.kind === 'stop' || event.kind === 'lift' ? event.id : '';
};

/** A cue that the same step silenced afterwards was never meant to sound: the off goes first, so its on must not follow. */
const withoutTakenBack = (effects: readonly Effect[]): readonly Effect[] =>
  effects.flatMap((effect, index): readonly Effect[] => {
    if (effect.do !== 'sound') return [effect];
    const silenced = new Set(
      effects.slice(index + 1).flatMap((later) => (later.do === 'silence' ? later.terminals : [])),
    );
    const cues = effect.cues.filter(({ terminal }) => !silenced.has(terminal));
    return cues.length === 0 ? [] : [{ ...effect, cues }];
  });

/** Off before on, everything off in one go: one silence in front lets one frame carry it, and no ON waits behind two. */
const inOrder = (all: readonly Effect[]): readonly Effect[] => {
  const effects = withoutTakenBack(all);
  const silences = effects.filter((effect) => effect.do === 'silence');
  const rest = effects.filter((effect) => effect.do !== 'silence');
  const [first] = silences;
  if (first === undefined) return rest;
  const terminals = [...new Set(silences.flatMap((effect) => effect.terminals))];
  const urgent = silences.some((effect) => effect.urgent);
  const stop = silences.find((effect) => effect.cause === 'stop') ?? first;
  return [{ ...stop, urgent, terminals }, ...rest];
};

/** Orders that may only act after their record: everything but emergencies, stops, and what follows by itself. */
const mayBeUrgent = (event: Event): boolean => event.kind !== 'configured' && event.kind !== 'booted';

const sameButTime = (before: Durable, after: Durable): boolean =>
  (Object.keys(after) as (keyof Durable)[]).every((key) => key === 'last' || before[key] === after[key]);

/**
 * The one reducer: what happened, at which instant, and what the box does about it. Pure and total. The durable part
 * depends on the events alone; the senses only decide which segments, looks and renewals are due now.
 */
export const step = (village: Village, { at, event }: Happening): Stepped => {
  // It was written beside the loop: not even what fell due meanwhile may be decided by it.
  if (event.kind === 'carried') return { village, effects: [], changed: false };
  const work: Work = {
    at,
    site: event.kind === 'configured' ? event.site : (village.durable.site ?? noSite),
    durable: { ...village.durable },
    senses: { ...village.senses },
    effects: [],
    urgent: mayBeUrgent(event),
    trace: traceOf(event),
    started: new Set(),
    waited: new Map(),
    shut: new Set(),
  };
  take(work, event.kind, event);
  expireStopProof(work);
  expireAudio(work);
  // A site that changed while the box was down is only read here; what sounds is decided after the outputs were read.
  if (event.kind !== 'configured') {
    startNotices(work);
    decideZones(work);
    turnQuietTest(work);
    emitSegments(work);
  }
  forgetOldest(work);
  const changed = !sameButTime(village.durable, work.durable);
  if (changed) work.durable.last = at;
  const durable = changed ? work.durable : village.durable;
  return { village: { durable, senses: work.senses }, effects: inOrder(work.effects), changed };
};
