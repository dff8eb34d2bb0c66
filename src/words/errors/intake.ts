import { permanent } from './entry.ts';

/** Error codes of the room `intake`. */
export const intakeErrors = {
  'intake-internal': permanent('{detail}', '{detail}'),
} as const;
