import { movedBy, writeFrameOf } from './broadcast.ts';
import type { Output, ReadBlock, Register, RegisterDevice, Setting, Table, WriteTemplate } from './define.ts';
import type { DeviceProblemCode } from './problem.ts';
import { encodeWrite, writeAddress, writeWords } from './write.ts';

/**
 * What the schema cannot say: laws every definition obeys, the project's own and a site's alike. Each law is a function
 * of the definition that returns what breaks it.
 */
export interface LawProblem {
  readonly code: DeviceProblemCode;
  readonly params: Readonly<Record<string, string | number>>;
  readonly path: readonly (string | number)[];
}

type Law = (device: RegisterDevice) => readonly LawProblem[];
type Path = LawProblem['path'];

const hex = (address: number): string => `0x${address.toString(16).toUpperCase().padStart(4, '0')}`;
const contains = (one: Register, address: number): boolean =>
  address >= one.address && address < one.address + one.count;
const registerAt = (device: RegisterDevice, table: Table, address: number): Register | undefined =>
  device.registers.find((one) => one.table === table && contains(one, address));

/** No two registers share table and address. */
const registersApart: Law = ({ registers }) =>
  registers.flatMap((one, index) => {
    const other = registers
      .slice(0, index)
      .find((two) => two.table === one.table && (contains(two, one.address) || contains(one, two.address)));
    if (other === undefined) return [];
    const params = { first: other.name, second: one.name };
    return [{ code: 'device-registers-overlap', params, path: ['registers', index] }];
  });

const rangesHold: Law = ({ registers }) =>
  registers.flatMap(({ name, range }, index) =>
    range[0] <= range[1]
      ? []
      : [
          {
            code: 'device-range-empty',
            params: { register: name, value: range[0] },
            path: ['registers', index, 'range'],
          },
        ],
  );

const readTables: Readonly<Record<ReadBlock['function'], Table>> = {
  1: 'coil',
  2: 'discrete',
  3: 'holding',
  4: 'input',
};

const blockProblems = (device: RegisterDevice, block: ReadBlock, path: Path): readonly LawProblem[] => {
  const action = path.join('.');
  for (let address = block.address; address < block.address + block.count; address += 1) {
    const found = registerAt(device, readTables[block.function], address);
    if (found === undefined)
      return [{ code: 'device-register-unknown', params: { action, address: hex(address) }, path }];
    if (found.access === 'w')
      return [{ code: 'device-register-not-readable', params: { action, register: found.name }, path }];
  }
  return [];
};

const settingsOf = ({ output }: RegisterDevice): readonly (readonly ['tone' | 'volume', Setting])[] =>
  (['tone', 'volume'] as const).flatMap((name) => {
    const setting = output?.[name] ?? null;
    return setting === null ? [] : [[name, setting] as const];
  });

/** Everything read exists and may be read. */
const readsExist: Law = (device) => [
  ...settingsOf(device).flatMap(([name, { read }]) => blockProblems(device, read, ['output', name, 'read'])),
  ...(device.output === null ? [] : blockProblems(device, device.output.state, ['output', 'state'])),
  ...(device.output === null || device.output.quietTest === null
    ? []
    : blockProblems(device, device.output.quietTest.result, ['output', 'quietTest', 'result'])),
  ...(device.proof === null ? [] : blockProblems(device, device.proof, ['proof'])),
  ...device.readings.flatMap(({ block }, index) => blockProblems(device, block, ['readings', index, 'block'])),
];

const templatesOf = (output: Output): readonly [string, WriteTemplate][] => {
  const { on, off, allOff, group, play } = output;
  const quietTest = output.quietTest?.start ?? null;
  const [tone, volume] = [output.tone?.set ?? null, output.volume?.set ?? null];
  return Object.entries({ on, off, allOff, group, play, quietTest, tone, volume }).flatMap(
    ([name, template]): readonly [string, WriteTemplate][] => (template === null ? [] : [[name, template]]),
  );
};

/** Whole steps of the longest duration the definition allows. */
const longestSteps = ({ lease }: Output): number => {
  if (lease.kind === 'held') return 0;
  return Math.floor((lease.kind === 'timed' ? lease.longestMs : lease.holdMs) / lease.stepMs);
};

const wordProblems = (
  device: RegisterDevice,
  { name, template, channel, output }: { name: string; template: WriteTemplate; channel: number; output: Output },
): readonly LawProblem[] => {
  const table = template.function === 5 || template.function === 15 ? 'coil' : 'holding';
  const path = ['output', name];
  const words = writeWords(template, { channel, durationSteps: longestSteps(output) });
  return words.flatMap((value, offset): readonly LawProblem[] => {
    const address = writeAddress(template, channel) + offset;
    const found = registerAt(device, table, address);
    if (found === undefined)
      return [{ code: 'device-register-unknown', params: { action: name, address: hex(address) }, path }];
    if (found.access === 'r')
      return [{ code: 'device-register-not-writable', params: { action: name, register: found.name }, path }];
    if (value < found.range[0] || value > found.range[1])
      return [{ code: 'device-range-empty', params: { register: found.name, value }, path }];
    return [];
  });
};

/** Actions write only registers that exist, may be written, and have room for the value, on every channel. */
const writesFit: Law = (device) => {
  const { output } = device;
  if (output === null) return [];
  return templatesOf(output).flatMap(([name, template]) =>
    Array.from({ length: device.channels }, (_, index) => index + 1).flatMap((channel) =>
      wordProblems(device, { name, template, channel, output }),
    ),
  );
};

