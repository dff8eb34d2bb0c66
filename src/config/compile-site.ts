import type { RegisterDevice } from '../../devices/define.ts';
import type { LeaseKind, Limits, Notice, Plan, PlaylistItem, ProofGrade, Site, Terminal } from '../core/site.ts';
import {
  everyWeekday,
  limitDefaults,
  planDefaults,
  quietDefaults,
  sensorDefaults,
  speechDefaults,
  supplyDefaults,
  terminalDefaults,
} from './defaults.ts';
import { voiceOf } from './compile-outputs.ts';
import type { Draft } from './draft.ts';
import { minuteOfDay, msOf } from './duration.ts';
import type { PlanFile } from './schema/plan.ts';
import type { SiteFile, TerminalFile } from './schema/site.ts';
import { modelAt, switchOf } from './units.ts';

/** A plan without `when` is chosen by its name only: no event code begins like this. */
const byNameOnly = ['by-name'] as const;

const limitsOf = (file: SiteFile['limits']): Limits => {
  const limits = { ...limitDefaults, quietHours: quietDefaults, ...file };
  return {
    sirenLongestMs: msOf(limits.sirenLongest),
    sirenPauseMs: msOf(limits.sirenPause),
    sirenPerHourMs: msOf(limits.sirenPerHour),
    quietFromMinute: minuteOfDay(limits.quietHours.from),
    quietToMinute: minuteOfDay(limits.quietHours.to),
    routineLongestMs: msOf(limits.routineLongest),
    routinePerDay: limits.routinePerDay,
    queueMax: limits.queueMax,
    holdRoutineAfterStopMs: msOf(limits.holdRoutineAfterStop),
    renewEveryMs: msOf(limits.renewEvery),
    audioStoreBytes: limits.audioStoreMb * 1_000_000,
  };
};

const leaseOf = (device: RegisterDevice | null, longestMs: number): LeaseKind => {
  const output = device?.output ?? null;
  if (output === null) return { kind: 'held', retrigger: 'unknown' };
  const { lease, retrigger } = output;
  switch (lease.kind) {
    case 'timed':
      return { kind: 'timed', longestMs: Math.min(lease.longestMs, longestMs), retrigger };
    case 'dead-man':
      return { kind: 'dead-man', holdMs: lease.holdMs, retrigger };
    case 'held':
      return { kind: 'held', retrigger };
  }
};

/** A loudspeaker on a sound output without a relay: no sound comes any more once its item is over, or the box is gone. */
const endsByItself: LeaseKind = { kind: 'timed', longestMs: 180_000, retrigger: 'extends' };

const proofOf = ({ site, catalogue }: Draft, terminal: TerminalFile): ProofGrade => {
  const meter = terminal.proof === undefined ? null : modelAt(site.value, catalogue, terminal.proof);
  const own = switchOf(site.value, catalogue, terminal);
  if (terminal.returnAudio !== undefined) return terminal.returnAudio.hears === 'line' ? 'sound' : 'microphone';
  return meter?.proof?.grade ?? own?.proof?.grade ?? (terminal.speech === undefined ? 'none' : 'chip');
};

const terminalOf = (draft: Draft, terminal: TerminalFile): Terminal => {
  const device = switchOf(draft.site.value, draft.catalogue, terminal);
  const sirenLongest = draft.site.value.limits?.sirenLongest ?? limitDefaults.sirenLongest;
  const storesClips = terminal.kind === 'speaker' && (device?.output?.play ?? null) !== null;
  const { speech, sound } = terminal;
  return {
    id: terminal.id,
    name: terminal.name,
    zone: terminal.zone,
    kind: terminal.kind,
    abilities: [
      ...(terminal.kind === 'siren' ? (['tone'] as const) : []),
      ...(speech === undefined ? [] : (['speech'] as const)),
      ...(sound === undefined ? [] : (['speech'] as const)),
      ...(sound !== undefined && draft.site.value.sounds.tones.some((tone) => tone.sound !== undefined)
        ? (['tone'] as const)
        : []),
      ...(storesClips || sound !== undefined ? (['clip'] as const) : []),
    ],
    output: sound?.output ?? null,
    lease: terminal.output === undefined ? endsByItself : leaseOf(device, msOf(terminal.longest ?? sirenLongest)),
    proof: proofOf(draft, terminal),
    supply: terminal.supply ?? null,
    leadInMs: msOf(terminal.leadIn ?? terminalDefaults.leadIn),
    speech:
      sound !== undefined
        ? voiceOf(sound)
        : speech === undefined
          ? null
          : {
              baseMs: speech.base === undefined ? speechDefaults.baseMs : msOf(speech.base),
              perCharacterMs:
                speech.perCharacter === undefined ? speechDefaults.perCharacterMs : msOf(speech.perCharacter),
            },
  };
};

