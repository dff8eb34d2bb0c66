import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { DeviceFile } from './load.ts';

/**
 * Every `*.yaml` below a folder, in the order of their names. Read once at start: the caller gives the folder, because a
 * bundled program does not stand where its sources stood. Throws as node:fs does when the folder cannot be read.
 */
export const readDeviceFolder = (folder: string): readonly DeviceFile[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.yaml'))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .map((path) => ({ file: relative(folder, path), text: readFileSync(path, 'utf8') }));
