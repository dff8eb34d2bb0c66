import type { FaultKind } from '../../emulator/faults.ts';
import type { Mangle } from './sim-lines.ts';
import { fault, span, type Happening, type Stage } from './stage.ts';

/** What one unit does to every other one of its line: it talks into their replies, or answers in their name. */
const spreading: readonly FaultKind[] = ['babble', 'wrong-id'];

interface Place {
  readonly target: string;
  readonly line: string;
  readonly unit?: number;
}

const worldFault = (stage: Stage, kind: FaultKind, { target, line, unit }: Place): void => {
  const { village, dice } = stage;
  const values: Partial<Record<FaultKind, number>> = {
    slow: dice.oneOf([50, 400, 2_000]),
    noise: dice.oneOf([0.02, 0.2, 1]),
    unplugged: 0,
  };
  const added = village.world.faults.add({ target, fault: kind, value: values[kind] ?? null });
  if (!added.ok) return;
  village.note(`fault ${target}=${kind}`);
  const where = target === line ? 'line' : 'unit';
  const only = unit === undefined || spreading.includes(kind) ? {} : { unit };
  span(stage, { kind: where, line, ...only }, () => void village.world.faults.remove(target, kind));
};

const unitFault =
  (kind: FaultKind) =>
  (stage: Stage): void => {
    const { line, unit } = stage.dice.oneOf(stage.village.site.wiring.units);
    worldFault(stage, kind, unit === 0 ? { target: line, line } : { target: `${line}/${unit}`, line, unit });
  };

const outputFault =
  (kind: FaultKind) =>
  (stage: Stage): void => {
    const { terminal, output } = stage.dice.oneOf(stage.village.site.wiring.terminals);
    if (output !== null) worldFault(stage, kind, { target: terminal, line: output.line, unit: output.unit });
  };

const lineFault =
  (kind: FaultKind) =>
  (stage: Stage): void => {
    const { id } = stage.dice.oneOf(stage.village.site.wiring.lines);
    worldFault(stage, kind, { target: id, line: id });
  };

const mangled =
  (mangle: (stage: Stage) => Mangle) =>
  (stage: Stage): void => {
    const { village, dice } = stage;
    const { id } = dice.oneOf(village.site.wiring.lines);
    const how = mangle(stage);
    village.lines.mangle(id, how);
    village.note(`line ${id} ${JSON.stringify(how)}`);
    span(stage, { kind: 'line', line: id }, () => village.lines.mangle(id, null));
  };

/** The hub is pulled and plugged in again: every port goes, and comes back one by one. */
const hubPulled = (stage: Stage): void => {
  for (const { id } of stage.village.site.wiring.lines) worldFault(stage, 'unplugged', { target: id, line: id });
};

/** After a reboot of the hub two adapters have each other's name; somebody notices in the end. */
const portsRenamed = (stage: Stage): void => {
  const { village, history, dice } = stage;
  const one = dice.oneOf(village.site.wiring.lines);
  const others = village.site.wiring.lines.filter(({ id, speaks }) => id !== one.id && speaks === one.speaks);
  if (others.length === 0 || history.faults.some(({ kind, to }) => kind === 'renamed' && to === null)) return;
  const other = dice.oneOf(others);
  village.lines.rename([one.id, other.id]);
  village.note(`ports of ${one.id} and ${other.id} are exchanged`);
  span(stage, { kind: 'line', line: one.id }, () => {
    village.lines.rename(null);
    for (const entry of history.faults) {
      if (entry.kind === 'renamed' && entry.to === null) entry.to = village.time.now();
    }
  });
  for (const { id } of [one, other])
    history.faults.push({ kind: 'renamed', line: id, from: village.time.now(), to: null });
};

/** Somebody sets a unit to an address that another one has. */
const addressClash = (stage: Stage): void => {
  const { village, dice } = stage;
  const { line, unit } = dice.oneOf(village.site.wiring.units);
  const others = village.site.wiring.units.filter((one) => one.line === line && one.unit !== unit);
  const powered = village.world.units.get(`${line}/${unit}`);
  const cell = powered?.unit.memory.named('unit-address') ?? powered?.unit.memory.named('station');
  if (cell === undefined || others.length === 0) return;
  const own = cell.value;
  cell.value = dice.oneOf(others).unit;
  village.note(`${line}/${unit} answers as ${cell.value}`);
  span(stage, { kind: 'unit', line }, () => void (cell.value = own));
};

/** A siren's inrush, or a loose wire: the unit is without power for a moment and comes up as new. */
const reboot = (stage: Stage): void => {
  const { village, dice } = stage;
  const { line, unit } = dice.oneOf(village.site.wiring.units);
  const powered = village.world.units.get(`${line}/${unit}`);
  if (powered === undefined) return;
  village.note(`${line}/${unit} reboots`);
  const ms = dice.oneOf([300, 2_000, 8_000]);
  powered.powerLost(ms);
  span(stage, { kind: 'unit', line, unit, lengths: [ms] }, () => undefined);
};

const loudspeaker = (stage: Stage): void => {
  const { outputs } = stage.village.site.wiring;
  if (outputs.length === 0) return;
  const { id } = stage.dice.oneOf(outputs);
  worldFault(stage, 'unplugged', { target: id, line: id });
};

/** What wires and units may do. */
export const wireFaults: readonly Happening[] = [
  fault('unit silent', 1.5, unitFault('silent')),
  fault('unit mute', 1, unitFault('mute')),
  fault('unit slow', 1, unitFault('slow')),
  fault('unit under another address', 0.7, unitFault('wrong-id')),
  fault('unit babbling', 0.5, unitFault('babble')),
  fault('unit noise', 1, unitFault('noise')),
  fault('unit reboots', 2, reboot),
  fault('two units with one address', 0.5, addressClash),
  fault('line noise', 1, lineFault('noise')),
  fault('line unplugged', 1, lineFault('unplugged')),
  fault('all ports gone', 0.2, hubPulled),
  fault('ports renamed', 0.3, portsRenamed),
  fault(
    'line echoes',
    0.4,
    mangled(() => ({ echo: true })),
  ),
  fault(
    'frames cut',
    0.7,
    mangled(({ dice }) => ({ cut: dice.oneOf([0.05, 0.5, 1]) })),
  ),
  fault(
    'frames late',
    0.7,
    mangled(({ dice }) => ({ lateMs: dice.oneOf([20, 150, 700, 3_000]) })),
  ),
  fault(
    'frames doubled',
    0.4,
    mangled(() => ({ doubled: true })),
  ),
  fault('stuck contact', 1, outputFault('stuck-contact')),
  fault('dead amplifier', 1, outputFault('dead-amplifier')),
  fault('horn open', 0.5, outputFault('horn-open')),
  fault('loudspeaker unplugged', 0.5, loudspeaker),
];
