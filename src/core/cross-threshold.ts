import type { AlertStatus } from './alert.ts';
import type { Event } from './event.ts';
import { ownPrefix, takeTrigger } from './local.ts';
import type { EndedHow } from './receipt.ts';
import type { Work } from './work.ts';

/** So much of a threshold's name stands in its alert's id, which page and centre take up to 64 characters long. */
const crossedMax = 32;

/** A warning that goes on, or that a person has ended. One that was played to its end may be said again. */
const isSettled: ReadonlySet<EndedHow | null> = new Set([null, 'stopped', 'cancelled', 'cleared', 'replaced']);

/**
 * Did this very crossing warn before the start? With the gauge above all the while, each return of the power would
 * otherwise begin its warning once more, also after a stop. An exercise of it was no warning.
 */
const warnedBefore = ({ at, durable }: Work, crossing: string, status: AlertStatus): boolean =>
  Object.values(durable.broadcasts).some(
    ({ alert, ended, expiresAt }) =>
      alert.id.slice(0, alert.id.lastIndexOf('-')) === `${ownPrefix}${crossing}` &&
      alert.status === status &&
      expiresAt > at.mono &&
      isSettled.has(ended),
  );

/** A sensor starts the plan of its threshold, at once and in the name of the box. */
export const crossThreshold = (work: Work, event: Event & { kind: 'threshold' }): void => {
  const { sensors } = work.site;
  const sensorAt = sensors.findIndex((candidate) => candidate.id === event.sensor);
  const thresholds = sensors[sensorAt]?.thresholds ?? [];
  const thresholdAt = thresholds.findIndex((candidate) => candidate.id === event.threshold);
  const threshold = thresholds[thresholdAt];
  if (threshold === undefined) return;
  const whole = `${event.sensor}-${event.threshold}`;
  const named = whole.length <= crossedMax ? whole : `${whole.slice(0, 24)}-${sensorAt}-${thresholdAt}`;
  const crossing = `sensor-${named}`;
  const { plan, zones, status, severity } = threshold;
  if (event.atStart === true && warnedBefore(work, crossing, status)) return;
  const from = { text: null, person: `sensor:${event.sensor}`, source: 'sensor', sirenUnlocked: false } as const;
  takeTrigger(work, { id: `${crossing}-${Math.round(work.at.mono)}`, plan, zones, status, severity, ...from });
};
