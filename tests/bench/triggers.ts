import { askBox } from '../../src/console/control-client.ts';
import { join } from 'node:path';
import { pause } from '../support/waiting.ts';
import { leaving } from './leaving.ts';
import type { SeenFrame } from './paced-bus.ts';
import type { PageClient } from './page-client.ts';
import type { Product } from './product.ts';

const reading = new Set([1, 2, 3, 4]);

/** Does this frame switch a siren on? FC 6 to the hold register, or the group frame, with a time that is not nothing. */
const switchesOn = ({ hex }: SeenFrame): boolean => {
  const bytes = Buffer.from(hex, 'hex');
  const code = bytes[1] ?? 0;
  if (reading.has(code) || bytes.length < 8) return false;
  const address = bytes.readUInt16BE(2);
  if (code === 6) return address === 0x10 && bytes.readUInt16BE(4) > 0;
  return code === 16 && address === 0x1000 && bytes.readUInt16BE(7) > 0;
};

/** Does the frame concern this unit? Group frames carry at most 32 bytes of map here, from byte 9 on. */
const concerns = ({ hex }: SeenFrame, unit: number): boolean => {
  const bytes = Buffer.from(hex, 'hex');
  if (bytes[0] !== 0) return bytes[0] === unit;
  if (bytes[1] !== 16) return true;
  const bit = unit - 1;
  return (((bytes[9 + 2 * (bit >> 4)] ?? 0) * 256 + (bytes[10 + 2 * (bit >> 4)] ?? 0)) >> (bit & 15)) % 2 === 1;
};

export interface Latency {
  /** From the trigger's leaving its sender to its first frame's first byte, ms. */
  readonly fromSendMs: number;
  /** From its bytes' arrival in the box; null where that was not watched. */
  readonly fromReceiveMs: number | null;
}

const firstFrame = async (product: Product, unit: number, after: bigint, withinMs: number): Promise<bigint | null> => {
  const giveUpAt = performance.now() + withinMs;
  const seen: SeenFrame[] = [];
  while (performance.now() < giveUpAt) {
    seen.push(...(await product.bus.frames()));
    const found = seen.find((frame) => frame.at >= after && switchesOn(frame) && concerns(frame, unit));
    if (found !== undefined) return found.at;
    await pause(5);
  }
  return null;
};

/** A trigger whose first frame takes longer than this is lost; one that takes long is not, it misses its goal. */
const withinMs = 10_000;
const msBetween = (from: bigint, to: bigint): number => Number(to - from) / 1e6;

/** One order of the centre for the zone of this unit (the n-th zone has unit n). Null: no frame came. */
export const orderFor = async (product: Product, unit: number): Promise<Latency | null> => {
  const { centre, bus } = product;
  await bus.frames();
  product.received();
  const alert = {
    ...({
      status: 'actual',
      class: 'emergency',
      event: '11D02',
      severity: 'red',
      stage: 'now',
      headline: 'bench',
    } as const),
    ...{ zones: [`zone-${unit}`], text: '', plan: 'bench' },
  };
  const orderedAt = process.hrtime.bigint();
  const { result: sent, at: sentAt } = await leaving(() => centre.issue(alert));
  if (!sent.ok) throw new Error(sent.failure.code);
  const at = await firstFrame(product, unit, orderedAt, withinMs);
  if (at === null || sentAt === null) return null;
  const arrived = product.received().filter((instant) => instant >= sentAt && instant <= at)[0];
  return { fromSendMs: msBetween(sentAt, at), fromReceiveMs: arrived === undefined ? null : msBetween(arrived, at) };
};

/** A person's trigger through the control socket, as the command line sends it. */
export const triggerFor = async (product: Product, unit: number): Promise<Latency | null> => {
  await product.bus.frames();
  const sentAt = process.hrtime.bigint();
  const reply = askBox(
    join(product.stateDir, 'control.sock'),
    {
      ...{ do: 'trigger', plan: 'bench', zones: [`zone-${unit}`], status: 'actual', severity: 'red', text: null },
      ...{ person: 'bench', sirenUnlocked: false },
    },
    withinMs,
  );
  const at = await firstFrame(product, unit, sentAt, withinMs);
  const told = await reply;
  // A person who is told that the box cannot be reached has a lost trigger, as one who waits in vain.
  return at === null || !told.ok ? null : { fromSendMs: msBetween(sentAt, at), fromReceiveMs: null };
};

/** A person's trigger at the page. */
export const pressFor =
  (page: PageClient) =>
  async (product: Product, unit: number): Promise<Latency | null> => {
    await product.bus.frames();
    const sentAt = process.hrtime.bigint();
    const told = page.start(`zone-${unit}`);
    const at = await firstFrame(product, unit, sentAt, withinMs);
    return (await told) && at !== null ? { fromSendMs: msBetween(sentAt, at), fromReceiveMs: null } : null;
  };

/** So many triggers, at instants that have nothing to do with the line's own rhythm. */
export const latenciesOf = async (
  trigger: (unit: number) => Promise<Latency | null>,
  units: readonly number[],
  gapMs: () => number,
): Promise<{ readonly latencies: readonly Latency[]; readonly lost: number }> => {
  const latencies: Latency[] = [];
  let lost = 0;
  for (const unit of units) {
    const latency = await trigger(unit);
    if (latency === null) lost += 1;
    else latencies.push(latency);
    await pause(gapMs());
  }
  return { latencies, lost };
};
