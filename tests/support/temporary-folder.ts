/**
 * Runs around all tests: whatever they write to the system's folder for temporary files stands in one folder that goes
 * with the run, also what a test that failed has left.
 */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const folderPrefix = 'mingluo-tests-';

const setup = (): (() => void) => {
  const before = process.env['TMPDIR'];
  const folder = mkdtempSync(join(tmpdir(), folderPrefix));
  // Some tests start programs as another user: it must find its way to what they are given.
  chmodSync(folder, 0o711);
  process.env['TMPDIR'] = folder;
  return () => {
    if (before === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = before;
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  };
};

export default setup;
