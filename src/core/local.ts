import type { Alert } from './alert.ts';
import type { Event, LocalTrigger } from './event.ts';
import { issueBroadcast } from './issue.ts';
import { knownAlert, liftAlert } from './lift.ts';
import { liftSentence } from './lift-sentence.ts';
import { refusal, tellRefusal, type Refusal } from './refuse.ts';
import type { Plan } from './site.ts';
import type { MonoMs } from './time.ts';
import { receiptFor, type Work } from './work.ts';

/** How long a local trigger stays valid: its plan ends by itself long before, but for plans that repeat until lifted. */
const localValidMs = 6 * 3_600_000;
const startsMax = 3;
const startsWithinMs = 10 * 60_000;

/**
 * 3 siren starts in 10 minutes for one person at the console; a hardware key and a sensor are not bound by it. Drills
 * without a siren do not count: whoever has practised can still warn.
 */
const countStart = (work: Work, { person, source, status, sirenUnlocked }: LocalTrigger): boolean => {
  if (status !== 'actual' && !sirenUnlocked) return true;
  const recent = work.durable.localStarts.filter((start) => start.at > work.at.mono - startsWithinMs);
  const mine = recent.filter((start) => start.person === person);
  if (source === 'console' && mine.length >= startsMax) return false;
  work.durable.localStarts = [...recent, { person, at: work.at.mono }].slice(-32);
  return true;
};

/** The ids of alerts that began on site; a centre's warning is the centre's to correct. */
export const ownPrefix = 'local-';

/** Without a text of its own the warning says at least what it is: the plan's name. */
const alertOf = (trigger: LocalTrigger, plan: Plan, zones: readonly string[]): Alert => ({
  id: `${ownPrefix}${trigger.id}`,
  status: trigger.status,
  class: plan.class,
  event: plan.events[0] ?? '',
  severity: trigger.severity,
  stage: 'now',
  authority: trigger.source === 'sensor' ? 'box' : 'township',
  voice: 'recorded',
  zones,
  headline: trigger.text ?? plan.name.zh,
  text: trigger.text ?? '',
  plan: trigger.plan,
  sirenUnlocked: trigger.sirenUnlocked,
});

type Lift = Extract<Event, { kind: 'lift' }>;

const obey = (work: Work, trigger: LocalTrigger): Refusal | null => {
  const plan = work.site.plans.find((candidate) => candidate.id === trigger.plan);
  if (plan === undefined) return refusal('no-such-plan', { plan: trigger.plan });
  if (!countStart(work, trigger)) return refusal('too-many-starts', { person: trigger.person });
  const zones = trigger.zones.length > 0 ? trigger.zones : plan.zones;
  const alert = alertOf(trigger, plan, zones);
  work.urgent = trigger.status === 'actual' && plan.class === 'emergency';
  const expiresAt: MonoMs = work.at.mono + localValidMs;
  return issueBroadcast(work, { trace: trigger.id, source: trigger.person, kind: 'alert', alert, expiresAt }, plan);
};

/** A person, a key switch or a sensor on site: no signature, but a name in the journal (promise 5). */
export const takeTrigger = (work: Work, trigger: LocalTrigger): void => {
  receiptFor(work, { trace: trigger.id }, { stage: 'received' });
  receiptFor(work, { trace: trigger.id }, { stage: 'verified' });
  const refused = obey(work, trigger);
  if (refused !== null) tellRefusal(work, trigger.id, refused);
};

/** The words of the alert's plan; of one that the site no longer has, the usual ones with the alert's headline. */
const sentenceFor = (work: Work, { what, alert }: Pick<Lift, 'what' | 'alert'>): string => {
  const begun = knownAlert(work, alert);
  const plan = work.site.plans.find(({ id }) => id === begun?.plan);
  const headline = begun?.headline ?? '';
  return liftSentence(plan ?? { name: { zh: headline, en: headline } }, what);
};

/** A person on site takes back what was started on site; after its record, like every cancel (design: order of acts). */
export const liftLocal = (work: Work, { what, alert, text, person, id }: Lift): void => {
  work.urgent = false;
  receiptFor(work, { trace: id }, { stage: 'received' });
  receiptFor(work, { trace: id }, { stage: 'verified' });
  const lifting = {
    trace: id,
    source: person,
    kind: what,
    alertId: alert,
    text: text ?? sentenceFor(work, { what, alert }),
    expiresAt: work.at.mono + localValidMs,
  };
  const refused = alert.startsWith(ownPrefix) ? liftAlert(work, lifting) : refusal('lift-not-local', { alert });
  if (refused !== null) tellRefusal(work, id, refused);
};
