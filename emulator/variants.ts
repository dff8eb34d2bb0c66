import type { Wiring } from '../src/core/wiring.ts';
import { accepted, refused, type Checked } from './problems.ts';
import type { UnitVariant } from './unit/unit.ts';

/** The safe reading of what manuals leave open; every other one can be asked for. */
export const standardVariant: UnitVariant = { retrigger: 'extends', offCancels: 'yes', unknownBroadcast: 'acts' };

/** A change of what units do: `line/unit`, a terminal, or `all`. */
export interface VariantChange {
  /** `line/unit` of each unit that changes. */
  readonly units: readonly string[];
  readonly change: Partial<UnitVariant>;
}

const changes: Readonly<Record<string, Partial<UnitVariant>>> = {
  extends: { retrigger: 'extends' },
  ignored: { retrigger: 'ignored' },
  chops: { retrigger: 'chops' },
  'off-cancels': { offCancels: 'yes' },
  'off-ignored': { offCancels: 'no' },
  acts: { unknownBroadcast: 'acts' },
  ignores: { unknownBroadcast: 'ignores' },
};

const unitsOf = (wiring: Wiring, target: string): readonly string[] => {
  const all = wiring.units.map(({ line, unit }) => `${line}/${unit}`);
  if (target === 'all') return all;
  const output = wiring.terminals.find((each) => each.terminal === target)?.output;
  const named = output === undefined || output === null ? target : `${output.line}/${output.unit}`;
  return all.filter((each) => each === named);
};

/** `target=variant`, e.g. `cabinet/1=chops`, `all=off-ignored`. */
export const parseVariant = (wiring: Wiring, text: string): Checked<VariantChange> => {
  const [target = '', name = '', rest] = text.split('=');
  const change = changes[name];
  if (change === undefined || rest !== undefined) return refused('emulator-variant-malformed', { text });
  const units = unitsOf(wiring, target);
  return units.length === 0 ? refused('emulator-target-unknown', { target }) : accepted({ units, change });
};
