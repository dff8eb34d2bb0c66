import { pourRain } from '../../emulator/rain.ts';
import type { Event } from '../../src/core/event.ts';
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
  tell(stage, { kind: 'trigger', trigger: { ...common, ...by } });
};

const proceed = (stage: Stage): void => {
  const id = stage.dice.hex(16);
  stage.history.triggers.add(id);
  stage.history.lastIssueAt.at = stage.village.time.now();
  tell(stage, { kind: 'continue', person: 'wang-fang', id });
};

const answer = (stage: Stage): void =>
  tell(stage, { kind: 'answered', source: 'panel', person: 'panel:acknowledge', id: stage.dice.hex(16) });

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
