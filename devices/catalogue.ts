import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Catalogue, RegisterDevice } from './define.ts';
import { readDeviceFolder } from './folder.ts';
import { frameDevices } from './frames.ts';
import { loadCatalogue, type DeviceFile } from './load.ts';
import type { Loaded } from './problem.ts';

/**
 * What the build writes beside the device files: on the first line a hash over those files and the rest, then every
 * register device as JSON, read and checked. Reading YAML is a third of what the box does before it is ready.
 */
export const checkedFile = 'catalogue.checked';

const hashOf = (files: readonly DeviceFile[], json: string): string => {
  const hash = createHash('sha256');
  for (const { file, text } of files) hash.update(JSON.stringify([file, text]));
  return hash.update(json).digest('hex');
};

/** The text of `catalogue.checked` for a folder, or what is wrong with its files. Throws as node:fs does. */
export const checkedCatalogue = (folder: string): Loaded<string> => {
  const files = readDeviceFolder(folder);
  const loaded = loadCatalogue(files);
  if (!loaded.ok) return loaded;
  const json = JSON.stringify([...loaded.value.registers.values()]);
  return { ok: true, value: `${hashOf(files, json)}\n${json}` };
};

/**
 * The models of a folder: as the build has read and checked them, if its files and its record are unchanged since; else
 * read and checked now. Throws as node:fs does when the folder cannot be read.
 */
export const readCatalogue = (folder: string): Loaded<Catalogue> => {
  const files = readDeviceFolder(folder);
  const record = join(folder, checkedFile);
  const text = existsSync(record) ? readFileSync(record, 'utf8') : '';
  const json = text.slice(text.indexOf('\n') + 1);
  if (json === '' || text !== `${hashOf(files, json)}\n${json}`) return loadCatalogue(files);
  // The hash says that this is what `checkedCatalogue` wrote of these very files.
  const devices = JSON.parse(json) as readonly RegisterDevice[];
  const registers = new Map(devices.map((device) => [device.model, device]));
  return { ok: true, value: { registers, frames: frameDevices } };
};
