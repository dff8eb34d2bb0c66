import { EnvelopeSchema, SignedTimeSchema } from '../src/intake/envelope-schema.ts';
import { asyncApiText } from '../src/uplink/asyncapi.ts';
import { busErrors } from '../src/words/errors/bus.ts';
import { cliErrors } from '../src/words/errors/cli.ts';
import { configErrors } from '../src/words/errors/config.ts';
import { consoleErrors } from '../src/words/errors/console.ts';
import { coreErrors } from '../src/words/errors/core.ts';
import { deviceErrors } from '../src/words/errors/device.ts';
import { intakeErrors } from '../src/words/errors/intake.ts';
import { storeErrors } from '../src/words/errors/store.ts';
import { uplinkErrors } from '../src/words/errors/uplink.ts';
import { errorsTable } from './errors-table.ts';

/** The error tables by the room whose file holds them; a test compares this with the one table and with the folder. */
export const errorAreas = {
  config: configErrors,
  intake: intakeErrors,
  core: coreErrors,
  store: storeErrors,
  bus: busErrors,
  device: deviceErrors,
  uplink: uplinkErrors,
  cli: cliErrors,
  console: consoleErrors,
};

/** Documents that are made from tables in the code: path from the project's root, and the whole text. */
export const documents: Readonly<Record<string, () => string>> = {
  'docs/reference/asyncapi.json': () => asyncApiText({ envelope: EnvelopeSchema, time: SignedTimeSchema }),
  'docs/reference/errors.md': () => errorsTable(errorAreas),
};
