import type { Broadcast, Durable } from '../../src/core/village.ts';
import { type Checker, firstOf, lastingSince, type Scene, settledOf, zoneOf } from './checker.ts';
import { soundingSince, wasQuiet } from './history.ts';

/** What a chip has been given may take so long to end where a higher rank has come. */
const giveWayMs = 2_500;

const saysIn = ({ items }: Broadcast, text: string): boolean =>
  items.some((item) => item.play === 'speech' && (item.text.includes(text) || text.includes(item.text)));

/** What this terminal says now, and for how long it has; null when it says nothing in words. */
const saying = ({ village }: Scene, terminal: string): { readonly text: string; readonly since: number } | null => {
  const last = village.world.timeline.of(terminal).at(-1);
  if (last?.toMs !== null || last.sound.kind !== 'speech') return null;
  return { text: last.sound.text, since: last.fromMs };
};

/** Words of a broadcast that lives here, but is not the one on air: heard against the rank. */
const strangeWords = (durable: Durable, zone: string, text: string): string | null => {
  const playing = durable.broadcasts[durable.plays[zone]?.broadcast ?? ''];
  if (playing === undefined || saysIn(playing, text)) return null;
  const other = Object.values(durable.broadcasts).find((one) => one.zones[zone] !== undefined && saysIn(one, text));
  return other === undefined ? null : `the words of ${other.id} are heard while ${playing.id} is on air`;
};

/** Promise 2 by ear: what the loudspeakers say belongs to what the box says is on air. */
export const heardByRank: Checker = {
  promise: '2',
  look: (scene) => {
    const { village, history } = scene;
    const durable = settledOf(scene);
    if (durable === null) return null;
    const now = village.time.now();
    return firstOf(village.site.wiring.terminals, (wired) => {
      const { terminal } = wired;
      const words = saying(scene, terminal);
      const strange = words === null ? null : strangeWords(durable, zoneOf(scene, terminal), words.text);
      const since = lastingSince(scene, 'strange words', { terminal, isSo: strange !== null });
      if (strange === null || since === null) return null;
      return now - since > giveWayMs && wasQuiet(history, wired, since, now) ? `${terminal}: ${strange}` : null;
    });
  },
};

interface Heard {
  readonly from: number;
  readonly to: number;
}

const hourMs = 3_600_000;
/** Rounding of device timers, and what is heard of a contact until it opens. */
const toleranceMs = 30_000;

/**
 * Does the box that lives now know that something began to sound then? It does where it was itself that switched it, or
 * where it stands in a record that it could read. What a disk did not take, no later life can know.
 */
const isKnown = ({ village, history }: Scene, from: number): boolean => {
  const death = history.deaths.find(({ at }) => at >= from);
  return death === undefined || (village.life()?.remembers === true && from <= death.knownUpTo);
};

/** What was heard of a siren in the last hour, where nothing on its lines could have made it sound by itself. */
const cleanStretches = (scene: Scene, terminal: string): readonly Heard[] => {
  const { village, history } = scene;
  const now = village.time.now();
  const since = now - hourMs;
  const wired = village.site.wiring.terminals.find((one) => one.terminal === terminal);
  if (wired === undefined) return [];
  return village.world.timeline
    .of(terminal)
    .filter(({ fromMs, toMs }) => (toMs ?? now) > since && isKnown(scene, fromMs))
    .map(({ fromMs, toMs }) => ({ from: Math.max(fromMs, since), to: toMs ?? now }))
    .filter(({ from, to }) => wasQuiet(history, wired, from, to));
};

const totalMs = (heard: readonly Heard[]): number => heard.reduce((sum, { from, to }) => sum + to - from, 0);

/** What was heard since the last silence of at least this length. */
const runOf = (heard: readonly Heard[], pauseMs: number): readonly Heard[] => {
  const broken = heard.findLastIndex(({ from }, index) => index > 0 && from - (heard[index - 1]?.to ?? 0) >= pauseMs);
  return heard.slice(Math.max(0, broken));
};

/** Twice the hour's share where more than one source has alarmed within the hour. */
const sourcesOf = ({ history, village }: Scene): number => {
  const since = village.time.now() - hourMs;
  return history.alarmSources
    .filter(({ at }) => at >= since - hourMs)
    .reduce((all, { from }) => all.add(from), new Set()).size;
};

const lookEveryMs = 5_000;

/** Siren minutes by ear: three minutes, then one of silence, and so many an hour. */
export const sirenCaps: Checker = {
  promise: '9',
  look: (scene) => {
    const { village, memory } = scene;
    const now = village.time.now();
    if (now - (memory.get('sirens counted') ?? 0) < lookEveryMs) return null;
    memory.set('sirens counted', now);
    const { sirenLongestMs, sirenPauseMs, sirenPerHourMs } = village.site.site.limits;
    const perHourMs = sirenPerHourMs * (sourcesOf(scene) > 1 ? 2 : 1);
    return firstOf(village.site.site.terminals, ({ id, kind }) => {
      if (kind !== 'siren' || soundingSince(village, id) === null) return null;
      const heard = cleanStretches(scene, id);
      const hourly = totalMs(heard);
      if (hourly > perHourMs + toleranceMs) return `${id} has sounded for ${hourly} ms of an hour`;
      const run = totalMs(runOf(heard, sirenPauseMs - 1_000));
      return run > sirenLongestMs + toleranceMs ? `${id} has sounded for ${run} ms without its pause` : null;
    });
  },
};
