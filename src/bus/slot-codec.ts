import { laneOrder } from './lanes.ts';
import type { Exchange } from './line.ts';
import type { Mail, Report } from './serial-messages.ts';
import { slotLimits, type Place, type SlotRing } from './slot-ring.ts';

/** Words of a slot, by their offset; all from `unit` on are a mail's only. */
const word = { before: 0, id: 1, octets: 2, unit: 3, lane: 4, attempts: 5, letters: 6, output: 7 } as const;
const noTrace = -1;
const mostOutput = 0xffff;

const isSmall = (value: number, most: number): boolean => Number.isInteger(value) && value >= 0 && value <= most;

/** One word for the output that is started (1 and up) or ended (-1 and down); 0 for neither, null for what has no room. */
const outputWord = ({ starts, ends }: Exchange): number | null => {
  const [first, ...others] = ends ?? [];
  const output = starts ?? first;
  if (starts === undefined && ends === undefined) return 0;
  const isOne = others.length === 0 && (starts === undefined) !== (ends === undefined);
  if (output === undefined || !isOne || !isSmall(output, mostOutput)) return null;
  return starts === undefined ? -1 - output : output + 1;
};

const outputAt = (value: number): Pick<Exchange, 'starts' | 'ends'> =>
  value === 0 ? {} : value > 0 ? { starts: value - 1 } : { ends: [-1 - value] };

/** Puts a mail into the ring; false when the ring is full or the mail is none that a slot can hold. */
export const putMail = (ring: SlotRing, { id, exchange, at }: Mail): boolean => {
  const { lane, unit, pdu, turnaroundMs, trace, attempts = 0 } = exchange;
  if (!isSmall(unit, 255) || !isSmall(attempts, 255) || (exchange.attempts !== undefined && attempts === 0))
    return false;
  if (pdu.length > slotLimits.octets || (trace !== null && trace.length > slotLimits.letters)) return false;
  const output = outputWord(exchange);
  const place = output === null ? null : ring.free();
  if (output === null || place === null) return false;
  const { doubles, words, letters } = ring;
  doubles[place.double] = at;
  doubles[place.double + 1] = turnaroundMs;
  putHead(ring, place, { id, pdu });
  words[place.word + word.unit] = unit;
  words[place.word + word.lane] = laneOrder.indexOf(lane);
  words[place.word + word.attempts] = attempts;
  words[place.word + word.letters] = trace === null ? noTrace : trace.length;
  words[place.word + word.output] = output;
  for (let index = 0; trace !== null && index < trace.length; index += 1) {
    letters[place.letter + index] = trace.charCodeAt(index);
  }
  ring.publish();
  return true;
};

const putHead = (
  ring: SlotRing,
  place: Place,
  { id, pdu }: { readonly id: number; readonly pdu: Uint8Array },
): void => {
  ring.words[place.word + word.before] = ring.mailed;
  ring.words[place.word + word.id] = id;
  ring.words[place.word + word.octets] = pdu.length;
  ring.octets.set(pdu, place.octet);
};

const pduAt = ({ words, octets }: SlotRing, { word: at, octet }: Place): Uint8Array =>
  octets.slice(octet, octet + (words[at + word.octets] ?? 0));

/** How many messages were sent beside the ring before this slot was filled. */
export const mailedBefore = ({ words }: SlotRing, place: Place): number => words[place.word + word.before] ?? 0;

/** What `putMail` put there. */
export const mailAt = (ring: SlotRing, place: Place): Mail => {
  const { doubles, words, letters } = ring;
  const length = words[place.word + word.letters] ?? noTrace;
  const attempts = words[place.word + word.attempts] ?? 0;
  return {
    id: words[place.word + word.id] ?? 0,
    exchange: {
      lane: laneOrder[words[place.word + word.lane] ?? 0] ?? 'poll',
      unit: words[place.word + word.unit] ?? 0,
      pdu: pduAt(ring, place),
      turnaroundMs: doubles[place.double + 1] ?? 0,
      trace: length < 0 ? null : String.fromCharCode(...letters.subarray(place.letter, place.letter + length)),
      ...(attempts === 0 ? {} : { attempts }),
      ...outputAt(words[place.word + word.output] ?? 0),
    },
    at: doubles[place.double] ?? 0,
  };
};

type Settled = Extract<Report, { readonly kind: 'settled' }>;

/** Puts a good reply into the ring; false for every other report, and when the ring is full. */
export const putReport = (ring: SlotRing, report: Report): boolean => {
  if (report.kind !== 'settled' || !report.outcome.ok || report.outcome.frame !== null) return false;
  const { id, timing, outcome } = report;
  if (outcome.pdu.length > slotLimits.octets) return false;
  const place = ring.free();
  if (place === null) return false;
  ring.doubles[place.double] = timing.queuedMs;
  ring.doubles[place.double + 1] = timing.sentAt;
  ring.doubles[place.double + 2] = timing.endedAt;
  putHead(ring, place, { id, pdu: outcome.pdu });
  ring.publish();
  return true;
};

/** What `putReport` put there. */
export const reportAt = (ring: SlotRing, place: Place): Settled => {
  const { doubles, words } = ring;
  return {
    kind: 'settled',
    id: words[place.word + word.id] ?? 0,
    outcome: { ok: true, pdu: pduAt(ring, place), frame: null },
    timing: {
      queuedMs: doubles[place.double] ?? 0,
      sentAt: doubles[place.double + 1] ?? 0,
      endedAt: doubles[place.double + 2] ?? 0,
    },
  };
};
