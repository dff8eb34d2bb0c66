import { decideZones } from './decide-zones.ts';
import type { Effect } from './effect.ts';
import { emitSegments } from './emit-segments.ts';
import type { Event, Happening } from './event.ts';
import { putHealth } from './health.ts';
import { judgeEvidence } from './judge-evidence.ts';
import { takeTrigger } from './local.ts';
import { startNotices } from './notices.ts';
import { takeBoot, takeOutputs } from './restart.ts';
import type { Site } from './site.ts';
import { continueStopped, expireStopProof, stopAlerts } from './stop.ts';
import { takeOrder } from './take-order.ts';
import type { Durable, Village } from './village.ts';
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
  },
};

const configure = (work: Work, event: Event & { kind: 'configured' }): void => {
  work.durable.site = event.site;
  work.durable.siteHash = event.hash;
  work.durable.real = event.real;
  const ofFiles = event.keys.map((key) => `${key.id}=${key.publicKey}`).join(' ');
  if (work.durable.keysOfFiles === ofFiles) return;
  work.durable.keysOfFiles = ofFiles;
  work.durable.keys = event.keys;
};

const cross = (work: Work, event: Event & { kind: 'threshold' }): void => {
  const sensor = work.site.sensors.find((candidate) => candidate.id === event.sensor);
  const threshold = sensor?.thresholds.find((candidate) => candidate.id === event.threshold);
  if (threshold === undefined) return;
  const id = `sensor-${event.sensor}-${event.threshold}-${Math.round(work.at.mono)}`;
  const { plan, zones, status, severity } = threshold;
  const from = { text: null, person: `sensor:${event.sensor}`, source: 'sensor', sirenUnlocked: false } as const;
  takeTrigger(work, { id, plan, zones, status, severity, ...from });
};

const firstSound = (work: Work, event: Event & { kind: 'first-sound' }): void => {
  const broadcast = work.durable.broadcasts[event.broadcast];
  if (broadcast === undefined) return;
  // The record of an emergency is written beside the wire, not before it: `durableMs` is told but adds nothing.
  const { intakeMs, verifyMs, queueMs, lineMs, deviceMs } = event.parts;
  const totalMs = intakeMs + verifyMs + queueMs + lineMs + deviceMs;
  receiptFor(work, broadcast, { stage: 'first-sound', totalMs, parts: event.parts });
};

const take = (work: Work, event: Event): void => {
  switch (event.kind) {
    case 'configured': {
      configure(work, event);
      return;
    }
    case 'booted': {
      takeBoot(work, event.boot, event.clean);
      return;
    }
    case 'order': {
      takeOrder(work, event.order);
      return;
    }
    case 'refused': {
      receiptFor(work, { trace: event.order ?? '' }, { stage: 'refused', code: event.code, detail: event.detail });
      return;
    }
    case 'trigger': {
      takeTrigger(work, event.trigger);
      return;
    }
    case 'stop':
      stopAlerts(work, event.id, null);
      return;
    case 'continue': {
      continueStopped(work, event.id);
      return;
    }
    case 'outputs': {
      takeOutputs(work, event.on, event.unread);
      return;
    }
    case 'evidence': {
      judgeEvidence(work, event.findings);
      return;
    }
    case 'unit-lost': {
      putHealth(work, event.terminal, 'lost', event.reason);
      return;
    }
    case 'unit-back': {
      putHealth(work, event.terminal, 'well', '');
      return;
    }
    case 'threshold': {
      cross(work, event);
      return;
    }
    case 'first-sound': {
      firstSound(work, event);
      return;
    }
    case 'clock':
      if (work.durable.clockSource === event.source) return;
      work.durable.clockSource = event.source;
      receiptFor(work, { trace: '' }, { stage: 'noted', code: 'clock-source', detail: event.source });
      return;
    case 'acknowledged':
      work.durable.acknowledged = Math.max(
        work.durable.acknowledged,
        Math.min(event.receipt, work.durable.nextReceipt - 1),
      );
      return;
    case 'satellite-report':
      work.durable.satelliteReports += 1;
      return;
    case 'noted': {
      receiptFor(work, { trace: '' }, { stage: 'noted', code: event.code, detail: event.detail });
      return;
    }
    case 'wake':
      if (work.durable.settlingUntil !== null && work.at.mono >= work.durable.settlingUntil) {
        work.durable.settlingUntil = null;
      }
  }
};

/** Off before on, everything off in one go: one silence in front lets one frame carry it, and no ON waits behind two. */
const inOrder = (effects: readonly Effect[]): readonly Effect[] => {
  const silences = effects.filter((effect) => effect.do === 'silence');
  const rest = effects.filter((effect) => effect.do !== 'silence');
  const [first] = silences;
  if (first === undefined) return rest;
  const terminals = [...new Set(silences.flatMap((effect) => effect.terminals))];
  const urgent = silences.some((effect) => effect.urgent);
  const stop = silences.find((effect) => effect.cause === 'stop') ?? first;
  return [{ do: 'silence', urgent, terminals, cause: stop.cause }, ...rest];
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
  const work: Work = {
    at,
    site: event.kind === 'configured' ? event.site : (village.durable.site ?? noSite),
    durable: { ...village.durable },
    senses: { ...village.senses },
    effects: [],
    urgent: mayBeUrgent(event),
    started: new Set(),
  };
  take(work, event);
  expireStopProof(work);
  startNotices(work);
  decideZones(work);
  emitSegments(work);
  const changed = !sameButTime(village.durable, work.durable);
  if (changed) work.durable.last = at;
  const durable = changed ? work.durable : village.durable;
  return { village: { durable, senses: work.senses }, effects: inOrder(work.effects), changed };
};
