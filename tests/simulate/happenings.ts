import type { Event } from '../../src/core/event.ts';
import type { OrderClass } from '../../src/core/order.ts';
import type { DiskCall } from '../../src/store/memory-disk.ts';
import type { FaultKind } from '../../emulator/faults.ts';
import type { Dice } from './dice.ts';
import type { FaultSpan, History } from './history.ts';
import type { CentreOrder } from './sim-centre.ts';
import type { Death, SimVillage } from './sim-village.ts';

export interface Stage {
  readonly village: SimVillage;
  readonly history: History;
  readonly dice: Dice;
  /** No new fault begins after this: the village is given time to get well. */
  readonly faultsUntil: number;
}

export interface Happening {
  readonly name: string;
  readonly perHour: number;
  /** Faults stop before the end of a run; orders and people do not. */
  readonly fault: boolean;
  readonly act: (stage: Stage) => void;
}

const severities = ['red', 'orange', 'yellow', 'blue'] as const;
const stages = ['now', '2h', '6h', '24h'] as const;
const events = ['11D02', '11A51', '11A01', '12B01'] as const;
const alertIds = ['a1', 'a2', 'a3', 'a4', 'a5', 'a6'] as const;

const randomAlert = ({ village, dice }: Stage, status: 'actual' | 'drill' | 'test', routine: boolean) => ({
  id: dice.oneOf(alertIds) + (routine ? 'r' : status === 'actual' ? '' : 'd'),
  status,
  class: routine ? 'routine' : 'emergency',
  event: dice.oneOf(events),
  severity: routine ? 'unknown' : dice.oneOf(severities),
  stage: dice.oneOf(stages),
  authority: 'county',
  voice: 'recorded',
  zones: dice.someOf(village.site.site.zones.map(({ id }) => id)),
  headline: '通知',
  text: dice.oneOf([
    '请立即转移。',
    '请注意防范，不要在河边停留。',
    '水位正在上涨，请大家做好准备，听到警报马上离开。',
  ]),
  plan: routine ? 'daily-notice' : null,
  sirenUnlocked: status !== 'actual' && dice.chance(0.5),
});

const send = (stage: Stage, order: CentreOrder): void => {
  stage.history.lastIssueAt.at = stage.village.time.now();
  stage.village.centre.send(order);
};

const issue = (stage: Stage, asked: { status: 'actual' | 'drill' | 'test'; routine?: boolean }): CentreOrder => {
  const { status, routine = false } = asked;
  const orderClass: OrderClass = status !== 'actual' ? 'drill' : routine ? 'routine' : 'alarm';
  const kind = stage.dice.chance(0.25) ? 'update' : 'issue';
  const body = { kind, alert: randomAlert(stage, status, routine) };
  return stage.village.centre.make({ class: orderClass, body, validForS: stage.dice.oneOf([60, 600, 3_600]) });
};

const wrongOrder = (stage: Stage, wrong: NonNullable<CentreOrder['wrong']>): void => {
  const alert = randomAlert(stage, 'actual', false);
  send(stage, stage.village.centre.make({ class: 'alarm', body: { kind: 'issue', alert }, wrong }));
};

const earlier = ({ village, dice }: Stage): CentreOrder | null => {
  const all = [...village.centre.orders.values()];
  return all.length === 0 ? null : dice.oneOf(all);
};

const tell = (stage: Stage, event: Event): void => {
  const life = stage.village.life();
  if (life === null) return;
  stage.village.note(`person ${event.kind}`);
  void life.box.tied.loop.tell(event);
};

const stop = (stage: Stage): void => {
  const { village, history, dice } = stage;
  if (village.life() === null) return;
  const life = history.starts.length;
  const id = dice.hex(16);
  history.triggers.add(id);
  history.stops.push({ at: village.time.now(), life });
  tell(stage, { kind: 'stop', source: 'panel', person: 'li-ming', id });
};

const trigger = (stage: Stage): void => {
  const { village, history, dice } = stage;
  const id = dice.hex(16);
  history.triggers.add(id);
  history.lastIssueAt.at = village.time.now();
  const plan = dice.oneOf(village.site.site.plans).id;
  const zones = dice.chance(0.3) ? [] : dice.someOf(village.site.site.zones.map((zone) => zone.id));
  const status = dice.oneOf(['actual', 'actual', 'drill'] as const);
  const common = { id, plan, zones, status, severity: dice.oneOf(severities), text: null };
  tell(stage, {
    kind: 'trigger',
    trigger: { ...common, person: dice.oneOf(['li-ming', 'wang-fang']), source: 'console', sirenUnlocked: true },
  });
};

