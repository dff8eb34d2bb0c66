import type { DiskCall } from '../../src/store/memory-disk.ts';
import { hurts, type Hurt } from './disk-hurts.ts';
import { anyFault } from './history.ts';
import type { SoundTrouble } from './sim-sound.ts';
import type { Death } from './sim-village.ts';
import { fault, span, usualSpans, type Happening, type Stage } from './stage.ts';

const hourMs = 3_600_000;

const weather =
  (state: 'up' | 'down' | 'half-open', delayMs: number, lengths = usualSpans) =>
  (stage: Stage): void => {
    const { net, note } = stage.village;
    net.setWeather({ state, delayMs });
    note(`net ${state} ${delayMs}`);
    span(stage, { kind: 'net', line: null, lengths }, () => net.setWeather({ state: 'up', delayMs: 20 }));
  };

const flapping = (stage: Stage): void => {
  const { net, time } = stage.village;
  let isOver = false;
  const flap = (): void => {
    if (isOver) return;
    const up = net.weather().state === 'up';
    net.setWeather({ state: up ? 'down' : 'up', delayMs: 20 });
    time.after(stage.dice.whole(1_000, 30_000), flap);
  };
  flap();
  span(stage, { kind: 'net', line: null }, () => {
    isOver = true;
    net.setWeather({ state: 'up', delayMs: 20 });
  });
};

const powerIsBack = ({ village, history }: Stage): void => {
  for (const entry of history.faults) if (entry.kind === 'power' && entry.to === null) entry.to = village.time.now();
  history.starts.push({ at: village.time.now() });
};

const begin = (stage: Stage): void => {
  void stage.village.start().then((ended) => {
    if (ended === null) powerIsBack(stage);
  });
};

/** Between an emergency's switching and its record (promise 1); a stalling card takes longer for each of its writes. */
const recordMs = 1_000;
const slowestRecordMs = 10_000;

interface Fall {
  readonly death: Death;
  readonly downMs: number;
  readonly hurt?: Hurt;
}

/** The box ends now, and is started again after a while, on whatever is left of its disk. */
const fall = (stage: Stage, { death, downMs, hurt }: Fall): void => {
  const { village, history } = stage;
  const at = village.time.now();
  const underWayMs = anyFault(history, ['slow-disk'], at - slowestRecordMs, at) ? slowestRecordMs : recordMs;
  history.deaths.push({ at, how: death, knownUpTo: history.recordedAt - underWayMs });
  village.die(death);
  history.faults.push({ kind: 'power', line: null, from: village.time.now(), to: null });
  village.time.after(downMs, () => {
    void (hurt === undefined ? Promise.resolve() : hurt(stage)).then(() => {
      if (death === 'power-cut' && stage.dice.chance(0.2)) cutInside(stage, stage.dice.whole(1, 60));
      begin(stage);
    });
  });
};

const die = (stage: Stage, how: Fall): void => {
  if (stage.village.life() !== null) fall(stage, how);
};

/** The box asks to be started anew; its supervisor does so. */
export const startAnew = (stage: Stage): void => die(stage, { death: 'killed', downMs: 2_000 });

/** The power fails while the disk is at work, so many calls from now. */
const cutInside = (stage: Stage, calls: number): void => {
  const { village } = stage;
  const disk = village.disk();
  disk.settings = { ...disk.settings, cutAtCall: disk.calls + calls };
  village.note(`power fails in ${calls} disk calls`);
  void disk.cut.then(() => {
    if (village.disk() === disk) fall(stage, { death: 'power-cut', downMs: stage.dice.oneOf([1_500, 20_000]) });
  });
};

/** A disk may still be read where it cannot be written. */
const writes: readonly DiskCall['act'][] = ['write', 'datasync', 'rename', 'syncDir'];
const syncs: readonly DiskCall['act'][] = ['datasync', 'syncDir'];

/** Nothing at all can be read, from before the start on. */
const unreadable = (stage: Stage): void => {
  const { village } = stage;
  die(stage, { death: 'killed', downMs: 2_000 });
  village.setDisk({ fault: () => 'EIO' });
  village.note('disk unreadable');
  span(stage, { kind: 'disk', line: null }, () => village.setDisk({ fault: null }));
};

