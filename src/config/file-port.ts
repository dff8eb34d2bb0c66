import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** What reading a site needs from a disk: bytes of a file, names in a folder; null where there is none. */
export interface FilePort {
  readFile(path: string): Promise<Uint8Array | null>;
  /** Names of the files in a folder, links to files included, in any order; empty when the folder does not exist. */
  list(path: string): Promise<readonly string[]>;
}

/** No file of a site is larger; a larger one is cut here and refused by its reader, so that memory stays bounded. */
const largestFileBytes = 20 * 1024 * 1024;

const absent = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');

/** The real disk. Other errors than absence (no permission, I/O) throw: they are not a matter of the configuration. */
export const diskPort: FilePort = {
  readFile: async (path) => {
    try {
      const { size, isFile } = await stat(path).then((one) => ({ size: one.size, isFile: one.isFile() }));
      if (!isFile) return null;
      return size > largestFileBytes ? new Uint8Array(largestFileBytes) : await readFile(path);
    } catch (error) {
      if (absent(error)) return null;
      throw error;
    }
  },
  list: async (path) => {
    try {
      const entries = await readdir(path, { withFileTypes: true });
      return entries.filter((entry) => entry.isFile() || entry.isSymbolicLink()).map((entry) => entry.name);
    } catch (error) {
      if (absent(error)) return [];
      throw error;
    }
  },
};

/** Paths of a site stand inside its folder unless they are absolute. */
export const inFolder = (folder: string, path: string): string => (path.startsWith('/') ? path : join(folder, path));
