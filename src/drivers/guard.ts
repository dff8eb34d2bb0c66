import { movedBy, writeFrameOf } from '../../devices/broadcast.ts';
import type { RegisterDevice, WriteTemplate } from '../../devices/define.ts';
import { encodeWrite } from '../../devices/write.ts';
import type { WiredLine } from './site-map.ts';

/** An output that is due on one line. `durationMs` 0 is off. */
export interface DueOutput {
  readonly unit: number;
  readonly channel: number;
  readonly device: RegisterDevice;
  readonly groupBit: number | null;
  readonly watts: number;
  readonly durationMs: number;
  /** False: it is known to be off, and an off for it goes after those for what may sound. Left out: it may be on. */
  readonly mayBeOn?: boolean;
}

/** One frame to send. `unit` 0 is broadcast; `outputs` are the due outputs it switches. */
export interface PlannedFrame<Due extends DueOutput = DueOutput> {
  readonly unit: number;
  readonly pdu: Uint8Array;
  readonly turnaroundMs: number;
  readonly outputs: readonly Due[];
}

export const outputKey = (unit: number, channel: number): string => `${unit}.${channel}`;

/** The number by which a line knows an output in its exchanges (`starts`, `ends`). */
export const outputNumber = ({ unit, channel }: Pick<DueOutput, 'unit' | 'channel'>): number => unit * 256 + channel;

export type Reach =
  /** Outputs it would move, by `outputKey`, over every unit of the line. */
  | { readonly certain: true; readonly moved: ReadonlySet<string> }
  /** A unit of which nobody knows what the frame does to it. */
  | { readonly certain: false; readonly unit: number };

/** What a broadcast frame would move over all units configured on a line, also those that no terminal uses. */
export const reachOf = (line: WiredLine, pdu: Uint8Array): Reach => {
  const frame = writeFrameOf(pdu);
  const moved = new Set<string>();
  for (const { unit, device, groupBit } of line.units) {
    const outcome = device === null || frame === null ? null : movedBy(device, frame, { groupBit });
    if (outcome === null || outcome.effect === 'unknown') return { certain: false, unit };
    if (outcome.effect === 'moves') for (const channel of outcome.channels) moved.add(outputKey(unit, channel));
  }
  return { certain: true, moved };
};

/** The duration in whole steps of the device's lease, at least one: a siren asked for 40 ms still sounds. */
const stepsOf = ({ device, durationMs }: DueOutput): number => {
  const lease = device.output?.lease;
  if (durationMs <= 0 || lease === undefined || lease.kind === 'held') return 0;
  return Math.max(1, Math.round(durationMs / lease.stepMs));
};

const ownTemplate = ({ device, durationMs }: DueOutput): WriteTemplate | null =>
  device.output === null ? null : durationMs > 0 ? device.output.on : device.output.off;

const ownPdu = (due: DueOutput): Uint8Array | null => {
  const template = ownTemplate(due);
  return template === null ? null : encodeWrite(template, { channel: due.channel, durationSteps: stepsOf(due) });
};

const keyOf = (pdu: Uint8Array): string => Buffer.from(pdu).toString('hex');

/** A frame that could be broadcast, and the due outputs for which it means what was ordered. */
interface Candidate<Due extends DueOutput> {
  readonly pdu: Uint8Array;
  readonly meant: readonly Due[];
}

const gather = <Due extends DueOutput>(
  due: readonly Due[],
  pduOf: (one: Due) => Uint8Array | null,
): readonly Candidate<Due>[] => {
  const found = new Map<string, { pdu: Uint8Array; meant: Due[] }>();
  for (const one of due) {
    const pdu = pduOf(one);
    if (pdu === null) continue;
    const entry = found.get(keyOf(pdu)) ?? { pdu, meant: [] };
    entry.meant.push(one);
    found.set(keyOf(pdu), entry);
  }
  return [...found.values()];
};

/** Group frames: one per template and duration, carrying the bits of all who take part. */
const groupCandidates = <Due extends DueOutput>(due: readonly Due[]): readonly Candidate<Due>[] => {
  const families = new Map<string, { template: WriteTemplate; steps: number; meant: Due[] }>();
  for (const one of due) {
    const template = one.device.output?.group ?? null;
    if (template === null || one.groupBit === null) continue;
    const steps = stepsOf(one);
    const key = `${JSON.stringify(template)} ${steps}`;
    const family = families.get(key) ?? { template, steps, meant: [] };
    family.meant.push(one);
    families.set(key, family);
  }
  return [...families.values()].map(({ template, steps, meant }) => {
    const groupBits = meant.flatMap(({ groupBit }) => (groupBit === null ? [] : [groupBit]));
    return { meant, pdu: encodeWrite(template, { channel: 1, durationSteps: steps, groupBits }) };
  });
};

