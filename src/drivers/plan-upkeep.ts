import { planFrames, type DueOutput, type PlannedFrame } from './guard.ts';
import type { WiredLine } from './site-map.ts';

/** Silence around a frame, address and checksum, and the reply to a write of any kind, in characters. */
const [silence, envelope, reply] = [3.5, 3, 8] as const;

/** How long a frame keeps the line, in characters; what units take for themselves is much the same both ways. */
const charactersOf = ({ unit, pdu }: PlannedFrame): number =>
  envelope + pdu.length + silence + (unit === 0 ? 0 : reply + silence);

/** An order that comes at any moment waits for the frame on the wire: on average by the squares of all their lengths. */
const waitBy = (frames: readonly PlannedFrame[]): number =>
  frames.reduce((sum, frame) => sum + charactersOf(frame) ** 2, 0);

/**
 * `planFrames` for what sounds already. Nothing need begin together here, so a broadcast (a group frame is some fifty
 * characters) is taken only where an order that comes meanwhile waits less for it than for the frames of each unit. Pure.
 */
export const planUpkeep = <Due extends DueOutput>(
  line: WiredLine,
  due: readonly Due[],
  mayBroadcast: (one: Due) => boolean,
): readonly PlannedFrame<Due>[] => {
  const together = planFrames(line, due, mayBroadcast);
  if (together.every(({ unit }) => unit !== 0)) return together;
  const oneByOne = planFrames(line, due, () => false);
  return waitBy(oneByOne) <= waitBy(together) ? oneByOne : together;
};
