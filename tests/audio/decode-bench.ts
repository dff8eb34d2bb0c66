import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll } from 'vitest';
import { createDecoder, type Decoder } from '../../src/audio/make/decoder.ts';
import { forkChild, type Child } from '../../src/audio/make/helper-child.ts';
import { distEntry } from '../support/dist.ts';

/** A folder and a decoder with its real child, for one test file; both are gone after it. */
export const folder = mkdtempSync(join(tmpdir(), 'mingluo-decode-'));
const entry = pathToFileURL(distEntry('decode.entry'));
export const start = (): Child => forkChild(entry, 96);
export const decoder: Decoder = createDecoder({ start });

afterAll(() => {
  decoder.close();
  rmSync(folder, { recursive: true });
});

export const saved = (name: string, bytes: Uint8Array): string => {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
};

export const whole = { longestMs: 60_000 };