/** Best first: all off, then the frame each would get for itself, then the group frame (longer on the wire). */
const candidates = <Due extends DueOutput>(due: readonly Due[]): readonly Candidate<Due>[] => [
  ...gather(due, ({ device, durationMs }) =>
    durationMs > 0 || device.output === null || device.output.allOff === null
      ? null
      : encodeWrite(device.output.allOff, { channel: 1 }),
  ),
  ...gather(due, ownPdu),
  ...groupCandidates(due),
];

/** The outputs a broadcast may switch: exactly those it moves, if each of them is due and it means to each what was ordered. */
const allowedFor = <Due extends DueOutput>(line: WiredLine, candidate: Candidate<Due>): readonly Due[] => {
  const reach = reachOf(line, candidate.pdu);
  if (!reach.certain) return [];
  const meant = new Map(candidate.meant.map((one) => [outputKey(one.unit, one.channel), one]));
  const moved = [...reach.moved].map((key) => meant.get(key));
  return moved.every((one) => one !== undefined) ? moved : [];
};

const byWatts = (a: DueOutput, b: DueOutput): number => b.watts - a.watts || a.unit - b.unit || a.channel - b.channel;

/** It is only switched off to be sure. */
const canWait = ({ durationMs, mayBeOn }: DueOutput): boolean => durationMs <= 0 && mayBeOn === false;

/** What sounds is not kept waiting for what is off already. */
const inTurn = (a: DueOutput, b: DueOutput): number => Number(canWait(a)) - Number(canWait(b)) || byWatts(a, b);

/**
 * How a due set of one line is switched (promise 10). A frame goes to address 0 only if over all units of the line the
 * outputs it would move are due, each meaning what was ordered, and it saves at least one frame; what is left is unicast,
 * those that may be on first, and of them the highest power first. `mayBroadcast` false, or an output for which it is false, is always unicast. Pure.
 */
export const planFrames = <Due extends DueOutput>(
  line: WiredLine,
  due: readonly Due[],
  mayBroadcast: (one: Due) => boolean = () => true,
): readonly PlannedFrame<Due>[] => {
  const open = line.broadcasts ? due.filter(mayBroadcast) : [];
  // One siren alone gains nothing by a broadcast: its frame need not wait for a look at every unit of the line.
  if (open.length < 2) return unicasts([...due].sort(inTurn));
  const left = new Map(due.map((one) => [outputKey(one.unit, one.channel), one]));
  const frames: PlannedFrame<Due>[] = [];
  const quietMs = Math.max(0, ...line.units.map(({ device }) => device?.line.turnaroundMs ?? 0));
  for (const candidate of candidates(open)) {
    const outputs = allowedFor(line, candidate);
    if (outputs.length < 2 || !outputs.every((one) => left.has(outputKey(one.unit, one.channel)))) continue;
    frames.push({ unit: 0, pdu: candidate.pdu, turnaroundMs: quietMs, outputs });
    for (const one of outputs) left.delete(outputKey(one.unit, one.channel));
  }
  return [...frames, ...unicasts([...left.values()].sort(inTurn))];
};

const unicasts = <Due extends DueOutput>(due: readonly Due[]): readonly PlannedFrame<Due>[] => {
  const done = new Set<string>();
  return due.flatMap((one): PlannedFrame<Due>[] => {
    if (done.has(outputKey(one.unit, one.channel))) return [];
    const { turnaroundMs } = one.device.line;
    const wholeUnit = due.filter(({ unit, durationMs }) => unit === one.unit && durationMs <= 0);
    const allOff = one.device.output?.allOff ?? null;
    if (one.durationMs <= 0 && allOff !== null && one.device.channels > 1 && wholeUnit.length === one.device.channels) {
      for (const { unit, channel } of wholeUnit) done.add(outputKey(unit, channel));
      return [{ unit: one.unit, pdu: encodeWrite(allOff, { channel: 1 }), turnaroundMs, outputs: wholeUnit }];
    }
    const pdu = ownPdu(one);
    return pdu === null ? [] : [{ unit: one.unit, pdu, turnaroundMs, outputs: [one] }];
  });
};
