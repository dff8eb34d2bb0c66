import type { Alert } from './alert.ts';
import { wordsOf } from './audio-hold.ts';
import { rankOf } from './precedence.ts';
import type { Plan, PlaylistItem, Site, Terminal } from './site.ts';
import { beijingMinuteOfDay, type Instant, type MonoMs } from './time.ts';
import type { Answer, Broadcast, ReadyItem, TerminalResult, ZoneProgress } from './village.ts';

/** Said three times at both ends; no configuration can take it away (promise 7). */
export const spokenMark = { drill: '演练，演练，演练。', test: '测试，测试，测试。' } as const;

/** Waits at most this long in the plan's name when nothing else is known. */
const undue: TerminalResult = { verdict: 'due', grade: 'none', reason: null, value: null, unit: null, at: 0 };

const matches = (plan: Plan, alert: Alert): boolean =>
  plan.class === alert.class &&
  (plan.events.length === 0 || plan.events.some((code) => alert.event.startsWith(code))) &&
  (plan.severities.length === 0 || plan.severities.includes(alert.severity)) &&
  (plan.stages.length === 0 || plan.stages.includes(alert.stage));

/** When no plan fits, an emergency still sounds: the site's first tone and the alert's own words, three times. */
const lastResort = (site: Site): Plan => ({
  id: 'last-resort',
  name: { zh: '兜底预案', en: 'last resort' },
  class: 'emergency',
  events: [],
  severities: [],
  stages: [],
  zones: [],
  playlist: [
    ...site.tones.slice(0, 1).map((tone): PlaylistItem => ({ play: 'tone', tone: tone.id })),
    { play: 'speech', text: null, clip: null },
  ],
  repeats: 3,
  intervalMs: 5_000,
  afterRestart: 'resume',
  drill: { playlist: [{ play: 'speech', text: null, clip: null }], repeats: 1, sirenUnlockMs: 0 },
});

/** The plan an alert names, else the first that fits it, else the last resort for emergencies; undefined if none. */
export const planFor = (site: Site, alert: Alert): Plan | undefined => {
  const named = site.plans.find((plan) => plan.id === alert.plan);
  // A key for routine may not reach the sirens by naming an emergency plan, nor the other way round.
  if (named !== undefined || alert.plan !== null) return named?.class === alert.class ? named : undefined;
  const fitting = site.plans.find((plan) => matches(plan, alert));
  return fitting ?? (alert.class === 'emergency' ? lastResort(site) : undefined);
};

type Ingredients = Pick<Making, 'alert' | 'plan' | 'audio'> & { readonly site: Site };

/** A drill's stored clip is played by who cannot speak its marks only if it says itself that it is a drill (promise 7). */
const mayStandAlone = (clip: string, { site, alert }: Ingredients): boolean =>
  alert.status === 'actual' || site.clips.find(({ id }) => id === clip)?.saysDrill === true;

const ready = (item: PlaylistItem, from: Ingredients): readonly ReadyItem[] => {
  const { alert, plan, audio } = from;
  const unlockMs = plan.drill.sirenUnlockMs;
  switch (item.play) {
    case 'tone':
      if (alert.class === 'routine') return [];
      if (alert.status === 'actual') return [{ play: 'tone', tone: item.tone, longestMs: null }];
      return alert.sirenUnlocked && unlockMs > 0 ? [{ play: 'tone', tone: item.tone, longestMs: unlockMs }] : [];
    case 'speech': {
      const text = item.text ?? wordsOf(alert);
      const recorded = item.text === null ? audio : null;
      const clip = item.clip !== null && mayStandAlone(item.clip, from) ? item.clip : null;
      // An order that brings no words at all still has what the plan stored.
      return text === '' && recorded === null && clip === null ? [] : [{ play: 'speech', text, clip, audio: recorded }];
    }
    case 'clip':
      return [
        { play: 'clip', clip: item.clip, ...(mayStandAlone(item.clip, from) ? {} : ({ voicedOnly: true } as const)) },
      ];
  }
};

/** Whoever orders a drill with a recording wants it heard, also where the site's drill has no place for the order's words. */
const broughtAlong = ({ audio }: Ingredients, items: readonly ReadyItem[]): readonly ReadyItem[] =>
  audio === null || items.some((item) => item.play === 'speech' && item.audio === audio)
    ? []
    : [{ play: 'speech', text: '', clip: null, audio }];

