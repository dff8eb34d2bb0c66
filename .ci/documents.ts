import { configTable } from '../src/config/config-table.ts';
import { jsonSchemaFiles } from '../src/config/json-schema.ts';
import { EnvelopeSchema, SignedTimeSchema } from '../src/intake/envelope-schema.ts';
import { asyncApiText } from '../src/uplink/asyncapi.ts';
import { busErrors } from '../src/words/errors/bus.ts';
import { cliErrors } from '../src/words/errors/cli.ts';
import { configErrors } from '../src/words/errors/config.ts';
import { settingsErrors } from '../src/words/errors/config-settings.ts';
import { audioErrors } from '../src/words/errors/audio.ts';
import { consoleErrors } from '../src/words/errors/console.ts';
import { mediaErrors } from '../src/words/errors/media.ts';
import { pageErrors } from '../src/words/errors/page.ts';
import { panelErrors } from '../src/words/errors/panel.ts';
import { coreErrors } from '../src/words/errors/core.ts';
import { deviceErrors } from '../src/words/errors/device.ts';
import { intakeErrors } from '../src/words/errors/intake.ts';
import { storeErrors } from '../src/words/errors/store.ts';
import { uplinkErrors } from '../src/words/errors/uplink.ts';
import { errorsTable } from './errors-table.ts';

/** The error tables by the room whose file holds them; a test compares this with the one table and with the folder. */
export const errorAreas = {
  config: configErrors,
  'config-settings': settingsErrors,
  intake: intakeErrors,
  core: coreErrors,
  store: storeErrors,
  bus: busErrors,
  device: deviceErrors,
  uplink: uplinkErrors,
  cli: cliErrors,
  console: consoleErrors,
  audio: audioErrors,
  media: mediaErrors,
  panel: panelErrors,
  page: pageErrors,
};

/** Replaces what stands between `<!-- name: begin -->` and `<!-- name: end -->`; the rest of the page is written by hand. */
const between = (page: string, name: string, made: string): string => {
  const begin = page.indexOf(`<!-- ${name}: begin -->`);
  const end = page.indexOf(`<!-- ${name}: end -->`);
  if (begin === -1 || end < begin) throw new Error(`the page has no place for the ${name}`);
  return `${page.slice(0, page.indexOf('\n', begin) + 1)}${made}\n${page.slice(end)}`;
};

const schemaFiles = Object.fromEntries(
  [...jsonSchemaFiles()].map(([name, text]) => [`config/schema/${name}`, (): string => text]),
);

/** Documents that are made from the code: path from the project's root, and the whole text, given the text of today. */
export const documents: Readonly<Record<string, (present: string) => string>> = {
  'docs/reference/asyncapi.json': () => asyncApiText({ envelope: EnvelopeSchema, time: SignedTimeSchema }),
  'docs/reference/configuration.md': (present) => between(present, 'keys', configTable()),
  'docs/reference/errors.md': () => errorsTable(errorAreas),
  ...schemaFiles,
};
