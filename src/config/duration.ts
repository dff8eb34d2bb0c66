const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1000, min: 60_000, h: 3_600_000 };

/** `5 s`, `200 ms`, `1.5 min`, `2 h` in milliseconds; null when the text is no such length of time. */
export const durationMs = (text: string): number | null => {
  const found = /^([0-9]{1,6}(?:\.[0-9]{1,3})?) ?(ms|s|min|h)$/.exec(text);
  const factor = found?.[2] === undefined ? undefined : unitMs[found[2]];
  if (found?.[1] === undefined || factor === undefined) return null;
  return Math.round(Number(found[1]) * factor);
};

/** A length of time whose form the shape check has proven; anything else counts as nothing. */
export const msOf = (text: string): number => durationMs(text) ?? 0;

/** Milliseconds as a person writes them, in the largest unit that keeps them whole. */
export const durationText = (ms: number): string => {
  if (ms !== 0 && ms % 3_600_000 === 0) return `${ms / 3_600_000} h`;
  if (ms !== 0 && ms % 60_000 === 0) return `${ms / 60_000} min`;
  return ms % 1000 === 0 ? `${ms / 1000} s` : `${ms} ms`;
};

/** `21:30` as minutes of the day; the form is proven by the shape check. */
export const minuteOfDay = (text: string): number => {
  const [hours, minutes] = text.split(':').map(Number);
  return (hours ?? 0) * 60 + (minutes ?? 0);
};
