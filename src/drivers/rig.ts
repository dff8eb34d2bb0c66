import type { Catalogue } from '../../devices/define.ts';
import type { ByteLine, ModbusLine } from '../bus/line.ts';
import type { Cue, Finding } from '../core/cue.ts';
import type { Event } from '../core/event.ts';
import type { Site } from '../core/site.ts';
import type { Wiring } from '../core/wiring.ts';
import { createChip, type Chip } from './chip.ts';
import { createToken, type DriverClock, type Token } from './clock.ts';
import { keepOn, type Kept } from './keep-on.ts';
import { prove, readStates, type Look, type SwitchState } from './prove.ts';
import { mapSite, type SiteMap, type WiredTerminal } from './site-map.ts';
import { createSwitcher, type SwitchOptions, type Switched, type Switcher } from './switch-outputs.ts';
import type { Target } from './target.ts';

export interface RigOptions {
  readonly site: Site;
  readonly wiring: Wiring;
  readonly catalogue: Catalogue;
  readonly lines: ReadonlyMap<string, ModbusLine>;
  readonly byteLines: ReadonlyMap<string, ByteLine>;
  /** `now` is the box's monotonic scale: it stands in `Finding.readAt`. */
  readonly clock: DriverClock;
  readonly report: (event: Event) => void;
  /** A frame that switches something on has been answered (or, broadcast, has left): for the time to the first sound. */
  readonly onSwitched?: (note: SwitchedNote) => void;
}

export interface SwitchedNote {
  readonly trace: string;
  readonly cues: readonly string[];
  /** performance.now scale of the main thread. */
  readonly sentAt: number;
  readonly endedAt: number;
}

/** A cue with the terminal it is for, and the token by which a later order takes it back. */
export interface Ordered {
  readonly cue: Cue;
  readonly wired: WiredTerminal;
  readonly token: Token;
}

/** What every driver shares: the map of the site, the outputs, and the way evidence is reported. */
export interface Rig {
  readonly site: Site;
  readonly map: SiteMap;
  readonly clock: DriverClock;
  readonly switcher: Switcher;
  readonly report: (findings: readonly Finding[]) => void;
  /** A new order to a terminal takes the one before back. */
  newToken(terminal: string): Token;
  /** The order that a terminal has now; undefined where it had none since the start. */
  tokenOf(terminal: string): Token | undefined;
  takeAllBack(): void;
  look(looks: readonly Look[], trace: string | null): Promise<readonly Finding[]>;
  states(
    terminals: readonly WiredTerminal[],
    lane: 'upkeep' | 'read-back',
    trace: string | null,
  ): Promise<ReadonlyMap<string, SwitchState>>;
  keep(kept: Kept): Promise<void>;
  /** Switches on together whoever is still wanted, a repair by unicast and as upkeep; notes the time, reports refusals. */
  switchOn(due: readonly Due[], how: SwitchOnHow): Promise<ReadonlyMap<string, Switched>>;
  readonly chipOf: (wired: WiredTerminal) => Chip | null;
}

export interface SwitchOnHow extends Pick<SwitchOptions, 'onSwitched'> {
  readonly repair: boolean;
}

export interface Due {
  readonly order: Ordered;
  readonly durationMs: number;
}

/** The unit's number of the tone a cue asks for; null where the site names none. */
const toneOf = ({ cue: { action } }: Ordered, { tones }: SiteMap): number | null =>
  action.play === 'tone' ? (tones.get(action.tone) ?? null) : null;

/** A finding without a measured value. */
export const plainFinding = (
  { cue, clock }: { readonly cue: Cue; readonly clock: DriverClock },
  seen: Pick<Finding, 'sight' | 'grade' | 'reason'>,
): Finding => ({ terminal: cue.terminal, cue: cue.id, value: null, unit: null, readAt: clock.now(), ...seen });

const chipsOf = ({ byteLines, clock }: RigOptions): Rig['chipOf'] => {
  const chips = new Map<string, Chip>();
  return ({ speech }) => {
    const line = speech === null ? undefined : byteLines.get(speech.line);
    if (speech === null || line === undefined) return null;
    const chip = chips.get(line.id) ?? createChip(line, speech.codec, clock);
    chips.set(line.id, chip);
    return chip;
  };
};

const noteSwitched = (due: readonly Due[], switched: ReadonlyMap<string, Switched>, options: RigOptions): void => {
  for (const { order } of due) {
    const result = switched.get(order.wired.id);
    if (result === undefined || result.how === 'failed' || result.how === 'superseded') continue;
    const { sentAt, endedAt } = result.timing;
    options.onSwitched?.({ trace: order.cue.trace, cues: [order.cue.id], sentAt, endedAt });
  }
};

/** A unit that answers "no" has refused: that is evidence. One that does not answer is looked at again later. */
const refusals = (
  due: readonly Due[],
  switched: ReadonlyMap<string, Switched>,
  clock: DriverClock,
): readonly Finding[] =>
  due.flatMap(({ order: { cue, wired, token } }) => {
    const result = switched.get(wired.id);
    if (result?.how !== 'failed' || result.sight !== 'rejected' || !token.alive()) return [];
    return [plainFinding({ cue, clock }, { sight: 'rejected', grade: 'none', reason: result.reason })];
  });

const orderBook = (): Pick<Rig, 'newToken' | 'tokenOf' | 'takeAllBack'> => {
  const tokens = new Map<string, Token>();
  return {
    newToken: (terminal) => {
      tokens.get(terminal)?.cancel();
      const token = createToken();
      tokens.set(terminal, token);
      return token;
    },
    tokenOf: (terminal) => tokens.get(terminal),
    takeAllBack: () => {
      for (const token of tokens.values()) token.cancel();
    },
  };
};

export const createRig = (options: RigOptions): Rig => {
  const { site, wiring, catalogue, lines, clock } = options;
  const map = mapSite(site, wiring, catalogue);
  const switcher = createSwitcher({ map, lines, clock });
  const states: Rig['states'] = (terminals, lane, trace) => readStates(terminals, { lines, lane, trace });
  const report: Rig['report'] = (findings) => {
    if (findings.length > 0) options.report({ kind: 'evidence', findings });
  };
  return {
    ...{ site, map, clock, switcher, states, report },
    ...orderBook(),
    chipOf: chipsOf(options),
    look: (looks, trace) => prove(looks, { map, lines, clock, trace }),
    keep: (kept) =>
      keepOn(kept, {
        ...{ switcher, clock, renewEveryMs: site.limits.renewEveryMs },
        readState: async (wired) => (await states([wired], 'upkeep', kept.trace)).get(wired.id) ?? 'unread',
      }),
    switchOn: async (due, { repair, onSwitched }) => {
      const live = due.filter(({ order }) => order.token.alive());
      const targets = live.map(({ order, durationMs }): Target => ({
        ...{ wired: order.wired, durationMs },
        tone: toneOf(order, map),
      }));
      const trace = live[0]?.order.cue.trace ?? null;
      const stillMeant = (id: string): boolean =>
        live.some(({ order }) => order.wired.id === id && order.token.alive());
      const switched = await switcher.switchOutputs(
        repair ? { targets, trace, broadcasts: false, stillMeant } : { targets, trace, broadcasts: true, onSwitched },
      );
      noteSwitched(live, switched, options);
      report(refusals(live, switched, clock));
      return switched;
    },
  };
};