const diskFault =
  (errno: string, share: number, acts = writes) =>
  (stage: Stage): void => {
    const { village, dice } = stage;
    const chance = dice.stream(`disk ${village.time.now()}`);
    village.setDisk({ fault: (call) => (acts.includes(call.act) && chance.chance(share) ? errno : null) });
    village.note(`disk ${errno} ${share}`);
    span(stage, { kind: 'disk', line: null }, () => village.setDisk({ fault: null }));
  };

/** A card that stalls, as cheap ones do. */
const slowDisk = (stage: Stage): void => {
  const { village, dice } = stage;
  const chance = dice.stream(`slow ${village.time.now()}`);
  const mostMs = dice.oneOf([5, 80, 1_500]);
  const takeTime = (): Promise<void> =>
    new Promise((resolve) => void village.time.after(chance.unit() * mostMs, resolve));
  village.setDisk({ takeTime });
  village.note(`disk slow ${mostMs}`);
  span(stage, { kind: 'slow-disk', line: null }, () => village.setDisk({ takeTime: null }));
};

const jump = (stage: Stage): void => {
  const { village, dice } = stage;
  village.machine.errorMs = dice.oneOf([0, 240 * hourMs, -20 * 8_766 * hourMs, hourMs, -hourMs, 4_000]);
  village.machine.ntp = dice.chance(0.5);
  village.centre.clockErrorMs = dice.chance(0.2) ? dice.whole(-hourMs, hourMs) : 0;
  village.note(`clock ${village.machine.errorMs} ntp ${String(village.machine.ntp)}`);
};

const soundTrouble =
  (trouble: SoundTrouble) =>
  (stage: Stage): void => {
    const { sound, note } = stage.village;
    sound.setTrouble(trouble);
    note(`sound ${String(trouble)}`);
    span(stage, { kind: 'sound', line: null }, () => sound.setTrouble(null));
  };

const shortOrLong = [1_500, 30_000, 240_000] as const;

const hurtDisk = (hurt: Hurt) => (stage: Stage) =>
  die(stage, { death: 'power-cut', downMs: stage.dice.oneOf(shortOrLong), hurt });

/** What may happen to the box, its disk, its clock and its roads. */
export const boxFaults: readonly Happening[] = [
  fault('uplink down', 2, weather('down', 20)),
  fault('uplink down for days', 0.05, weather('down', 20, [72 * hourMs])),
  fault('uplink half-open', 1, weather('half-open', 20)),
  fault('uplink slow', 1, weather('up', 2_000)),
  fault('uplink flapping', 0.5, flapping),
  fault('killed', 1.5, (stage) => die(stage, { death: 'killed', downMs: stage.dice.whole(800, 3_000) })),
  fault('power cut', 1, (stage) => die(stage, { death: 'power-cut', downMs: stage.dice.oneOf(shortOrLong) })),
  fault('power cut inside a write', 1, (stage) => {
    if (stage.village.life() !== null) cutInside(stage, stage.dice.whole(1, 40));
  }),
  fault('disk I/O error', 0.5, diskFault('EIO', 0.5)),
  fault('disk full', 0.4, diskFault('ENOSPC', 1)),
  fault('disk read-only', 0.2, diskFault('EROFS', 1)),
  fault('fsync fails', 0.5, diskFault('EIO', 0.7, syncs)),
  fault('disk unreadable at the start', 0.2, unreadable),
  fault('disk slow', 0.7, slowDisk),
  fault('checkpoint rots', 0.2, hurtDisk(hurts.rotCheckpoint)),
  fault('checkpoint gone', 0.1, hurtDisk(hurts.loseCheckpoint)),
  fault('old checkpoint put back', 0.2, hurtDisk(hurts.oldCheckpoint)),
  fault('journal rots', 0.4, hurtDisk(hurts.rotJournal)),
  fault('clock', 0.3, jump),
  fault('sound process dies', 0.7, ({ village }) => village.sound.crash()),
  fault('sound cannot be made', 0.4, soundTrouble('cannot-make')),
  fault('sound is made slowly', 0.4, soundTrouble('slow-making')),
  fault('microphone deaf', 0.3, soundTrouble('deaf')),
];
