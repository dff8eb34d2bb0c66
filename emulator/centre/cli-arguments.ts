/** A command line as it was typed: `--name value`, `--name=value`, flags that take no value, and bare words. */
export interface Arguments {
  readonly words: readonly string[];
  /** Every value of every option, in order. */
  readonly options: ReadonlyMap<string, readonly string[]>;
  readonly flags: ReadonlySet<string>;
}

const flagNames = new Set(['json', 'help', 'h']);

/** Null when an option lacks its value. */
export const readArguments = (typed: readonly string[]): Arguments | null => {
  const words: string[] = [];
  const flags = new Set<string>();
  const options = new Map<string, string[]>();
  for (let index = 0; index < typed.length; index += 1) {
    const [, name, inline] = /^--?([a-zA-Z][\w-]*)(?:=(.*))?$/s.exec(typed[index] ?? '') ?? [];
    if (name === undefined) words.push(typed[index] ?? '');
    else if (flagNames.has(name)) flags.add(name);
    else {
      if (inline === undefined) index += 1;
      const value = inline ?? typed[index];
      if (value === undefined) return null;
      options.set(name, [...(options.get(name) ?? []), value]);
    }
  }
  return { words, options, flags };
};