const itemsFor = (from: Ingredients): readonly ReadyItem[] => {
  const { alert, plan } = from;
  const playlist = alert.status === 'actual' ? plan.playlist : plan.drill.playlist;
  const items = playlist.flatMap((item) => ready(item, from));
  if (alert.status === 'actual') return items;
  const mark: ReadyItem = { play: 'speech', text: spokenMark[alert.status], clip: null, audio: null };
  return [mark, ...items, ...broughtAlong(from, items), mark];
};

/** Can this terminal play this item at all? Speech falls back to a stored clip. */
export const canPlay = (terminal: Terminal, item: ReadyItem): boolean => {
  if (item.play === 'clip' && item.voicedOnly === true && !terminal.abilities.includes('speech')) return false;
  if (item.play !== 'speech') return terminal.abilities.includes(item.play);
  return canSpeak(terminal, item) || (item.clip !== null && terminal.abilities.includes('clip'));
};

/** A recording needs a terminal with a sound output; a chip needs words. */
export const playsAudio = (terminal: Terminal): boolean => terminal.output !== null;

/** Can it say this item: speak the words, or play what came or is stored in their place? */
export const canSpeak = (terminal: Terminal, item: ReadyItem & { play: 'speech' }): boolean =>
  terminal.abilities.includes('speech') && (item.text !== '' || playsAudio(terminal));

/** Should it say something, though it may have no words to say it with? Then it is due, and its silence is reported. */
const isDue = (terminal: Terminal, item: ReadyItem): boolean =>
  canPlay(terminal, item) || (item.play === 'speech' && terminal.abilities.includes('speech'));

/** The next wall instant at which quiet hours begin, as box time; quiet hours may span midnight. */
export const quietStartsAt = (site: Site, at: Instant): MonoMs => {
  const minutes = (site.limits.quietFromMinute - beijingMinuteOfDay(at.wall) + 1440) % 1440;
  const intoMinute = at.wall % 60_000;
  return at.mono + minutes * 60_000 - intoMinute;
};

export interface Making {
  readonly id: string;
  readonly trace: string;
  readonly source: string;
  readonly kind: Broadcast['kind'];
  readonly alert: Alert;
  readonly plan: Plan;
  /** SHA-256 of the alert's recording where it is here. */
  readonly audio: string | null;
  readonly sequence: number;
  readonly expiresAt: MonoMs;
  /** These very words were answered before a stop ended them. */
  readonly answer?: Answer;
}

/** The answer to it, to be carried on; nothing where nobody has answered. */
export const answerOf = ({ answer }: { readonly answer?: Answer }): { readonly answer?: Answer } =>
  answer === undefined ? {} : { answer };

/** An alert made playable. Routine, drill and test end by themselves at their longest play and at quiet hours. */
export const makeBroadcast = (site: Site, at: Instant, making: Making): Broadcast => {
  const { alert, plan } = making;
  const emergency = alert.status === 'actual' && alert.class === 'emergency';
  const items = itemsFor({ ...making, site });
  const zones: Record<string, ZoneProgress> = {};
  for (const zone of alert.zones)
    zones[zone] = { state: 'waiting', passes: 0, item: 0, started: false, lastPassAt: null, resume: null };
  const results: Record<string, TerminalResult> = {};
  for (const terminal of site.terminals) {
    if (zones[terminal.zone] !== undefined && items.some((item) => isDue(terminal, item))) results[terminal.id] = undue;
  }
  return {
    id: making.id,
    trace: making.trace,
    source: making.source,
    kind: making.kind,
    alert,
    plan: plan.id,
    items,
    repeats: alert.status === 'actual' ? plan.repeats : Math.max(1, plan.drill.repeats),
    intervalMs: plan.intervalMs,
    afterRestart: emergency ? plan.afterRestart : 'stay-silent',
    rank: rankOf(alert),
    sequence: making.sequence,
    receivedAt: at.mono,
    expiresAt: emergency
      ? making.expiresAt
      : Math.min(making.expiresAt, at.mono + site.limits.routineLongestMs, quietStartsAt(site, at)),
    zones,
    results,
    heard: false,
    ended: null,
    endedAt: null,
    ...answerOf(making),
  };
};
