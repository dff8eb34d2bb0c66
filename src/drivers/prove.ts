import type { Finding } from '../core/cue.ts';
import type { ModbusLine } from '../bus/line.ts';
import type { DriverClock } from './clock.ts';
import { readAll, type NoValue, type Value, type Want } from './reads.ts';
import type { SiteMap, WiredProof, WiredTerminal } from './site-map.ts';

export interface Look {
  readonly terminal: string;
  /** Null asks: is it silent? */
  readonly cue: string | null;
}

const stateWant = ({ line, unit, device, state }: WiredTerminal): Want => ({ line, unit, device, block: state });

const proofWant = ({ line, unit, device, block }: WiredProof): Want => ({ line, unit, device, block });

const noReason = (grade: WiredProof['grade']): string =>
  grade === 'status' ? 'status-silent' : grade === 'current' ? 'no-current' : 'no-sound';

type Seen = Omit<Finding, 'terminal' | 'cue' | 'readAt'>;

const switched = (sight: 'on' | 'off'): Seen => ({ sight, grade: 'switched', value: null, unit: null, reason: null });

const unanswered = ({ sight, reason }: NoValue): Seen => ({ sight, grade: 'none', value: null, unit: null, reason });

/** What the proof input shows, with its value in the unit a person reads. */
const measured = (proof: WiredProof, raw: number, silentReason: string | null): Seen => {
  const value = Math.round(raw * proof.scale * 1000) / 1000;
  const seen = { grade: proof.grade, value, unit: proof.unitName };
  return value >= proof.above
    ? { ...seen, sight: 'sounding', reason: null }
    : { ...seen, sight: 'silent', reason: silentReason };
};

/** It should sound: proof first; without sound the switched state tells a missed order (off) from a dead one (on). */
const judgeSounding = (proof: WiredProof | null, proven: Value | null, state: Value | null): Seen => {
  if (proof !== null && proven?.ok === true) {
    const seen = measured(proof, proven.raw, noReason(proof.grade));
    if (seen.sight === 'sounding') return seen;
    return state?.ok === true && state.raw === 0 ? switched('off') : seen;
  }
  if (state?.ok === true) return switched(state.raw === 0 ? 'off' : 'on');
  if (state !== null) return unanswered(state);
  return unanswered({ sight: 'no-reply', reason: 'not-read' });
};

/** It should be silent: proven only when neither the proof input nor the switched state says otherwise. */
const judgeSilent = (proof: WiredProof | null, proven: Value | null, state: Value | null): Seen => {
  const seen = proof !== null && proven?.ok === true ? measured(proof, proven.raw, null) : null;
  if (seen?.sight === 'sounding') return seen;
  if (state?.ok === true) return state.raw === 0 ? (seen ?? switched('off')) : switched('on');
  if (state !== null) return unanswered(state);
  return unanswered({ sight: 'no-reply', reason: 'not-read' });
};

export interface ProveOptions {
  readonly map: SiteMap;
  readonly lines: ReadonlyMap<string, ModbusLine>;
  readonly clock: DriverClock;
  readonly trace: string | null;
}

/** The switched state is read in the first round where it costs no second exchange, or where silence needs it anyway. */
const readWithProof = ({ cue }: Look, { line, unit, state, proof }: WiredTerminal): boolean =>
  cue === null ||
  proof === null ||
  (proof.line === line && proof.unit === unit && proof.block.function === state.function);

const firstWants = (look: Look, one: WiredTerminal | undefined): readonly Want[] => {
  if (one === undefined) return [];
  const proof = one.proof === null ? [] : [proofWant(one.proof)];
  return readWithProof(look, one) ? [...proof, stateWant(one)] : proof;
};

/**
 * Looks at terminals and says of each what was seen (promise 4). One read serves all channels of a unit; whoever is seen
 * sounding costs no second read. Pure but for the lines.
 */
export const prove = async (looks: readonly Look[], options: ProveOptions): Promise<readonly Finding[]> => {
  const { map, lines, clock, trace } = options;
  const wired = (look: Look): WiredTerminal | undefined => map.terminals.get(look.terminal);
  const how = { lines, lane: 'read-back', trace, now: () => clock.now() } as const;
  // Silence is proven as of when it was asked for: what came on until the answer may not be in it.
  const beganAt = clock.now();
  const first = await readAll(
    looks.flatMap((look) => firstWants(look, wired(look))),
    how,
  );
  const provenOf = (one: WiredTerminal): Value | null =>
    one.proof === null ? null : first.valueOf(proofWant(one.proof));
  const sounding = (one: WiredTerminal): boolean => {
    const proven = provenOf(one);
    return one.proof !== null && proven?.ok === true && measured(one.proof, proven.raw, null).sight === 'sounding';
  };
  const open = looks.flatMap((look) => {
    const one = wired(look);
    if (one === undefined || sounding(one)) return [];
    const want = stateWant(one);
    return readWithProof(look, one) ? [] : [want];
  });
  const second = await readAll(open, how);
  return looks.map((look): Finding => {
    const one = wired(look);
    const { terminal, cue } = look;
    if (one === undefined)
      return { terminal, cue, readAt: clock.now(), ...unanswered({ sight: 'rejected', reason: 'not-wired' }) };
    const proven = provenOf(one);
    const states = readWithProof(look, one) ? first : second;
    const state = sounding(one) ? null : states.valueOf(stateWant(one));
    const judge = cue === null ? judgeSilent : judgeSounding;
    const measuredAt = proven?.ok === true && one.proof !== null ? first.readAt(proofWant(one.proof)) : null;
    const readAt = cue === null ? beganAt : (measuredAt ?? states.readAt(stateWant(one)) ?? clock.now());
    return { terminal, cue, readAt, ...judge(one.proof, proven, state) };
  });
};

export type SwitchState = 'on' | 'off' | 'unread';

/** Reads the switched state of terminals: on, off, or why not known. */
export const readStates = async (
  terminals: readonly WiredTerminal[],
  options: Omit<ProveOptions, 'map' | 'clock'> & { readonly lane: 'upkeep' | 'read-back' },
): Promise<ReadonlyMap<string, SwitchState>> => {
  const readings = await readAll(terminals.map(stateWant), options);
  return new Map(
    terminals.map((one) => {
      const value = readings.valueOf(stateWant(one));
      return [one.id, value.ok ? (value.raw === 0 ? 'off' : 'on') : 'unread'];
    }),
  );
};
