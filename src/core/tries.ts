import type { ZonePlay } from './village.ts';
import type { Work } from './work.ts';

const itemKey = (zone: string, { startedAt }: Pick<ZonePlay, 'startedAt'>): string => `${zone}|${startedAt}|`;

/** Names a look or a repair within the item that a zone plays now. */
export const triesKey = (zone: string, play: Pick<ZonePlay, 'startedAt'>, what: string): string =>
  `${itemKey(zone, play)}${what}`;

/** What was tried in items that are over is forgotten: a warning that lasts all night must not make each wake slower. */
export const forgetTries = (work: Work): void => {
  const tries = Object.entries(work.senses.tries);
  if (tries.length === 0) return;
  const onAir = Object.entries(work.durable.plays).map(([zone, play]) => itemKey(zone, play));
  const kept = tries.filter(([key]) => onAir.some((item) => key.startsWith(item)));
  if (kept.length < tries.length) work.senses.tries = Object.fromEntries(kept);
};
