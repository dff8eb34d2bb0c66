import { pageWords } from '../../words/text/page.ts';
import type { Severity } from '../../core/alert.ts';
import { allSilent } from '../../words/text/receipt-words.ts';
import type { BroadcastView, LiveView, PlanView, SiteView } from '../view.ts';
import { zonesOf } from '../widening.ts';

export interface Person {
  readonly id: string;
  readonly name: string;
  readonly role: 'staff' | 'leader' | 'technician';
}

/** What a person is putting together. Nothing that arrives ever changes it. */
export interface Draft {
  readonly plan: string;
  readonly zones: readonly string[];
  readonly severity: Severity;
  readonly text: string;
  readonly sirenUnlocked: boolean;
}

export type Place = 'home' | 'events' | 'confirm' | 'lift' | 'air' | 'drill' | 'terminals' | 'records' | 'raw' | 'pin';

/** Words that take back a warning from here; nothing that arrives ever changes them. */
export interface Lift {
  readonly what: 'correction' | 'all-clear';
  readonly alert: string;
  readonly text: string;
}

/** What was said last, to be read until the next touch. */
export interface Notice {
  readonly kind: 'good' | 'bad';
  readonly zh: string;
  readonly en: string;
}

/** A made-up alarm of the practice tour. */
export interface Practice {
  readonly startedAt: number | null;
  readonly stoppedAt: number | null;
}

export interface Model {
  /** performance.now of this drawing. */
  readonly now: number;
  readonly site: SiteView | null;
  readonly live: LiveView | null;
  /** When the newest state came; null: never. */
  readonly gotAt: number | null;
  /** How old it was when it came. */
  readonly gotAgeMs: number;
  readonly linked: boolean;
  readonly person: Person | null;
  readonly place: Place;
  /** Where the PIN leads. */
  readonly afterPin: Place;
  readonly draft: Draft | null;
  readonly lift: Lift | null;
  /** What was typed to widen a drill. */
  readonly widening: string;
  /** The broadcast that somebody wants to see of those on air; null: the first. */
  readonly airShown: string | null;
  /** The countdown to the air ends then; null: none runs. */
  readonly airAt: number | null;
  readonly busy: 'start' | 'stop' | 'answer' | 'continue' | 'lift' | 'login' | null;
  readonly notice: Notice | null;
  readonly terminal: string | null;
  /** Drills are left by themselves then. */
  readonly drillUntil: number | null;
  readonly practice: Practice | null;
  readonly showDrills: boolean;
  readonly raw: string | null;
  /** Actual warnings that were live when last looked: a new one leaves drills and practice. */
  readonly knownActual: readonly string[];
}

export const drillForMs = 30 * 60_000;
export const countdownMs = 3_000;
/** Signs of life come every 2 s; after two that did not come the state is called old. */
export const staleAfterMs = 4_500;

export const emptyModel: Model = {
  now: 0,
  site: null,
  live: null,
  gotAt: null,
  gotAgeMs: 0,
  linked: false,
  person: null,
  place: 'home',
  afterPin: 'home',
  draft: null,
  lift: null,
  widening: '',
  airShown: null,
  airAt: null,
  busy: null,
  notice: null,
  terminal: null,
  drillUntil: null,
  practice: null,
  showDrills: false,
  raw: null,
  knownActual: [],
};

