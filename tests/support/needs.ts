import { appendFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';

/**
 * Asks for a tool that comes from a Debian package. Missing in CI is a failure that names the package. Elsewhere the
 * test is counted as skipped by package name: the closing line of `npm test` reads the file named by MINGLUO_SKIPS.
 */
export const needs = (debianPackage: string, binary: string): boolean => {
  const found = spawnSync('sh', ['-c', `command -v "$0"`, binary], { encoding: 'utf8' }).status === 0;
  if (found) return true;
  const message = `needs the Debian package ${debianPackage} (${binary} not found); .ci/debian.sh installs it`;
  if (process.env['CI'] === 'true') throw new Error(message);
  const ledger = process.env['MINGLUO_SKIPS'];
  if (ledger !== undefined) appendFileSync(ledger, `${debianPackage}\n`);
  console.warn(`skipped: ${message}`);
  return false;
};
