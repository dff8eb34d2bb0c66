import type { Offence } from './source.ts';

const kebab = /^\.?[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+(-[a-z0-9]+)*)*$/;

/** Names that a tool or custom prescribes. */
const given = new Set(['README.md', 'README.zh-CN.md', 'CHANGELOG.md', 'LICENSE', 'NOTICE', 'package-lock.json']);

/** Files and folders whose name is not kebab-case. */
export const nameOffences = (paths: readonly string[]): readonly Offence[] =>
  paths
    .filter((path) => !path.split('/').every((part) => kebab.test(part) || given.has(part)))
    .map((path) => ({ path, line: 0, what: 'names are kebab-case' }));