export type Act =
  | { readonly act: 'tick'; readonly now: number }
  | { readonly act: 'site'; readonly site: SiteView }
  | { readonly act: 'live'; readonly live: LiveView | null; readonly ageMs: number; readonly now: number }
  | { readonly act: 'linked'; readonly linked: boolean }
  | { readonly act: 'person'; readonly person: Person | null }
  | { readonly act: 'go'; readonly place: Place }
  /** Asks for the PIN, which leads there. */
  | { readonly act: 'unlock'; readonly to: Place }
  | { readonly act: 'choose'; readonly plan: string; readonly drill: boolean }
  | { readonly act: 'edit'; readonly change: Partial<Draft> }
  | { readonly act: 'lift'; readonly lift: Lift }
  | { readonly act: 'edit-lift'; readonly text: string }
  | { readonly act: 'widen'; readonly typed: string }
  | { readonly act: 'countdown' }
  /** The countdown is over. */
  | { readonly act: 'aired' }
  | { readonly act: 'withdraw'; readonly notice: Notice }
  | { readonly act: 'busy'; readonly busy: Model['busy'] }
  | { readonly act: 'notice'; readonly notice: Notice | null }
  | { readonly act: 'terminal'; readonly terminal: string | null }
  | { readonly act: 'practice'; readonly practice: Practice | null }
  /** One of those on air. */
  | { readonly act: 'air'; readonly broadcast: string }
  | { readonly act: 'show-drills'; readonly show: boolean }
  | { readonly act: 'raw'; readonly raw: string | null };

export const isActual = ({ status, class: kind }: BroadcastView): boolean =>
  status === 'actual' && kind === 'emergency';

/** Warnings that no person on site began and nobody has answered, on air or played before anybody came: they cover everything. */
export const ordersWaiting = (live: LiveView | null): readonly BroadcastView[] =>
  [...(live?.live ?? []), ...(live?.ended ?? [])].filter((one) => one.awaitsAnswer && (!one.isLocal || one.isBySensor));

/** The level a plan begins with, until somebody chooses another. */
export const firstLevel = ({ severities }: PlanView): Severity => severities[0] ?? 'red';

/** A draft for a plan: its own zones, its first level; a drill begins with one zone only and a locked siren. */
export const draftFor = (site: SiteView, plan: string, drill: boolean): Draft | null => {
  const found = site.plans.find(({ id }) => id === plan);
  if (found === undefined) return null;
  const zones = zonesOf(site, found);
  return {
    plan,
    zones: drill ? zones.slice(0, 1) : zones,
    severity: firstLevel(found),
    text: '',
    sirenUnlocked: false,
  };
};

const needsPin = (place: Place): boolean =>
  place === 'confirm' || place === 'lift' || place === 'drill' || place === 'raw';

const go = (model: Model, place: Place): Model => {
  const locked = needsPin(place) && model.person === null && model.practice === null;
  const at = locked ? 'pin' : place;
  // What is real never stands in the look of a drill, whichever way somebody came to it.
  const isReal = model.live?.live.some(isActual) === true;
  const inDrills = at === 'drill' || (at === 'air' && model.drillUntil !== null && !isReal);
  return {
    ...model,
    place: at,
    afterPin: locked ? place : 'home',
    notice: null,
    airShown: null,
    airAt: null,
    terminal: null,
    raw: null,
    drillUntil: inDrills ? (model.drillUntil ?? model.now + drillForMs) : null,
  };
};

/**
 * What the newest stop has left unproven, told since the state of before: one siren may go on beside a stop that is told as
 * done. Where something sounds again nothing is called stopped.
 */
const unprovenSince = ({ live: before }: Model, { live, receipts }: LiveView): Notice | null => {
  const proof = receipts.find(({ stage }) => stage === 'unproven-silence');
  if (before === null || proof === undefined || proof.words.zh === allSilent.zh) return null;
  if (before.receipts.some(({ number }) => number >= proof.number)) return null;
  if (live.length > 0) return { kind: 'bad', ...proof.words };
  return {
    kind: 'bad',
    zh: `${pageWords.stopped.zh}，${proof.words.zh}`,
    en: `${pageWords.stopped.en}, ${proof.words.en}`,
  };
};

/** Did a later stop prove silent what this notice says is not? */
const isProvenSince = (notice: Notice | null, { receipts }: LiveView): boolean => {
  const [newest, ...older] = receipts.filter(({ stage }) => stage === 'unproven-silence');
  return newest?.words.zh === allSilent.zh && older.some(({ words }) => notice?.zh.endsWith(words.zh) === true);
};

