import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename } from 'node:path';
import { expect, it } from 'vitest';
import setup, { folderPrefix } from './temporary-folder.ts';

it('gives all tests one folder for what is temporary', () => {
  expect(basename(tmpdir())).toMatch(new RegExp(`^${folderPrefix}`));
});

it('takes that folder away at the end, and leaves the setting as it was', () => {
  const before = tmpdir();
  const tearDown = setup();
  const during = tmpdir();
  expect([existsSync(during), during === before]).toEqual([true, false]);
  tearDown();
  expect([existsSync(during), tmpdir()]).toEqual([false, before]);
});
