import { pourRain } from '../../emulator/rain.ts';
import type { Event } from '../../src/core/event.ts';
import type { Broadcast, Durable } from '../../src/core/village.ts';
import { durableOf } from './checker.ts';
import { severities } from './orders.ts';
import { normal, type Happening, type Stage } from './stage.ts';

const tell = (stage: Stage, event: Event): void => {
  const life = stage.village.life();
  if (life === null) return;
  stage.village.note(`person ${event.kind}`);
  void life.box.tied.loop.tell(event);
};

const stop = (stage: Stage): void => {
  const { village, history, dice } = stage;
  if (village.life() === null) return;
  const id = dice.hex(16);
  history.triggers.add(id);
  history.stops.push({ at: village.time.now(), life: history.starts.length });
  tell(stage, { kind: 'stop', source: dice.oneOf(['panel', 'console', 'cli'] as const), person: 'li-ming', id });
  const durable = durableOf(stage);
  const live = Object.values(durable?.broadcasts ?? {}).find(({ ended }) => ended === null);
  if (live !== undefined) history.deafTo.push(`${live.id} lives on after the stop ${id}`);
  if (durable?.stopProof?.trace !== id) history.deafTo.push(`the stop ${id} is not being proven`);
};

const trigger = (stage: Stage): void => {
  const { village, history, dice } = stage;
  const { plans, zones } = village.site.site;
  const id = dice.hex(16);
  history.triggers.add(id);
  history.lastIssueAt.at = village.time.now();
  const places = dice.chance(0.3) ? [] : dice.someOf(zones.map((zone) => zone.id));
  const status = dice.oneOf(['actual', 'actual', 'drill'] as const);
  const common = {
    id,
    plan: dice.oneOf(plans).id,
    zones: places,
    status,
    severity: dice.oneOf(severities),
    text: null,
  };
  const by = dice.oneOf([
    { person: 'li-ming', source: 'console', sirenUnlocked: true },
    { person: 'wang-fang', source: 'cli', sirenUnlocked: true },
    { person: 'panel:key', source: 'panel', sirenUnlocked: false },
  ] as const);
  history.alarmSources.push({ at: village.time.now(), from: by.person });
  tell(stage, { kind: 'trigger', trigger: { ...common, ...by } });
};

const proceed = (stage: Stage): void => {
  const id = stage.dice.hex(16);
  stage.history.triggers.add(id);
  stage.history.lastIssueAt.at = stage.village.time.now();
  tell(stage, { kind: 'continue', person: 'wang-fang', id });
};

/** The newest word of each alert that is in force now, in box time, and bears no answer. */
const waitingForAnswer = ({ broadcasts }: Durable, mono: number): readonly Broadcast[] => {
  const all = Object.values(broadcasts);
  return all.filter(({ kind, alert, ended, expiresAt, answer, sequence }) => {
    const inForce = (ended === null || ended === 'completed') && expiresAt > mono;
    const newest = all.every((other) => other.alert.id !== alert.id || other.sequence <= sequence);
    const emergency = alert.status === 'actual' && alert.class === 'emergency';
    return kind === 'alert' && emergency && inForce && newest && answer === undefined;
  });
};

const answer = (stage: Stage): void => {
  const { village, history, dice } = stage;
  if (village.life() === null) return;
  const person = dice.oneOf(['panel:acknowledge', 'li-ming']);
  history.answers.push({ at: village.time.now(), person });
  tell(stage, { kind: 'answered', source: person === 'li-ming' ? 'console' : 'panel', person, id: dice.hex(16) });
  const durable = durableOf(stage);
  const now = village.life()?.box.tied.ties.clock.now().mono;
  const [left] = durable === null || now === undefined ? [] : waitingForAnswer(durable, now);
  if (left !== undefined) history.unanswered.push(`${left.id} waits for an answer that was given by ${person}`);
};

const quietTest = (stage: Stage): void => {
  const all = stage.village.site.site.terminals.map(({ id }) => id);
  const terminals = stage.dice.chance(0.5) ? [] : stage.dice.someOf(all);
  const id = stage.dice.hex(16);
  stage.history.triggers.add(id);
  tell(stage, { kind: 'quiet-test', terminals, person: 'li-ming', id });
};

const everything = [trigger, stop, proceed, answer, quietTest] as const;

/** Rain in the gauge: a shower, or more than it was made for. */
const rain = (stage: Stage): void => {
  const { village, history, dice } = stage;
  const gauges = [...village.world.units.values()].filter(({ unit }) => unit.device.kind === 'gauge');
  const gauge = gauges.length === 0 ? undefined : dice.oneOf(gauges);
  if (gauge === undefined) return;
  history.rains.push(village.time.now());
  history.alarmSources.push({ at: village.time.now(), from: 'rain' });
  history.lastIssueAt.at = village.time.now();
  const mm = dice.oneOf([5, 60, 120, 300]);
  village.note(`rain ${mm} mm`);
  pourRain(gauge.unit, village.time, { mm, overMs: dice.oneOf([1_000, 60_000, 600_000]) });
};

/** What people on site, and the sky, may do. */
export const peopleHappenings: readonly Happening[] = [
  normal('trigger', 3, trigger),
  normal('stop', 2, stop),
  normal('continue', 1, proceed),
  normal('answered', 1.5, answer),
  normal('quiet test', 0.7, quietTest),
  normal('everything pressed', 0.3, (stage) => {
    for (let press = 0; press < 12; press += 1) stage.dice.oneOf(everything)(stage);
  }),
  normal('rain', 0.5, rain),
];
