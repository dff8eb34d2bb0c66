import { movedBy, writeFrameOf } from '../../devices/broadcast.ts';
import { encodeWrite } from '../../devices/write.ts';
import type { Exchange, Lane, ModbusLine } from '../bus/line.ts';
import { groupBy } from './group-by.ts';
import { outputNumber, reachOf } from './guard.ts';
import { readAll, type Readings, type Want } from './reads.ts';
import type { SiteMap, WiredLine, WiredTerminal } from './site-map.ts';

/** An output that is about to sound, and the tone number it shall sound; null leaves the unit's tone as it is. */
export interface Tuning {
  readonly wired: WiredTerminal;
  readonly tone: number | null;
}

/** The lane of what is written, and the order it serves. */
export interface Way {
  readonly lane: Lane;
  readonly trace: string | null;
}

export interface Settings {
  /** Submits what tone these outputs still lack, in front of the frame that switches them on; waits for nothing. */
  tune(outputs: readonly Tuning[], byBroadcast: boolean, way: Way): void;
  /** Reads back the tones that were only broadcast, and sets again where one did not arrive. */
  check(terminals: readonly WiredTerminal[], trace: string | null): Promise<void>;
  /** A unit that missed an order may have lost its settings: the volume goes out now, the tone before the next on. */
  restore(wired: WiredTerminal, trace: string | null): void;
  /** What a poll of this unit reads of its settings. */
  wants(line: string, unit: number): readonly Want[];
  /** Stands for an instant: what was read after it, and not before a later write, is believed. */
  mark(): number;
  /** What a poll begun at `mark` has read; a setting that is not as it should be is written again. */
  seen(at: { readonly line: string; readonly unit: number; readonly mark: number }, readings: Readings): void;
}

/** What is known of one output. */
interface Known {
  /** The tone number the unit holds; null when nobody knows. */
  readonly tone: number | null;
  /** It was read or echoed; a broadcast is neither. */
  readonly sure: boolean;
  /** The last tone ordered. */
  readonly ordered: number | null;
  readonly answers: boolean;
  readonly writtenAt: number;
}

const nothing: Known = { tone: null, sure: false, ordered: null, answers: true, writtenAt: 0 };

export interface SettingsOptions {
  readonly map: SiteMap;
  readonly lines: ReadonlyMap<string, Pick<ModbusLine, 'submit'>>;
  readonly now: () => number;
  readonly runsUntil: (terminal: string) => number;
}

/** Null where nothing is to be written: no tone is asked for, or the unit has no such tone. */
const tonePdu = ({ wired: { settings, channel }, tone }: Tuning): Uint8Array | null =>
  settings.tone === null || tone === null || tone > settings.tone.most
    ? null
    : encodeWrite(settings.tone.set, { channel, tone });

const want = ({ line, unit, device }: WiredTerminal, block: Want['block']): Want => ({ line, unit, device, block });

const wantsOf = (wired: WiredTerminal, tones: boolean): readonly Want[] => {
  const { tone, volume } = wired.settings;
  const read = [...(tones && tone !== null ? [tone.read] : []), ...(volume === null ? [] : [volume.read])];
  return read.map((block) => want(wired, block));
};

const hears = ({ device, groupBit }: WiredTerminal, pdu: Uint8Array): boolean => {
  const frame = writeFrameOf(pdu);
  return frame !== null && movedBy(device, frame, { groupBit }).effect === 'moves';
};

/** What is known of every output; `turn` counts the writes. */
interface Book {
  turn: number;
  of(wired: WiredTerminal): Known;
  note(wired: WiredTerminal, change: Partial<Known>): void;
  onLine(line: string): readonly WiredTerminal[];
  sounds(wired: WiredTerminal): boolean;
}

const openBook = ({ map, runsUntil, now }: SettingsOptions): Book => {
  const known = new Map<string, Known>();
  const of = ({ id }: WiredTerminal): Known => known.get(id) ?? nothing;
  return {
    turn: 0,
    of,
    note: (wired, change) => void known.set(wired.id, { ...of(wired), ...change }),
    onLine: (line) => [...map.terminals.values()].filter((one) => one.line === line),
    sounds: ({ id }) => runsUntil(id) > now(),
  };
};

interface Desk extends SettingsOptions {
  readonly book: Book;
}

const setTone = async ({ book, lines }: Desk, tuning: Tuning, { lane, trace }: Way): Promise<void> => {
  const { wired, tone } = tuning;
  const pdu = tonePdu(tuning);
  if (pdu === null) return;
  book.turn += 1;
  const writtenAt = book.turn;
  book.note(wired, { tone, sure: false, writtenAt });
  const { turnaroundMs } = wired.device.line;
  const exchange: Exchange = {
    lane,
    unit: wired.unit,
    pdu,
    turnaroundMs,
    trace,
    attempts: 1,
    starts: outputNumber(wired),
  };
  const reply = await lines.get(wired.line)?.submit(exchange);
  // A later write has gone over this one: its own reply will tell.
  if (book.of(wired).writtenAt === writtenAt) book.note(wired, reply?.ok === true ? { sure: true } : { tone: null });
};

/** The tone for everyone on the line: whoever hears it holds it now, as far as a broadcast can be believed. */
const setToneOfAll = ({ book, lines }: Desk, line: WiredLine, { pdu, tone, lane, trace }: ToAll): void => {
  book.turn += 1;
  for (const one of book.onLine(line.id))
    if (hears(one, pdu)) book.note(one, { tone, sure: false, writtenAt: book.turn });
  const turnaroundMs = Math.max(0, ...line.units.map(({ device }) => device?.line.turnaroundMs ?? 0));
  void lines.get(line.id)?.submit({ lane, unit: 0, pdu, turnaroundMs, trace, attempts: 1 });
};

