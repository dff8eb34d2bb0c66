const beijingOffsetMs = 8 * 3_600_000;
const dayMs = 86_400_000;

/** `2026-11-23 09:00:05` of a wall instant, Beijing time (UTC + 08:00 all year). */
export const beijingText = (wallMs: number): string =>
  new Date(wallMs + beijingOffsetMs).toISOString().slice(0, 19).replace('T', ' ');

/** `09:00:05` of a wall instant, Beijing time. */
export const beijingClock = (wallMs: number): string => beijingText(wallMs).slice(11);

/** 09:00 Beijing time of the day of this instant, or of the Monday after it at a weekend. */
export const workdayMorning = (wallMs: number): number => {
  const day = Math.floor((wallMs + beijingOffsetMs) / dayMs);
  const weekday = (day + 4) % 7;
  const days = weekday === 6 ? 2 : weekday === 0 ? 1 : 0;
  return (day + days) * dayMs - beijingOffsetMs + 9 * 3_600_000;
};

/** `workday`, or an ISO 8601 instant with its offset (`2026-11-23T09:00+08:00`); null when it is neither. */
export const parseStartTime = (text: string, nowWallMs: number): number | null => {
  if (text === 'workday') return workdayMorning(nowWallMs);
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?(Z|[+-]\d{2}:\d{2})$/.test(text)) return null;
  const wallMs = Date.parse(text);
  return Number.isNaN(wallMs) ? null : wallMs;
};
