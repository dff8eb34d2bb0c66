import { writeFileSync } from 'node:fs';
import { EnvelopeSchema, SignedTimeSchema } from '../intake/envelope-schema.ts';
import { asyncApiText } from './asyncapi.ts';

/** Writes docs/reference/asyncapi.json anew: `tsx src/uplink/asyncapi.entry.ts`. */
const target = new URL('../../docs/reference/asyncapi.json', import.meta.url);
writeFileSync(target, asyncApiText({ envelope: EnvelopeSchema, time: SignedTimeSchema }));