interface ToAll extends Way {
  readonly pdu: Uint8Array;
  readonly tone: number | null;
}

const setVolume = ({ lines }: Desk, wired: WiredTerminal, { lane, trace }: Way): void => {
  const { volume } = wired.settings;
  if (volume === null) return;
  const pdu = encodeWrite(volume.set, { channel: wired.channel, volume: volume.wanted });
  const { turnaroundMs } = wired.device.line;
  void lines.get(wired.line)?.submit({ lane, unit: wired.unit, pdu, turnaroundMs, trace, attempts: 2 });
};

/** May this tone go to everyone on the line? It moves no output, and changes nobody who sounds and is not meant. */
const mayGoToAll = ({ book }: Desk, line: WiredLine, pdu: Uint8Array, meant: readonly Tuning[]): boolean => {
  const reach = reachOf(line, pdu);
  const ours = new Set(meant.map(({ wired }) => wired.id));
  const bystander = book.onLine(line.id).some((one) => !ours.has(one.id) && book.sounds(one) && hears(one, pdu));
  return line.broadcasts && reach.certain && reach.moved.size === 0 && !bystander;
};

const tuneAlike = (desk: Desk, group: readonly Tuning[], byBroadcast: boolean, way: Way): void => {
  const [first] = group;
  const pdu = first === undefined ? null : tonePdu(first);
  const line = first === undefined ? undefined : desk.map.lines.get(first.wired.line);
  if (first === undefined || pdu === null || line === undefined) return;
  if (byBroadcast && group.length > 1 && mayGoToAll(desk, line, pdu, group)) {
    setToneOfAll(desk, line, { pdu, tone: first.tone, ...way });
    return;
  }
  // One frame for all must not wait for a unit that does not answer.
  const asked = byBroadcast ? group.filter(({ wired }) => desk.book.of(wired).answers) : group;
  for (const one of asked) void setTone(desk, one, way);
};

const tune = (desk: Desk, outputs: readonly Tuning[], byBroadcast: boolean, way: Way): void => {
  const { book } = desk;
  const tuned = outputs.filter((one) => tonePdu(one) !== null);
  for (const { wired, tone } of tuned) book.note(wired, { ordered: tone });
  const lacking = tuned.filter(({ wired, tone }) => book.of(wired).tone !== tone);
  const keyOf = (one: Tuning): string => `${one.wired.line} ${Buffer.from(tonePdu(one) ?? []).toString('hex')}`;
  for (const group of groupBy(lacking, keyOf).values()) tuneAlike(desk, group, byBroadcast, way);
};

interface ReadBack {
  readonly readings: Readings;
  readonly mark: number;
  readonly trace: string | null;
}

/** What was read of one output; a volume that is not as the site wants it, a tone that is not as ordered, is set again. */
const believe = (desk: Desk, wired: WiredTerminal, { readings, mark, trace }: ReadBack): void => {
  const { tone, volume } = wired.settings;
  const level = volume === null ? null : readings.valueOf(want(wired, volume.read));
  if (level?.ok === true && level.raw !== volume?.wanted) setVolume(desk, wired, { lane: 'read-back', trace });
  const before = desk.book.of(wired);
  if (tone === null || desk.map.tones.size === 0 || before.writtenAt > mark) return;
  const held = readings.valueOf(want(wired, tone.read));
  desk.book.note(
    wired,
    held.ok ? { tone: held.raw, sure: true, answers: true } : { tone: null, sure: false, answers: false },
  );
  if (!held.ok || !desk.book.sounds(wired) || before.ordered === null || before.ordered === held.raw) return;
  void setTone(desk, { wired, tone: before.ordered }, { lane: 'upkeep', trace });
};

const check = async (desk: Desk, terminals: readonly WiredTerminal[], trace: string | null): Promise<void> => {
  const { book, lines } = desk;
  const open = terminals.filter((wired) => book.of(wired).ordered !== null && !book.of(wired).sure);
  if (open.length === 0) return;
  const mark = book.turn;
  const wants = open.flatMap((wired) => wantsOf(wired, true));
  const readings = await readAll(wants, { lines, lane: 'read-back', trace });
  for (const wired of open) believe(desk, wired, { readings, mark, trace });
};

/** Keeps tones and volumes of all units as the site wants them, by what each definition says of its settings. */
export const createSettings = (options: SettingsOptions): Settings => {
  const book = openBook(options);
  const desk: Desk = { ...options, book };
  const at = (line: string, unit: number): readonly WiredTerminal[] =>
    book.onLine(line).filter((one) => one.unit === unit);
  return {
    tune: (outputs, byBroadcast, way) => tune(desk, outputs, byBroadcast, way),
    check: (terminals, trace) => check(desk, terminals, trace),
    restore: (wired, trace) => {
      book.note(wired, { tone: null, sure: false });
      setVolume(desk, wired, { lane: 'upkeep', trace });
    },
    wants: (line, unit) => at(line, unit).flatMap((wired) => wantsOf(wired, options.map.tones.size > 0)),
    mark: () => book.turn,
    seen: ({ line, unit, mark }, readings) => {
      for (const wired of at(line, unit)) believe(desk, wired, { readings, mark, trace: null });
    },
  };
};
