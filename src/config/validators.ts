import { Compile } from 'typebox/compile';
import { peopleSchema } from './schema/people.ts';
import { planSchema } from './schema/plan.ts';
import { siteSchema } from './schema/site.ts';

/** Built from their schemas when the program is built (.ci/made-ahead.mjs): the running box never loads what builds them. */
export const siteFile = Compile(siteSchema);
export const planFile = Compile(planSchema);
export const peopleFile = Compile(peopleSchema);
