import { fill, type Bilingual } from '../../words/bilingual.ts';
import { pageWords } from '../../words/text/page.ts';
import { whoText } from '../../words/text/who-words.ts';
import { reasonText as reasonInWords } from '../../words/text/reason-words.ts';
import type { BroadcastView, ItemView, LiveView, PlanView, SiteView, TerminalNow, TerminalView } from '../view.ts';
import { isActual, staleAfterMs, type Draft, type Model } from './model.ts';

const beijingOffsetMs = 8 * 3_600_000;

/** How old the state on the screen is. */
export const ageOfState = ({ now, gotAt, gotAgeMs }: Model): number | null =>
  gotAt === null ? null : now - gotAt + gotAgeMs;

export const isStale = (model: Model): boolean => {
  const age = ageOfState(model);
  return model.live === null || age === null || age > staleAfterMs;
};

/** The box's wall clock now, from the newest state and how long ago it came. */
export const wallNow = (model: Model): number | null => {
  const age = ageOfState(model);
  return model.live === null || age === null ? null : model.live.at.wall + age;
};

const two = (value: number): string => String(value).padStart(2, '0');

/** Beijing time, HH:MM or HH:MM:SS: plain arithmetic, whatever the browser's own zone is. */
export const clockText = (wall: number, seconds = false): string => {
  const inDay = Math.floor((wall + beijingOffsetMs) / 1000) % 86_400;
  const text = `${two(Math.floor(inDay / 3600))}:${two(Math.floor(inDay / 60) % 60)}`;
  return seconds ? `${text}:${two(inDay % 60)}` : text;
};

export const isNight = (site: SiteView, wall: number): boolean => {
  const minute = Math.floor((wall + beijingOffsetMs) / 60_000) % 1440;
  const { from, to } = site.night;
  return from <= to ? minute >= from && minute < to : minute >= from || minute < to;
};

/** An age in words: seconds, minutes, hours, days. */
export const ageText = (ms: number): Bilingual => {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return { zh: `${seconds}秒`, en: `${seconds} s` };
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return { zh: `${minutes}分`, en: `${minutes} min` };
  const hours = Math.round(minutes / 60);
  return hours < 48
    ? { zh: `${hours}小时`, en: `${hours} h` }
    : { zh: `${Math.round(hours / 24)}天`, en: `${Math.round(hours / 24)} d` };
};

/** Shape, word and colour of a state: never colour alone. */
export interface Look {
  readonly shape: string;
  readonly words: Bilingual;
  readonly tone: 'calm' | 'fault' | 'unknown' | 'off' | 'good';
}

const looks = {
  sounded: { shape: '✔', words: pageWords.sounded, tone: 'good' },
  failed: { shape: '▲', words: pageWords.failed, tone: 'fault' },
  unknown: { shape: '◇', words: pageWords.unknown, tone: 'unknown' },
  waiting: { shape: '…', words: pageWords.waiting, tone: 'unknown' },
  online: { shape: '●', words: pageWords.online, tone: 'calm' },
  fault: { shape: '▲', words: pageWords.fault, tone: 'fault' },
  offline: { shape: '□', words: pageWords.offline, tone: 'off' },
  notSeen: { shape: '◇', words: pageWords.notSeen, tone: 'unknown' },
  sounding: { shape: '◉', words: pageWords.sounding, tone: 'good' },
} as const satisfies Readonly<Record<string, Look>>;

export const lookOfVerdict = (verdict: 'sounded' | 'failed' | 'unknown' | 'waiting'): Look => looks[verdict];

/** One word for a terminal, everywhere the same: what does not answer is offline, what showed a fault says so. */
export const lookOfTerminal = (now: TerminalNow | undefined, terminal: TerminalView, ageMs: number): Look => {
  if (now === undefined) return looks.notSeen;
  if (now.health === 'lost') return looks.offline;
  if (now.health === 'suspect') return looks.fault;
  if (now.sounding === 'yes') return looks.sounding;
  const { seenEveryMs } = terminal;
  const seen = now.seenAgoMs === null ? null : now.seenAgoMs + ageMs;
  return seenEveryMs !== null && (seen === null || seen > 2 * seenEveryMs + 2_000) ? looks.notSeen : looks.online;
};

export const reasonText = (reason: string | null): Bilingual | null =>
  reason === null || reason === '' ? null : reasonInWords(reason);

/** Terminals with their state, what is abnormal first. */
export const terminalsByTrouble = (
  model: Model,
): readonly { readonly terminal: TerminalView; readonly now: TerminalNow | undefined; readonly look: Look }[] => {
  const age = ageOfState(model) ?? 0;
  const order: readonly Look['tone'][] = ['fault', 'off', 'unknown', 'good', 'calm'];
  const byId = new Map((model.live?.terminals ?? []).map((one) => [one.id, one]));
  return (model.site?.terminals ?? [])
    .map((terminal) => ({
      terminal,
      now: byId.get(terminal.id),
      look: lookOfTerminal(byId.get(terminal.id), terminal, age),
    }))
    .sort((a, b) => order.indexOf(a.look.tone) - order.indexOf(b.look.tone));
};

const canPlay = (terminal: TerminalView, item: ItemView): boolean =>
  item.play === 'speech'
    ? terminal.abilities.includes('speech') || terminal.abilities.includes('clip')
    : terminal.abilities.includes(item.play);

