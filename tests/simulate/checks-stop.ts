import { type Checker, durableOf, firstOf, type Scene } from './checker.ts';
import { sounds, wasQuiet } from './history.ts';
import { inWorldTime } from './world-time.ts';

const stopMs = 1_200;

/** The mono time of the crossing in a trace of a sensor: `sensor-rain-rain-now-1962952`. */
const crossedAt = /^sensor-.*-(\d+)$/;

/** A threshold was crossed after the stop: that is a new alarm, and sounds. */
const alarmsSince = (scene: Scene, zone: string, stoppedAt: number): boolean => {
  const durable = durableOf(scene);
  const trace = durable?.broadcasts[durable.plays[zone]?.broadcast ?? '']?.trace ?? '';
  const crossed = crossedAt.exec(trace)?.[1];
  return crossed !== undefined && inWorldTime(scene, Number(crossed)) > stoppedAt;
};

export const stopWorks: Checker = {
  promise: '6',
  look: (scene) => {
    const { village, history, memory } = scene;
    const stop = history.stops.at(-1);
    const now = village.time.now();
    if (stop === undefined || now - stop.at < stopMs || memory.get('stop looked') === stop.at) return null;
    memory.set('stop looked', stop.at);
    const sameLife = history.deaths.every(({ at }) => at < stop.at) || (history.deaths.at(-1)?.at ?? 0) < stop.at;
    if (!sameLife || history.lastIssueAt.at > stop.at - 1) return null;
    return firstOf(village.site.wiring.terminals, (wired) => {
      const { terminal } = wired;
      const zone = village.site.site.terminals.find(({ id }) => id === terminal)?.zone ?? '';
      const loud = sounds(village, terminal) && wasQuiet(history, wired, stop.at - 1, now);
      return loud && !alarmsSince(scene, zone, stop.at) ? `${terminal} sounds ${now - stop.at} ms after a stop` : null;
    });
  },
};
