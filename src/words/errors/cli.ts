import { permanent } from './entry.ts';

/** Error codes of the room `cli`. */
export const cliErrors = {
  'cli-internal': permanent('{detail}', '{detail}'),
} as const;
