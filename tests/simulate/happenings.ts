import { boxFaults } from './box-faults.ts';
import { orderHappenings } from './orders.ts';
import { peopleHappenings } from './people.ts';
import type { Happening } from './stage.ts';
import { wireFaults } from './wire-faults.ts';

/** Everything the world may do, and how often an hour. */
export const happenings: readonly Happening[] = [...orderHappenings, ...peopleHappenings, ...wireFaults, ...boxFaults];
