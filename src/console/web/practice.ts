import type { BroadcastView, Counts, LiveView, ReceiptView, ResultView, StoppedView } from '../view.ts';
import { isStale } from './derive.ts';
import { draftFor, type Draft, type Model, type Practice } from './model.ts';

/** In practice one terminal answers after the other; the last one never does, so that a newcomer sees what that looks like. */
const answersEveryMs = 500;

const resultsAt = (model: Model, draft: Draft, sinceMs: number, ended: boolean): readonly ResultView[] => {
  const due = (model.site?.terminals ?? []).filter(({ zone }) => draft.zones.includes(zone));
  return due.map(({ id, proof }, index) => {
    const answersAt = (index + 1) * answersEveryMs;
    const mute = index === due.length - 1;
    const sounded = !mute && sinceMs >= answersAt;
    const isMute = mute && sinceMs > answersAt + 4_000;
    const verdict = sounded ? 'sounded' : isMute || ended ? 'unknown' : 'waiting';
    return {
      terminal: id,
      verdict,
      grade: proof,
      reason: isMute ? 'no-reply' : verdict === 'unknown' ? 'no-evidence' : null,
      value: null,
      unit: null,
      ageMs: sounded ? sinceMs - answersAt : null,
    };
  });
};

const countsOf = (results: readonly ResultView[]): Counts => {
  const count = (verdict: ResultView['verdict']): number => results.filter((one) => one.verdict === verdict).length;
  const sounded = count('sounded');
  return { due: results.length, sounded, failed: 0, unknown: results.length - sounded, waiting: count('waiting') };
};

const broadcastOf = (model: Model, draft: Draft, practice: Practice): BroadcastView | null => {
  if (practice.startedAt === null) return null;
  const sinceMs = (practice.stoppedAt ?? model.now) - practice.startedAt;
  const ended = practice.stoppedAt !== null;
  const plan = model.site?.plans.find(({ id }) => id === draft.plan);
  const results = resultsAt(model, draft, sinceMs, ended);
  return {
    id: 'practice',
    trace: 'practice',
    alert: 'practice',
    source: model.person?.id ?? 'practice',
    isLocal: true,
    kind: 'alert',
    status: 'actual',
    class: 'emergency',
    severity: draft.severity,
    headline: plan?.name.zh ?? '',
    text: draft.text,
    plan: draft.plan,
    zones: draft.zones.map((zone) => ({ zone, state: ended ? 'ended' : 'playing', passes: 0 })),
    state: ended ? 'ended' : 'playing',
    repeats: plan?.repeats ?? 1,
    receivedAgoMs: sinceMs,
    ended: ended ? 'stopped' : null,
    endedAgoMs: practice.stoppedAt === null ? null : model.now - practice.stoppedAt,
    isExpired: false,
    isBySensor: false,
    awaitsAnswer: false,
    counts: countsOf(results),
    results,
  };
};

const receiptsOf = (live: LiveView, practice: Practice): readonly ReceiptView[] =>
  practice.startedAt === null
    ? []
    : [
        {
          number: 1,
          wall: live.at.wall,
          trace: 'practice',
          broadcast: 'practice',
          status: 'actual',
          stage: 'started',
          words: { zh: '练习：播发中', en: 'practice: on air' },
        },
      ];

const stoppedAs = ({ alert, headline, severity, text }: BroadcastView): StoppedView => ({
  ...{ alert, headline, severity, text },
  isNews: false,
});

/** Something real sounds, or nobody can say that nothing does: the stop is then never for practice only. */
export const mayBeReal = (model: Model): boolean => {
  const { live, linked } = model;
  if (live === null || !linked || isStale(model)) return true;
  return live.live.length > 0 || live.terminals.some(({ sounding }) => sounding !== 'no');
};

/** What the coach says now; he never sends anybody to a stop that would be real. `model` is that of the real village. */
export const coachWord = (model: Model) => {
  const { place, airAt, practice } = model;
  if (airAt !== null) return 'practiceCountdown';
  if (place === 'air' && practice?.stoppedAt === null) return mayBeReal(model) ? 'practiceReal' : 'practiceAir';
  if (place === 'air') return 'practiceStopped';
  if (place === 'home') return 'practiceHome';
  return place === 'confirm' ? 'practiceConfirm' : 'practiceElsewhere';
};

/** The model as the practice tour shows it: the same screens, a made-up village in which everything is well. */
export const practised = (model: Model): Model => {
  const { practice, live, site } = model;
  if (practice === null || live === null || site === null) return model;
  const draft = model.draft ?? draftFor(site, site.plans[0]?.id ?? '', false);
  const one = draft === null ? null : broadcastOf(model, draft, practice);
  const isOver = one !== null && one.ended !== null;
  return {
    ...model,
    person: model.person ?? { id: 'practice', name: '练习', role: 'staff' },
    gotAt: model.now,
    gotAgeMs: 0,
    live: {
      ...live,
      uplink: { state: 'connected', sinceMs: 60_000 },
      troubles: [],
      isDurable: true,
      live: one === null || isOver ? [] : [one],
      ended: isOver ? [one] : [],
      receipts: receiptsOf(live, practice),
      stop: isOver ? { ageMs: one.endedAgoMs ?? 0, warnings: [stoppedAs(one)] } : null,
      terminals: site.terminals.map(({ id }) => ({
        ...{ id, health: 'well', reason: '', sounding: 'no', last: null },
        seenAgoMs: 2_000,
      })),
    },
  };
};
