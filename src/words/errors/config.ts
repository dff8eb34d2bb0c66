import { permanent } from './entry.ts';

/** Error codes of the room `config`. */
export const configErrors = {
  'config-internal': permanent('{detail}', '{detail}'),
} as const;
