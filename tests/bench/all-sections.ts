import type { Said, SectionResult, Sizes } from './goal.ts';
import { busSection } from './sections/bus.ts';
import { sirensSection } from './sections/sirens.ts';
import { gcc, libmodbus, type Tool, type Workshop } from './tools.ts';

export interface Section {
  readonly name: string;
  readonly title: Said;
  /** Without these it cannot be measured at all. */
  readonly needs: readonly Tool[];
  readonly run: (workshop: Workshop, sizes: Sizes) => Promise<SectionResult>;
}

/** In the order in which they are run and shown. */
export const sections: readonly Section[] = [
  {
    name: 'bus',
    title: { zh: '线路', en: 'The line' },
    needs: [gcc, libmodbus],
    run: busSection,
  },
  {
    name: 'sirens',
    title: { zh: '全部响起', en: 'All sirens on' },
    needs: [gcc, libmodbus],
    run: sirensSection,
  },
];
