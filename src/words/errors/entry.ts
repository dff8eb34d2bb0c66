import type { Bilingual } from '../bilingual.ts';

/** One row of the error table. `transient` may succeed when tried again unchanged; `permanent` never does. */
export interface ErrorEntry extends Bilingual {
  readonly lasting: 'permanent' | 'transient';
}

export const permanent = (zh: string, en: string): ErrorEntry => ({ lasting: 'permanent', zh, en });
export const transient = (zh: string, en: string): ErrorEntry => ({ lasting: 'transient', zh, en });
