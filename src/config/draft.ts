import type { Catalogue } from '../../devices/define.ts';
import type { ErrorCode } from '../words/error-codes.ts';
import type { Failure } from '../words/failure.ts';
import type { PeopleFile } from './schema/people.ts';
import type { PlanFile } from './schema/plan.ts';
import type { SiteFile } from './schema/site.ts';
import { fieldOf, type Path, type Source } from './yaml-source.ts';

/** A file of the right form, with its places. */
export interface Located<T> {
  readonly source: Source;
  readonly value: T;
  /** Fields whose value is a stand-in for a wrong one: rules say nothing about them. */
  readonly patched: ReadonlySet<string>;
}

/** All files of a site, each of the right form by itself; what the rules between them read. */
export interface Draft {
  readonly site: Located<SiteFile>;
  readonly people: Located<PeopleFile> | null;
  readonly plans: readonly Located<PlanFile>[];
  /** False when a plan file could not be read: then an unknown plan may be that one, and is not reported. */
  readonly plansComplete: boolean;
  readonly catalogue: Catalogue;
  /** False when a device file of the site itself could not be read. */
  readonly modelsComplete: boolean;
  /** Length of each file of `audio/` in ms, by its path; null for a file that is no WAV, MP3 or Ogg Opus. */
  readonly audio: ReadonlyMap<string, number | null>;
}

/** One law between the files. It reports, it never throws. */
export type Rule = (draft: Draft) => readonly Failure[];

/** A failure at a value of a file; none where the value is only a stand-in. */
export const faultAt = (
  { source, patched }: Located<unknown>,
  path: Path,
  code: ErrorCode,
  params: Failure['params'],
): readonly Failure[] => {
  const parts = path.map((_, index) => fieldOf(path.slice(0, index + 1)));
  return parts.some((field) => patched.has(field)) ? [] : [{ code, params, at: source.at(path) }];
};