const itemOf = ({ play, tone = '', text, clip }: PlanFile['playlist'][number]): PlaylistItem => {
  switch (play) {
    case 'tone':
      return { play, tone };
    case 'speech':
      return { play, text: text ?? null, clip: clip ?? null };
    case 'clip':
      return { play, clip: clip ?? '' };
  }
};

const liftOf = ({
  correction = planDefaults.correction,
  allClear = planDefaults.allClear,
}: NonNullable<PlanFile['lift']>): NonNullable<Plan['lift']> => ({ correction, allClear });

const planOf = (plan: PlanFile): Plan => ({
  id: plan.id,
  name: plan.name,
  class: plan.class ?? planDefaults.class,
  events: plan.when === undefined ? byNameOnly : (plan.when.events ?? []),
  severities: plan.when?.severities ?? [],
  stages: plan.when?.stages ?? [],
  zones: plan.zones,
  playlist: plan.playlist.map(itemOf),
  repeats: plan.repeats ?? 0,
  intervalMs: msOf(plan.interval ?? planDefaults.interval),
  afterRestart: plan.afterRestart ?? planDefaults.afterRestart,
  drill: {
    playlist: plan.drill.playlist.map(itemOf),
    repeats: plan.drill.repeats ?? planDefaults.drillRepeats,
    sirenUnlockMs: msOf(plan.drill.sirenUnlock ?? planDefaults.sirenUnlock),
  },
  ...(plan.lift === undefined ? {} : { lift: liftOf(plan.lift) }),
});

const noticeOf = (notice: NonNullable<SiteFile['notices']>[number]): Notice => ({
  id: notice.id,
  name: notice.name,
  plan: notice.plan,
  zones: notice.zones,
  weekdays: (notice.weekdays ?? everyWeekday).map((day) => everyWeekday.indexOf(day) + 1),
  minuteOfDay: minuteOfDay(notice.at),
  text: notice.text,
});

/** The files as core sees them: times in milliseconds, defaults filled in, what the models say about each terminal. */
export const compileSite = (draft: Draft): Site => {
  const { value } = draft.site;
  return {
    id: value.id,
    areaCode: value.areaCode,
    name: value.name,
    zones: value.zones,
    terminals: value.terminals.map((terminal) => terminalOf(draft, terminal)),
    supplies: (value.supplies ?? []).map(({ id, startsAtOnce, startGap }) => ({
      id,
      startsAtOnce,
      startGapMs: msOf(startGap ?? supplyDefaults.startGap),
    })),
    tones: value.sounds.tones.map(({ id, name, on, off, cycles, device }) => ({
      id,
      name,
      onMs: msOf(on),
      offMs: off === undefined ? 0 : msOf(off),
      cycles: cycles ?? 1,
      ...(device === undefined ? {} : { device }),
    })),
    clips: (value.sounds.clips ?? []).map(({ id, duration, track, saysDrill }) => ({
      id,
      durationMs: msOf(duration),
      track: track ?? null,
      ...(saysDrill === true ? { saysDrill } : {}),
    })),
    plans: draft.plans.map((plan) => planOf(plan.value)),
    notices: (value.notices ?? []).map(noticeOf),
    sensors: (value.sensors ?? []).map(({ id, name, thresholds }) => ({
      id,
      name,
      thresholds: thresholds.map(({ within, ...one }) => ({
        ...one,
        status: one.status ?? sensorDefaults.status,
        ...(within === undefined ? {} : { withinMs: msOf(within) }),
      })),
    })),
    limits: limitsOf(value.limits),
    ...(value.selfTest === undefined ? {} : { selfTest: { minuteOfDay: minuteOfDay(value.selfTest.at) } }),
  };
};
