import type { Sound } from '../ear/timeline.ts';
import type { Memory } from './memory.ts';
import type { RegisterUnit } from './unit.ts';

/** How many tones a unit has; each sounds a sixteenth of the basic pitch higher than the one before. */
const tonesMax = 16;

/** The pitch of a siren's tone number. */
export const tonePitch = (hz: number, tone: number): number => hz * (1 + tone / tonesMax);

/** Fresh from power-up: tone 0, and loud rather than mute. */
export const forgetSettings = (memory: Memory): void => {
  const [tone, volume] = [memory.named('tone'), memory.named('volume')];
  if (tone !== undefined) tone.value = 0;
  if (volume !== undefined) volume.value = volume.register.range[1];
};

/** Tone and volume as one value, to see whether a write has changed what is heard. */
export const settingsOf = ({ memory }: Pick<RegisterUnit, 'memory'>): string =>
  `${memory.named('tone')?.value ?? 0} ${memory.named('volume')?.value ?? 0}`;

/** What a siren of this basic pitch sounds by its unit's tone and volume; null when it is turned down to nothing. */
export const sirenSound = (unit: RegisterUnit | undefined, hz: number): Sound | null => {
  const volume = unit?.memory.named('volume');
  const level = volume === undefined ? 1 : volume.value / Math.max(1, volume.register.range[1]);
  const tone = unit?.memory.named('tone')?.value ?? 0;
  return level === 0 ? null : { kind: 'tone', hz: tonePitch(hz, tone), level };
};
