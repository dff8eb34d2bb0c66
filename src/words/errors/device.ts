import { permanent } from './entry.ts';

/** Error codes of the room `device`. */
export const deviceErrors = {
  'device-internal': permanent('{detail}', '{detail}'),
} as const;
