import { permanent } from './entry.ts';

/** Error codes of the room `store`. */
export const storeErrors = {
  'store-internal': permanent('{detail}', '{detail}'),
} as const;
