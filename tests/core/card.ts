import type { Terminal, Zone } from '../../src/core/site.ts';
import { siren, speaker } from './hamlet.ts';

/** A speaker that a sound card feeds, by an amplifier of its zone. */
export const fed = (id: string, zone: string, more: Partial<Terminal> = {}): Terminal =>
  speaker(id, zone, { output: 'card', abilities: ['speech', 'clip', 'tone'], proof: 'none', leadInMs: 300, ...more });

/** Three zones on one card, the middle one with a chip too, the last with a siren. */
export const cardTerminals: readonly Terminal[] = [
  fed('east-card', 'east'),
  fed('west-card', 'west'),
  speaker('west-chip', 'west'),
  fed('hill-card', 'hill'),
  siren('hill-siren', 'hill'),
];

export const zonesNamed = (...ids: readonly string[]): readonly Zone[] =>
  ids.map((id) => ({ id, name: { zh: id, en: id }, areaCodes: ['500112101201'], households: 1, people: 1 }));
