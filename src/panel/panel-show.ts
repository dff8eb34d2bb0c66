import { alertsInForce, isBySensor, unanswered } from '../core/answer.ts';
import type { MonoMs } from '../core/time.ts';
import type { Broadcast, Durable } from '../core/village.ts';

/** What the panel shows; how a lamp blinks and a buzzer beeps is the business of `levelsAt`. */
export interface PanelShow {
  readonly power: boolean;
  readonly alarm: 'off' | 'steady' | 'blink';
  readonly fault: boolean;
  readonly uplink: boolean;
  readonly buzzer: boolean;
}

export const outputNames = ['power', 'alarm', 'fault', 'uplink', 'buzzer'] as const;
export type OutputName = (typeof outputNames)[number];
export type Levels = Readonly<Record<OutputName, boolean>>;

/** A buzzer that nobody comes for falls silent: the warning itself is on the loudspeakers. */
const buzzerMs = 60_000;
const halfPeriodMs = 500;

export interface ShowSources {
  readonly durable: Durable;
  readonly mono: MonoMs;
  readonly connected: boolean;
  /** Codes of what is wrong now; a lost uplink has a lamp of its own. */
  readonly troubles: ReadonlySet<string>;
}

/** Not started by a person who stands here: from the centre, or by a sensor. */
const cameFromElsewhere = (broadcast: Broadcast): boolean =>
  !broadcast.alert.id.startsWith('local-') || isBySensor(broadcast);

/**
 * What the panel shows of a village: a function of what is known, nothing remembered. `alarm` blinks while an alert waits
 * for an answer and is steady while an answered one is still on air or queued; `fault` is any terminal that is not well and any trouble.
 */
export const panelShow = ({ durable, mono, connected, troubles }: ShowSources): PanelShow => {
  const waiting = unanswered(durable, mono);
  const live = alertsInForce(durable, mono).some(({ ended }) => ended === null);
  const ill = Object.values(durable.terminals).some(({ health }) => health !== 'well');
  return {
    power: true,
    alarm: waiting.length > 0 ? 'blink' : live ? 'steady' : 'off',
    fault: ill || [...troubles].some((code) => code !== 'uplink-lost'),
    uplink: connected,
    buzzer: waiting.some((alert) => cameFromElsewhere(alert) && mono - alert.receivedAt < buzzerMs),
  };
};

/** Everything dark and silent: what is driven when nobody says what to show. */
export const dark: PanelShow = { power: false, alarm: 'off', fault: false, uplink: false, buzzer: false };

/** The outputs at an instant. Blinking and beeping are once a second, well below what harms people who are sensitive to flashes. */
export const levelsAt = (show: PanelShow, atMs: number): Levels => {
  const beat = Math.floor(atMs / halfPeriodMs) % 2 === 0;
  return {
    power: show.power,
    alarm: show.alarm === 'steady' || (show.alarm === 'blink' && beat),
    fault: show.fault,
    uplink: show.uplink,
    buzzer: show.buzzer && beat,
  };
};

export const sameShow = (a: PanelShow, b: PanelShow): boolean => outputNames.every((name) => a[name] === b[name]);