const proceed = (stage: Stage): void => {
  const id = stage.dice.hex(16);
  stage.history.triggers.add(id);
  stage.history.lastIssueAt.at = stage.village.time.now();
  tell(stage, { kind: 'continue', person: 'wang-fang', id });
};

/** Begins a fault, and ends it after a while. */
const span = (stage: Stage, kind: string, line: string | null, ends: () => void): void => {
  const { village, history, dice, faultsUntil } = stage;
  const entry: FaultSpan = { kind, line, from: village.time.now(), to: null };
  history.faults.push(entry);
  const longest = Math.max(1, faultsUntil - village.time.now());
  const ms = Math.min(longest, dice.oneOf([500, 3_000, 20_000, 120_000, 600_000]));
  village.time.after(ms, () => {
    ends();
    entry.to = village.time.now();
    village.note(`fault over: ${kind} ${line ?? ''}`);
  });
};

const worldFault = (stage: Stage, kind: FaultKind, target: string, line: string): void => {
  const { village, dice } = stage;
  const values: Partial<Record<FaultKind, number>> = {
    slow: dice.oneOf([50, 400, 2_000]),
    noise: dice.oneOf([0.02, 0.2, 1]),
    unplugged: 0,
  };
  const added = village.world.faults.add({ target, fault: kind, value: values[kind] ?? null });
  if (!added.ok) return;
  village.note(`fault ${target}=${kind}`);
  span(stage, target === line ? 'line' : 'unit', line, () => void village.world.faults.remove(target, kind));
};

const unitFault =
  (kind: FaultKind) =>
  (stage: Stage): void => {
    const { line, unit } = stage.dice.oneOf(stage.village.site.wiring.units);
    worldFault(stage, kind, unit === 0 ? line : `${line}/${unit}`, line);
  };

const outputFault =
  (kind: FaultKind) =>
  (stage: Stage): void => {
    const { terminal, output } = stage.dice.oneOf(stage.village.site.wiring.terminals);
    if (output !== null) worldFault(stage, kind, terminal, output.line);
  };

const lineFault =
  (kind: FaultKind) =>
  (stage: Stage): void => {
    const { id } = stage.dice.oneOf(stage.village.site.wiring.lines);
    worldFault(stage, kind, id, id);
  };

const weather =
  (state: 'up' | 'down' | 'half-open', delayMs: number) =>
  (stage: Stage): void => {
    const { net, note } = stage.village;
    net.setWeather({ state, delayMs });
    note(`net ${state} ${delayMs}`);
    span(stage, 'net', null, () => net.setWeather({ state: 'up', delayMs: 20 }));
  };

/** A box that could not start is started again by its supervisor. */
const supervisorMs = 2_000;

const die = (stage: Stage, death: Death, downMs: number): void => {
  const { village, history } = stage;
  if (village.life() === null) return;
  history.deaths.push({ at: village.time.now(), how: death });
  village.die(death);
  const entry: FaultSpan = { kind: 'power', line: null, from: village.time.now(), to: null };
  history.faults.push(entry);
  const begin = (): void => {
    void village.start().then((failure) => {
      if (failure !== null) {
        history.counts.set('start refused', (history.counts.get('start refused') ?? 0) + 1);
        village.note(`start refused ${failure.code}`);
        village.time.after(supervisorMs, begin);
        return;
      }
      entry.to = village.time.now();
      history.starts.push({ at: village.time.now() });
    });
  };
  village.time.after(downMs, begin);
};

/** A disk may still be read where it cannot be written. */
const writes: readonly DiskCall['act'][] = ['write', 'datasync', 'rename', 'syncDir'];

const diskFault =
  (errno: string, share: number) =>
  (stage: Stage): void => {
    const { village, dice } = stage;
    const chance = dice.stream(`disk ${village.time.now()}`);
    village.setDiskFault((call) => (writes.includes(call.act) && chance.chance(share) ? errno : null));
    village.note(`disk ${errno} ${share}`);
    span(stage, 'disk', null, () => village.setDiskFault(null));
  };

