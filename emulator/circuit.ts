import type { ChannelRef, TerminalWiring } from '../src/core/wiring.ts';
import type { Site } from '../src/core/site.ts';
import type { Clock } from './clock.ts';
import { sirenHz, type Sound, type Timeline } from './ear/timeline.ts';
import type { FaultBook } from './faults.ts';
import type { PoweredUnit } from './powered-unit.ts';
import type { NetworkSpeaker } from './unit/network-speaker.ts';
import { sirenSound } from './unit/settings.ts';
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
  /** Network loudspeakers by sound output. */
  readonly speakers: Map<string, NetworkSpeaker>;
  readonly timeline: Timeline;
  readonly faults: FaultBook;
}

const unitAt = ({ units }: Circuit, ref: ChannelRef): PoweredUnit | undefined => units.get(`${ref.line}/${ref.unit}`);

/**
 * True when the contact of this terminal's output is really closed: switched, powered and not stuck. A loudspeaker that
 * has no contact is always connected.
 */
export const contactClosed = (circuit: Circuit, { output }: TerminalWiring): boolean => {
  if (output === null) return true;
  const powered = unitAt(circuit, output);
  if (powered === undefined || !powered.isOn()) return false;
  return (
    powered.unit.channels[output.channel - 1]?.on === true && circuit.faults.onChannel('stuck-contact', output) === null
  );
};

/** An amplifier that gives nothing, or a horn that is not connected: no sound, next to no current. */
const deaf = ['dead-amplifier', 'horn-open'] as const;

const isDead = ({ faults }: Circuit, { output }: TerminalWiring): boolean =>
  output !== null && deaf.some((kind) => faults.onChannel(kind, output) !== null);

/** A loudspeaker needs something to say; a siren sounds when it is switched on. */
export const isSpeaker = (circuit: Circuit, terminal: TerminalWiring): boolean =>
  terminal.speechLine !== null ||
  terminal.sound !== null ||
  circuit.site.terminals.find((each) => each.id === terminal.terminal)?.kind === 'speaker';

const speakerOf = ({ speakers }: Circuit, { sound }: TerminalWiring): NetworkSpeaker | undefined =>
  sound === null ? undefined : speakers.get(sound);

const sirenAt = (circuit: Circuit, { terminal, output }: TerminalWiring): Sound | null =>
  sirenSound(output === null ? undefined : unitAt(circuit, output)?.unit, circuit.hz.get(terminal) ?? sirenHz(0));

/** What is heard of this terminal at this instant. */
export const soundOf = (circuit: Circuit, terminal: TerminalWiring): Sound | null => {
  if (!contactClosed(circuit, terminal) || isDead(circuit, terminal)) return null;
  if (terminal.sound !== null)
    return speakerOf(circuit, terminal)?.isPlaying() === true ? { kind: 'pcm', output: terminal.sound } : null;
  const track = terminal.output === null ? 0 : (unitAt(circuit, terminal.output)?.unit.track ?? 0);
  if (track > 0) return { kind: 'clip', track };
  if (!isSpeaker(circuit, terminal)) return sirenAt(circuit, terminal);
  const saying = terminal.speechLine === null ? null : (circuit.chips.get(terminal.speechLine)?.saying ?? null);
  if (saying === null) return null;
  const startsAt = saying.startsAt - (circuit.clock.now() - circuit.timeline.elapsedMs);
  return { kind: 'speech', text: saying.text, startsAt: Math.round(startsAt), durationMs: saying.durationMs };
};

/** A loudspeaker that is fed with silence draws no more than one with nothing to say. */
const isLoud = (circuit: Circuit, terminal: TerminalWiring): boolean =>
  soundOf(circuit, terminal) !== null && speakerOf(circuit, terminal)?.isLoud() !== false;

/** Current through the terminal's output, in amperes, or in the unit of its proof input. */
export const amperesOf = (circuit: Circuit, terminal: TerminalWiring): number => {
  const { output } = terminal;
  if (output === null || !contactClosed(circuit, terminal)) return 0;
  if (isDead(circuit, terminal)) return deadAmperes;
  const above = terminal.proof?.above ?? 0;
  if (!isLoud(circuit, terminal)) return above > 0 ? Math.min(idleAmperes, above / 2) : idleAmperes;
  const drawn = unitAt(circuit, output)?.unit.device.emulate.currentWhenOn ?? 0;
  return Math.max(drawn, above * 1.5);
};

/** Writes down what this terminal sounds from now on. */
export const listen = (circuit: Circuit, terminal: TerminalWiring): void =>
  circuit.timeline.hear(terminal.terminal, soundOf(circuit, terminal));
