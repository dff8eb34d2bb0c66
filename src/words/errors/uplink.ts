import { permanent } from './entry.ts';

/** Error codes of the room `uplink`. */
export const uplinkErrors = {
  'uplink-internal': permanent('{detail}', '{detail}'),
} as const;
