import type { ChannelRef, Wiring } from '../src/core/wiring.ts';
import { accepted, refused, type Checked } from './problems.ts';

type Scope = 'unit' | 'channel' | 'line';

/** Everything that can go wrong on demand: what it fits, and the range of its value where it has one. */
export const faultTable = {
  silent: { scopes: ['unit'], value: null },
  mute: { scopes: ['unit'], value: null },
  slow: { scopes: ['unit'], value: { from: 1, to: 60_000, standard: 400 } },
  'wrong-id': { scopes: ['unit'], value: null },
  babble: { scopes: ['unit', 'line'], value: null },
  noise: { scopes: ['unit', 'line'], value: { from: 0, to: 1, standard: 0.1 } },
  'stuck-contact': { scopes: ['channel', 'unit'], value: null },
  'dead-amplifier': { scopes: ['channel', 'unit'], value: null },
  'horn-open': { scopes: ['channel', 'unit'], value: null },
  unplugged: { scopes: ['line'], value: { from: 0, to: 3_600_000, standard: 0 } },
} as const satisfies Readonly<
  Record<
    string,
    {
      readonly scopes: readonly Scope[];
      readonly value: { readonly from: number; readonly to: number; readonly standard: number } | null;
    }
  >
>;

export type FaultKind = keyof typeof faultTable;

export interface Fault {
  /** As written: a terminal, a line, or line/unit. */
  readonly target: string;
  readonly fault: FaultKind;
  /** Ms of `slow` and `unplugged` (0: until taken back), probability of `noise`; null where there is none. */
  readonly value: number | null;
}

/** A fault and the place it acts on. */
interface Placed extends Fault {
  readonly scope: Scope;
  readonly line: string;
  readonly unit: number;
  readonly channel: number;
}

export interface FaultBook {
  /** Adds a fault or gives it a new value; refuses what fits nothing and then changes nothing. */
  add(fault: { readonly target: string; readonly fault: string; readonly value: number | null }): Checked<Fault>;
  /** Takes back what matches; null matches all. Tells how many. */
  remove(target: string | null, fault: string | null): number;
  list(): readonly Fault[];
  onUnit(kind: FaultKind, line: string, unit: number): Fault | null;
  onLine(kind: FaultKind, line: string): Fault | null;
  onChannel(kind: FaultKind, ref: ChannelRef): Fault | null;
}

const isKind = (text: string): text is FaultKind => Object.hasOwn(faultTable, text);

const faultPattern = /^([^=]+)=([^:=]+)(?::([^:=]+))?$/;

/** `target=fault` or `target=fault:value`, as on the command line. */
export const parseFault = (
  text: string,
): Checked<{ readonly target: string; readonly fault: string; readonly value: number | null }> => {
  const found = faultPattern.exec(text);
  const [, target = '', fault = '', value] = found ?? [];
  if (found === null) return refused('emulator-fault-malformed', { text });
  return accepted({ target, fault, value: value === undefined ? null : Number(value) });
};

/** All places that a name may mean, the narrowest first. */
const placesOf = (wiring: Wiring, target: string): readonly Omit<Placed, keyof Fault>[] => {
  const terminal = wiring.terminals.find((each) => each.terminal === target);
  if (terminal !== undefined && terminal.output !== null) {
    const { line, unit, channel } = terminal.output;
    return [
      { scope: 'channel', line, unit, channel },
      { scope: 'unit', line, unit, channel: 0 },
    ];
  }
  // A network loudspeaker has a plug like a line: `unplugged` fits it, by its own name or by its terminal's.
  const loudspeaker = wiring.outputs.find(({ id }) => id === target || id === terminal?.sound);
  if (loudspeaker !== undefined) return [{ scope: 'line', line: loudspeaker.id, unit: 0, channel: 0 }];
  if (wiring.lines.some((line) => line.id === target)) {
    const place = { line: target, unit: 0, channel: 0 };
    const single = wiring.units.some((unit) => unit.line === target && unit.unit === 0);
    return single
      ? [
          { scope: 'unit', ...place },
          { scope: 'line', ...place },
        ]
      : [{ scope: 'line', ...place }];
  }
  const unit = wiring.units.find((each) => `${each.line}/${each.unit}` === target);
  return unit === undefined ? [] : [{ scope: 'unit', line: unit.line, unit: unit.unit, channel: 0 }];
};

const checkValue = (fault: FaultKind, value: number | null): Checked<number | null> => {
  const rule = faultTable[fault].value;
  if (rule === null) {
    return value === null ? accepted(null) : refused('emulator-value-wrong', { fault, value, from: '-', to: '-' });
  }
  if (value === null) return accepted(rule.standard);
  if (Number.isFinite(value) && value >= rule.from && value <= rule.to) return accepted(value);
  return refused('emulator-value-wrong', { fault, value: String(value), from: rule.from, to: rule.to });
};

const place = (wiring: Wiring, asked: { target: string; fault: string; value: number | null }): Checked<Placed> => {
  const { target, fault } = asked;
  if (!isKind(fault)) {
    return refused('emulator-fault-unknown', { fault, known: Object.keys(faultTable).join(', ') });
  }
  const places = placesOf(wiring, target);
  if (places.length === 0) return refused('emulator-target-unknown', { target });
  const scopes: readonly Scope[] = faultTable[fault].scopes;
  const fitting = places.find((each) => scopes.includes(each.scope));
  if (fitting === undefined) return refused('emulator-target-unfit', { fault, target, fits: scopes.join(' / ') });
  const value = checkValue(fault, asked.value);
  return value.ok ? accepted({ target, fault, value: value.value, ...fitting }) : value;
};

const bare = ({ target, fault, value }: Placed): Fault => ({ target, fault, value });

/** The faults of one village. `changed` is told once after each change. */
export const createFaultBook = (wiring: Wiring, changed: () => void): FaultBook => {
  let placed: readonly Placed[] = [];
  const find = (kind: FaultKind, scope: Scope, fits: (each: Placed) => boolean): Fault | null => {
    const found = placed.find((each) => each.fault === kind && each.scope === scope && fits(each));
    return found === undefined ? null : bare(found);
  };
  const onUnit: FaultBook['onUnit'] = (kind, line, unit) =>
    find(kind, 'unit', (each) => each.line === line && each.unit === unit);
  return {
    add: (asked) => {
      const one = place(wiring, asked);
      if (!one.ok) return one;
      const { target, fault } = one.value;
      placed = [...placed.filter((each) => each.target !== target || each.fault !== fault), one.value];
      changed();
      return accepted(bare(one.value));
    },
    remove: (target, fault) => {
      const kept = placed.filter(
        (each) => (target !== null && each.target !== target) || (fault !== null && each.fault !== fault),
      );
      const count = placed.length - kept.length;
      placed = kept;
      if (count > 0) changed();
      return count;
    },
    list: () => placed.map(bare),
    onUnit,
    onLine: (kind, line) => find(kind, 'line', (each) => each.line === line),
    onChannel: (kind, ref) =>
      find(
        kind,
        'channel',
        (each) => each.line === ref.line && each.unit === ref.unit && each.channel === ref.channel,
      ) ?? onUnit(kind, ref.line, ref.unit),
  };
};
