import Type from 'typebox';
import { selfTestExample, terminalDefaults } from '../defaults.ts';
import { clockTime, closed } from './parts.ts';

/** The unit's own number of a tone. */
export const deviceTone = Type.Integer({ minimum: 0, maximum: 15, examples: [3] });

/** Percent of full. A siren is turned down, never off. */
export const volume = Type.Integer({ minimum: 10, maximum: 100, default: terminalDefaults.volume });

/** Every night at this time each terminal that can tests itself without a sound. */
export const selfTest = Type.Object({ at: clockTime }, { ...closed, examples: [{ ...selfTestExample }] });
