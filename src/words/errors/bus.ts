import { permanent } from './entry.ts';

/** Error codes of the room `bus`. */
export const busErrors = {
  'bus-internal': permanent('{detail}', '{detail}'),
} as const;
