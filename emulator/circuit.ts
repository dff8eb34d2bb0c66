import type { ChannelRef, TerminalWiring } from '../src/core/wiring.ts';
import type { Site } from '../src/core/site.ts';
import type { Clock } from './clock.ts';
import { sirenHz, type Sound, type Timeline } from './ear/timeline.ts';
import type { FaultBook } from './faults.ts';
import type { PoweredUnit } from './powered-unit.ts';
import type { SpeechChip } from './unit/speech-chip.ts';

/** One key for one output or input. */
export const channelKey = ({ line, unit, channel }: ChannelRef): string => `${line}/${unit}/${channel}`;

/** What an amplifier draws with nothing to say. */
const idleAmperes = 0.3;
/** What still flows through a dead amplifier. */
const deadAmperes = 0.05;

/** What the electric side of the village is made of; filled while the lines are built. */
export interface Circuit {
  readonly site: Site;
  readonly clock: Clock;
  /** Tone of each siren by terminal. */
  readonly hz: ReadonlyMap<string, number>;
  /** Units by `line/unit`. */
  readonly units: Map<string, PoweredUnit>;
  /** Speech chips by line. */
  readonly chips: Map<string, SpeechChip>;
  readonly timeline: Timeline;
  readonly faults: FaultBook;
}

const unitAt = ({ units }: Circuit, ref: ChannelRef): PoweredUnit | undefined => units.get(`${ref.line}/${ref.unit}`);

/** True when the contact of this terminal's output is really closed: switched, powered and not stuck. */
export const contactClosed = (circuit: Circuit, { output }: TerminalWiring): boolean => {
  const powered = unitAt(circuit, output);
  if (powered === undefined || !powered.isOn()) return false;
  return (
    powered.unit.channels[output.channel - 1]?.on === true && circuit.faults.onChannel('stuck-contact', output) === null
  );
};

/** A loudspeaker needs something to say; a siren sounds when it is switched on. */
export const isSpeaker = (circuit: Circuit, terminal: TerminalWiring): boolean =>
  terminal.speechLine !== null ||
  circuit.site.terminals.find((each) => each.id === terminal.terminal)?.kind === 'speaker';

/** What is heard of this terminal at this instant. */
export const soundOf = (circuit: Circuit, terminal: TerminalWiring): Sound | null => {
  if (!contactClosed(circuit, terminal)) return null;
  if (circuit.faults.onChannel('dead-amplifier', terminal.output) !== null) return null;
  const track = unitAt(circuit, terminal.output)?.unit.track ?? 0;
  if (track > 0) return { kind: 'clip', track };
  if (!isSpeaker(circuit, terminal)) return { kind: 'tone', hz: circuit.hz.get(terminal.terminal) ?? sirenHz(0) };
  const saying = terminal.speechLine === null ? null : (circuit.chips.get(terminal.speechLine)?.saying ?? null);
  if (saying === null) return null;
  const startsAt = saying.startsAt - (circuit.clock.now() - circuit.timeline.elapsedMs);
  return { kind: 'speech', text: saying.text, startsAt: Math.round(startsAt), durationMs: saying.durationMs };
};

/** Current through the terminal's output, in amperes, or in the unit of its proof input. */
export const amperesOf = (circuit: Circuit, terminal: TerminalWiring): number => {
  if (!contactClosed(circuit, terminal)) return 0;
  if (circuit.faults.onChannel('dead-amplifier', terminal.output) !== null) return deadAmperes;
  const above = terminal.proof?.above ?? 0;
  if (soundOf(circuit, terminal) === null) return above > 0 ? Math.min(idleAmperes, above / 2) : idleAmperes;
  const drawn = unitAt(circuit, terminal.output)?.unit.device.emulate.currentWhenOn ?? 0;
  return Math.max(drawn, above * 1.5);
};

/** Writes down what this terminal sounds from now on. */
export const listen = (circuit: Circuit, terminal: TerminalWiring): void =>
  circuit.timeline.hear(terminal.terminal, soundOf(circuit, terminal));