const channelsCovered: Law = ({ channels, output, proof }) => {
  const short = (action: string, block: ReadBlock | null): readonly LawProblem[] =>
    block === null || block.count >= channels
      ? []
      : [{ code: 'device-channels-short', params: { action, count: block.count, channels }, path: [action] }];
  return [...short('output', output?.state ?? null), ...short('proof', proof)];
};

/** A lease is present where the device keeps one, or the device says that it is `held`. */
const leaseHolds: Law = ({ kind, output }) => {
  const wrong = (detail: string): readonly LawProblem[] => [
    { code: 'device-lease-wrong', params: { detail }, path: ['output'] },
  ];
  const switches = kind === 'relay' || kind === 'siren';
  if (output === null) return switches ? wrong(`${kind} without output`) : [];
  if (!switches) return wrong(`${kind} with output`);
  const carries = output.on.values.some((value) => 'from' in value && value.from === 'durationMs');
  if ((output.lease.kind !== 'held') !== carries) return wrong(`${output.lease.kind}, durationMs`);
  return output.lease.kind !== 'held' && longestSteps(output) < 1 ? wrong('stepMs') : [];
};

/** Off is a constant and never the same words as on: whatever else fails, silence can be ordered. */
const silencePossible: Law = (device) => {
  const { output } = device;
  if (output === null) return [];
  const on = encodeWrite(output.on, { channel: 1, durationSteps: Math.max(1, longestSteps(output)) }).join();
  return (['off', 'allOff'] as const).flatMap((action) => {
    const template = output[action];
    if (template === null) return [];
    const constant = template.values.every((value) => 'word' in value);
    return constant && encodeWrite(template, { channel: 1 }).join() !== on
      ? []
      : [{ code: 'device-silence-impossible', params: { action }, path: ['output', action] }];
  });
};

/** A write that must leave every output as it is, wherever it is heard. */
const movesNothing = (device: RegisterDevice, template: WriteTemplate): boolean => {
  const frame = writeFrameOf(encodeWrite(template, { channel: 1 }));
  const outcome = frame === null ? null : movedBy(device, frame, { groupBit: 0 });
  return outcome?.effect !== 'moves' || outcome.channels.length === 0;
};

/** A setting writes what it is named after, is read back where it was written, and sounds nothing by itself. */
const settingsHold: Law = (device) =>
  settingsOf(device).flatMap(([name, { set, read }]) => {
    const wrong = (detail: string): readonly LawProblem[] => [
      { code: 'device-setting-wrong', params: { setting: name, detail }, path: ['output', name] },
    ];
    if (!set.values.every((value) => 'from' in value && value.from === name)) return wrong(`from: ${name}`);
    if (read.function !== 3 || read.address !== set.address || read.count < device.channels) return wrong('read');
    return movesNothing(device, set) ? [] : wrong('broadcast');
  });

/** A quiet test makes no sound: its start is a constant, is none of the writes that switch, and moves no output. */
const quietTestQuiet: Law = (device) => {
  const test = device.output?.quietTest ?? null;
  if (device.output === null || test === null) return [];
  const wrong = (detail: string): readonly LawProblem[] => [
    { code: 'device-setting-wrong', params: { setting: 'quietTest', detail }, path: ['output', 'quietTest'] },
  ];
  const { on, group } = device.output;
  const switches = [on, group].some(
    (one) => one?.function === test.start.function && one.address === test.start.address,
  );
  if (switches || !movesNothing(device, test.start)) return wrong('start');
  if (!test.start.values.every((value) => 'word' in value)) return wrong('start');
  const words = new Set([test.running, test.good, test.amplifierFault, test.hornOpen]);
  return words.size === 4 ? [] : wrong('running, good, amplifierFault, hornOpen');
};

/** Broadcast rules are in themselves sound, and say of the device's own actions what those actions do. */
const broadcastStated: Law = (device) => {
  const { output, channels } = device;
  const wrong = (rule: number, detail: string): LawProblem => ({
    code: 'device-broadcast-wrong',
    params: { rule: rule + 1, detail },
    path: ['broadcast', 'rules', rule],
  });
  const rules = device.broadcast.rules.flatMap((rule, index) => {
    if (rule.from > rule.to) return [wrong(index, 'from > to')];
    if (rule.effect !== 'acts') return rule.moves === 'none' ? [] : [wrong(index, `${rule.effect}, ${rule.moves}`)];
    if (rule.moves !== 'none' && output === null) return [wrong(index, `${rule.moves}, output: null`)];
    if (rule.moves === 'channel' && rule.to - rule.from >= channels) return [wrong(index, `channel > ${channels}`)];
    if (rule.moves === 'group' && (output === null || output.group === null)) return [wrong(index, 'group: null')];
    return [];
  });
  if (output === null) return rules;
  const ownActions = (['on', 'off', 'allOff'] as const).flatMap((action) => {
    const template = output[action];
    const frame = template === null ? null : writeFrameOf(encodeWrite(template, { channel: 1, durationSteps: 1 }));
    const outcome = frame === null ? null : movedBy(device, frame, { groupBit: null });
    if (outcome?.effect !== 'moves') return [];
    const needed = action === 'allOff' ? channels : 1;
    return outcome.channels.includes(1) && outcome.channels.length >= needed ? [] : [wrong(0, action)];
  });
  return [...rules, ...ownActions];
};

/** By name, so that the reference and the tests can list them. */
export const laws: Readonly<Record<string, Law>> = {
  registersApart,
  rangesHold,
  readsExist,
  writesFit,
  channelsCovered,
  leaseHolds,
  silencePossible,
  settingsHold,
  quietTestQuiet,
  broadcastStated,
};

export const lawProblems = (device: RegisterDevice): readonly LawProblem[] =>
  Object.values(laws).flatMap((law) => law(device));