export interface Reach {
  readonly zones: number;
  readonly speakers: number;
  readonly sirens: number;
  readonly households: number;
  readonly people: number;
  /** Due, and not online now. */
  readonly doubtful: readonly { readonly terminal: TerminalView; readonly look: Look }[];
}

/** Whom a draft would reach: the terminals that can play one of its items, and the people of its zones. */
export const reachOf = (model: Model, draft: Draft, items: readonly ItemView[]): Reach => {
  const zones = (model.site?.zones ?? []).filter(({ id }) => draft.zones.includes(id));
  const due = terminalsByTrouble(model).filter(
    ({ terminal }) => draft.zones.includes(terminal.zone) && items.some((item) => canPlay(terminal, item)),
  );
  const count = (kind: TerminalView['kind']): number => due.filter(({ terminal }) => terminal.kind === kind).length;
  return {
    zones: zones.length,
    speakers: count('speaker'),
    sirens: count('siren'),
    households: zones.reduce((sum, zone) => sum + zone.households, 0),
    people: zones.reduce((sum, zone) => sum + zone.people, 0),
    doubtful: due.filter(({ look }) => look.tone === 'fault' || look.tone === 'off' || look.tone === 'unknown'),
  };
};

/** What of a plan will be heard; in a drill its siren only where it was unlocked. */
export const itemsOf = (plan: PlanView, draft: Draft, isDrill: boolean): readonly ItemView[] =>
  isDrill ? plan.drillItems.filter((item) => item.play !== 'tone' || draft.sirenUnlocked) : plan.items;

export const planOf = (site: SiteView | null, id: string | undefined): PlanView | undefined =>
  site?.plans.find((plan) => plan.id === id);

/** The broadcast the screen is about: the highest live one, else the newest that ended within two minutes. */
export const airing = ({ live, airShown }: Pick<Model, 'live' | 'airShown'>): BroadcastView | null => {
  const fresh = live?.ended.filter(({ endedAgoMs }) => (endedAgoMs ?? Infinity) < 120_000) ?? [];
  const chosen = [...(live?.live ?? []), ...fresh].find(({ id }) => id === airShown);
  return chosen ?? live?.live[0] ?? fresh[0] ?? null;
};

/** Who started it: a person by name, a place or sensor in words, a centre by its id. */
export const sourceOf = ({ site, person }: Model, { source, isLocal }: BroadcastView): Bilingual => {
  const one = site?.staff.find(({ id }) => id === source) ?? (person?.id === source ? person : undefined);
  if (one !== undefined) return { zh: one.name, en: one.name };
  const centre = { zh: fill(pageWords.centreOf.zh, { id: source }), en: fill(pageWords.centreOf.en, { id: source }) };
  return whoText(source) ?? (isLocal ? { zh: source, en: source } : centre);
};

/** What is on air, in two or three words; a correction is never taken for the warning it takes back. */
export const airWords = ({ kind, status, class: of }: Pick<BroadcastView, 'kind' | 'status' | 'class'>): Bilingual => {
  if (status !== 'actual') return pageWords.drilling;
  if (kind === 'correction') return pageWords.correcting;
  if (kind === 'all-clear') return pageWords.lifting;
  return of === 'emergency' ? pageWords.onAir : pageWords.routineOn;
};

export const liftWords = { correction: pageWords.correct, 'all-clear': pageWords.allClear } as const;

/** What takes a warning back, by its name; null for a warning. */
export const liftWord = (kind: BroadcastView['kind']): Bilingual | null =>
  kind === 'correction' || kind === 'all-clear' ? liftWords[kind] : null;

/** Ends after which a warning is no longer open. Its passes being over, a stop and a restart are none of them. */
const over: readonly string[] = ['cancelled', 'cleared', 'replaced', 'expired', 'dropped'];

/**
 * Was it taken back, or is its time over? The core ends what is taken back; a state that an earlier version kept may hold
 * one that only the words after it take back.
 */
export const isTakenBack = (live: LiveView, { alert, ended, isExpired, receivedAgoMs }: BroadcastView): boolean =>
  isExpired ||
  over.includes(ended ?? '') ||
  [...live.live, ...live.ended].some(
    (one) => liftWord(one.kind) !== null && one.alert === alert && one.receivedAgoMs <= receivedAgoMs,
  );

/** A warning that is silent but was never taken back: nobody may read that all is calm. */
const isOpen = (live: LiveView): boolean =>
  live.ended.some((one) => isActual(one) && one.kind === 'alert' && !isTakenBack(live, one));

export interface Headline {
  readonly words: Bilingual;
  readonly kind: 'calm' | 'actual' | 'drill' | 'routine' | 'open' | 'island' | 'stale';
}

/** The one big word of the home screen. */
export const headlineOf = (model: Model): Headline => {
  const { live } = model;
  if (live === null || isStale(model)) return { words: pageWords.stale, kind: 'stale' };
  const actual = live.live.find(isActual);
  if (actual !== undefined) return { words: airWords(actual), kind: 'actual' };
  if (live.live.some(({ status }) => status !== 'actual')) return { words: pageWords.drilling, kind: 'drill' };
  if (live.live.some(({ state }) => state === 'playing')) return { words: pageWords.routineOn, kind: 'routine' };
  if (isOpen(live)) return { words: pageWords.notLifted, kind: 'open' };
  if (live.uplink.state === 'lost') return { words: pageWords.island, kind: 'island' };
  return { words: pageWords.calm, kind: 'calm' };
};
