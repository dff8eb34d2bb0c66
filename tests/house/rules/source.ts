/** One file of the project: its path from the project's root with `/`, and its whole text. */
export interface Source {
  readonly path: string;
  readonly text: string;
}

/** One broken rule. `line` counts from 1; 0 means the whole file. */
export interface Offence {
  readonly path: string;
  readonly line: number;
  readonly what: string;
}

export const show = ({ path, line, what }: Offence): string =>
  line === 0 ? `${path}: ${what}` : `${path}:${line}: ${what}`;

/** Lines of any text that match, as offences; for rules that need no syntax. */
export const matchingLines = (source: Source, pattern: RegExp, say: (found: string) => string): readonly Offence[] =>
  source.text.split('\n').flatMap((line, index) => {
    const found = pattern.exec(line);
    return found === null ? [] : [{ path: source.path, line: index + 1, what: say(found[0]) }];
  });