const jump = (stage: Stage): void => {
  const { village, history, dice } = stage;
  history.clockWasWrong = true;
  village.machine.errorMs = dice.oneOf([0, 10 * 86_400_000, -20 * 365 * 86_400_000, 3_600_000, -3_600_000]);
  village.machine.ntp = dice.chance(0.5);
  village.centre.clockErrorMs = dice.chance(0.2) ? dice.whole(-3_600_000, 3_600_000) : 0;
  village.note(`clock ${village.machine.errorMs} ntp ${String(village.machine.ntp)}`);
};

const lifting = (stage: Stage, kind: 'cancel' | 'all-clear' | 'correction'): void => {
  const alertId = stage.dice.oneOf(alertIds) + stage.dice.oneOf(['', '', 'd', 'r']);
  const body = kind === 'cancel' ? { kind, alertId } : { kind, alertId, text: '预警解除，大家可以回家了。' };
  send(stage, stage.village.centre.make({ class: 'alarm', body }));
};

const flood = (stage: Stage): void => {
  for (let count = 0; count < 60; count += 1) wrongOrder(stage, stage.dice.oneOf(['forged', 'unknown-key'] as const));
};

const normal = (name: string, perHour: number, act: Happening['act']): Happening => ({
  name,
  perHour,
  fault: false,
  act,
});
const fault = (name: string, perHour: number, act: Happening['act']): Happening => ({
  name,
  perHour,
  fault: true,
  act,
});

/** Everything the world may do, and how often an hour. */
export const happenings: readonly Happening[] = [
  normal('emergency', 6, (stage) => send(stage, issue(stage, { status: 'actual' }))),
  normal('drill', 3, (stage) => send(stage, issue(stage, { status: 'drill' }))),
  normal('test', 1, (stage) => send(stage, issue(stage, { status: 'test' }))),
  normal('routine', 3, (stage) => send(stage, issue(stage, { status: 'actual', routine: true }))),
  normal('cancel', 2, (stage) => lifting(stage, 'cancel')),
  normal('all-clear', 2, (stage) => lifting(stage, 'all-clear')),
  normal('correction', 1, (stage) => lifting(stage, 'correction')),
  normal('centre stop', 1, (stage) =>
    send(stage, stage.village.centre.make({ class: 'stop', body: { kind: 'stop', alertId: null } })),
  ),
  normal('same order again', 4, (stage) => {
    const order = earlier(stage);
    if (order !== null) send(stage, order);
  }),
  normal('forged', 2, (stage) => wrongOrder(stage, 'forged')),
  normal('unknown key', 1, (stage) => wrongOrder(stage, 'unknown-key')),
  normal('expired', 1, (stage) => wrongOrder(stage, 'expired')),
  normal('elsewhere', 1, (stage) => wrongOrder(stage, 'elsewhere')),
  normal('flood', 0.3, flood),
  normal('trigger', 3, trigger),
  normal('stop', 2, stop),
  normal('continue', 1, proceed),
  normal('everything pressed', 0.3, (stage) => {
    for (let press = 0; press < 8; press += 1) stage.dice.oneOf([trigger, stop, proceed])(stage);
  }),
  fault('unit silent', 1.5, unitFault('silent')),
  fault('unit mute', 1, unitFault('mute')),
  fault('unit slow', 1, unitFault('slow')),
  fault('unit under another address', 0.7, unitFault('wrong-id')),
  fault('unit babbling', 0.5, unitFault('babble')),
  fault('unit noise', 1, unitFault('noise')),
  fault('line noise', 1, lineFault('noise')),
  fault('line unplugged', 1, lineFault('unplugged')),
  fault('stuck contact', 1, outputFault('stuck-contact')),
  fault('dead amplifier', 1, outputFault('dead-amplifier')),
  fault('uplink down', 2, weather('down', 20)),
  fault('uplink half-open', 1, weather('half-open', 20)),
  fault('uplink slow', 1, weather('up', 2_000)),
  fault('killed', 1.5, (stage) => die(stage, 'killed', stage.dice.whole(800, 3_000))),
  fault('power cut', 1, (stage) => die(stage, 'power-cut', stage.dice.oneOf([1_500, 30_000, 240_000]))),
  fault('disk I/O error', 0.5, diskFault('EIO', 0.5)),
  fault('disk full', 0.4, diskFault('ENOSPC', 1)),
  fault('clock', 0.3, jump),
];