/** What came in is shown; a real warning that is new leaves drills and practice at once. */
const take = (model: Model, { live, ageMs, now }: Extract<Act, { act: 'live' }>): Model => {
  const got = { ...model, now, live, gotAt: now, gotAgeMs: ageMs };
  if (live === null) return got;
  const taken = isProvenSince(got.notice, live) ? { ...got, notice: null } : got;
  const actual = live.live.filter(isActual).map(({ id }) => id);
  const isNew = actual.some((id) => !model.knownActual.includes(id));
  // That something was stopped is no longer the news when something new sounds.
  const { zh } = taken.notice ?? { zh: pageWords.stopped.zh };
  const isDone = zh.startsWith(pageWords.stopped.zh);
  const unproven = isDone || zh === pageWords.notRecorded.zh ? unprovenSince(model, live) : null;
  const notice = unproven ?? (isNew && isDone ? null : taken.notice);
  const known = { ...taken, knownActual: actual, notice };
  if (!isNew || (model.practice === null && model.drillUntil === null)) return known;
  return { ...go({ ...known, practice: null, drillUntil: null, draft: null }, 'air') };
};

const tick = (model: Model, now: number): Model => {
  const ticked = { ...model, now };
  return model.drillUntil !== null && now >= model.drillUntil ? go({ ...ticked, drillUntil: null }, 'home') : ticked;
};

const choose = (model: Model, plan: string, drill: boolean): Model => {
  const draft = model.site === null ? null : draftFor(model.site, plan, drill);
  if (draft === null) return model;
  return drill ? { ...model, draft, widening: '' } : go({ ...model, draft }, 'confirm');
};

/** Whoever locks the page, or whose time is over, loses no words that were typed. */
const setPerson = (model: Model, person: Person | null): Model => {
  if (person === null) return { ...model, person, airAt: null, place: needsPin(model.place) ? 'home' : model.place };
  const after = { ...model, person };
  return model.place === 'pin' ? go(after, model.afterPin) : after;
};

/** Going in and coming out begins at home with nothing chosen. */
const setPractice = (model: Model, practice: Practice | null): Model =>
  practice !== null && model.practice !== null
    ? { ...model, practice }
    : { ...go({ ...model, drillUntil: null }, 'home'), practice, draft: null };

/** The page's one reducer: no clock, no network, no document. */
export const reduce = (model: Model, act: Act): Model => {
  switch (act.act) {
    case 'tick':
      return tick(model, act.now);
    case 'site':
      return { ...model, site: act.site };
    case 'live':
      return take(model, act);
    case 'linked':
      return { ...model, linked: act.linked };
    case 'person':
      return setPerson(model, act.person);
    case 'go':
      return go(model, act.place);
    case 'unlock':
      return { ...go(model, 'pin'), afterPin: act.to };
    case 'choose':
      return choose(model, act.plan, act.drill);
    case 'edit':
      return model.draft === null ? model : { ...model, draft: { ...model.draft, ...act.change } };
    case 'lift':
      return go({ ...model, lift: act.lift }, 'lift');
    case 'edit-lift':
      return model.lift === null ? model : { ...model, lift: { ...model.lift, text: act.text } };
    case 'widen':
      return { ...model, widening: act.typed };
    case 'air':
      return { ...go(model, 'air'), airShown: act.broadcast };
    case 'countdown':
      return { ...model, airAt: model.now + countdownMs, notice: null };
    case 'aired':
      return { ...model, airAt: null };
    case 'withdraw':
      return { ...model, airAt: null, notice: act.notice };
    case 'busy':
      return { ...model, busy: act.busy };
    case 'notice':
      return { ...model, notice: act.notice };
    case 'terminal':
      return { ...model, terminal: act.terminal };
    case 'practice':
      return setPractice(model, act.practice);
    case 'show-drills':
      return { ...model, showDrills: act.show };
    case 'raw':
      return { ...model, raw: act.raw };
  }
};
