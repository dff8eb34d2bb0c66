import { appendFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { expect } from 'vitest';

/** A header or data package has no command of its own: it is asked for by the path of a file it brings. */
const isThere = (binary: string): boolean =>
  binary.startsWith('/')
    ? spawnSync('test', ['-e', binary]).status === 0
    : spawnSync('sh', ['-c', 'command -v "$0"', binary]).status === 0;

/**
 * Asks for a tool that comes from a Debian package: `needs('mbpoll', 'mbpoll')`, or a file with its whole path. Missing in
 * CI is a failure that names the package. Elsewhere the test returns early and is counted as skipped by package name: the
 * closing line of `npm test` reads the ledger named by MINGLUO_SKIPS, one `package <tab> test` a line.
 */
export const needs = (debianPackage: string, binary: string): boolean => {
  if (isThere(binary)) return true;
  const message = `needs the Debian package ${debianPackage} (${binary} not found); .ci/debian.sh installs it`;
  if (process.env['CI'] === 'true') throw new Error(message);
  const { testPath, currentTestName } = expect.getState();
  const ledger = process.env['MINGLUO_SKIPS'];
  const test = currentTestName === undefined ? '' : `${testPath ?? ''} ${currentTestName}`;
  if (ledger !== undefined) appendFileSync(ledger, `${debianPackage}\t${test.replaceAll(/\s+/g, ' ')}\n`);
  console.warn(`skipped: ${message}`);
  return false;
};
