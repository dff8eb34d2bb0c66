import { planFrames, type DueOutput, type PlannedFrame } from './guard.ts';
import type { WiredLine } from './site-map.ts';

/** Address and checksum, and the whole reply to a write of any kind, in characters. */
const [envelope, reply] = [3, 8] as const;

/** How long a frame keeps the line from others, in ms; a unit that is asked alone mostly answers as soon as it may. */
const occupiedMs = ({ timing: { charMs, silenceMs } }: WiredLine, { unit, pdu, turnaroundMs }: PlannedFrame): number =>
  (envelope + pdu.length) * charMs +
  (unit === 0 ? Math.max(silenceMs, turnaroundMs) : silenceMs + reply * charMs + silenceMs);

/** An order that comes at any moment waits for the frame on the wire: on average by the squares of their lengths. */
const waitBy = (line: WiredLine, frames: readonly PlannedFrame[]): number =>
  frames.reduce((sum, frame) => sum + occupiedMs(line, frame) ** 2, 0);

/**
 * `planFrames` for what sounds already. Nothing need begin together here, so a broadcast (at 9600 baud a group frame with
 * its quiet time takes some 75 ms) is taken only where an order that comes meanwhile waits less for it than for a frame
 * to each unit. Pure.
 */
export const planUpkeep = <Due extends DueOutput>(
  line: WiredLine,
  due: readonly Due[],
  mayBroadcast: (one: Due) => boolean,
): readonly PlannedFrame<Due>[] => {
  const together = planFrames(line, due, mayBroadcast);
  if (together.every(({ unit }) => unit !== 0)) return together;
  const oneByOne = planFrames(line, due, () => false);
  return waitBy(line, oneByOne) <= waitBy(line, together) ? oneByOne : together;
};
