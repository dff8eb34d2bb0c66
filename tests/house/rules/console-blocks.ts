import type { Source } from './source.ts';

/** One command of a ```console block, with the lines shown under it. */
export interface ShownCommand {
  readonly command: string;
  readonly output: readonly string[];
}

/** A ```console block of a document; `run` when `<!-- run -->` stands before it. */
export interface ConsoleBlock {
  readonly path: string;
  readonly line: number;
  readonly run: boolean;
  readonly commands: readonly ShownCommand[];
}

const commandsOf = (body: readonly string[]): readonly ShownCommand[] => {
  const commands: { command: string; output: string[] }[] = [];
  for (const line of body) {
    if (line.startsWith('$ ')) commands.push({ command: line.slice(2).trim(), output: [] });
    else if (line.trim() !== '') commands.at(-1)?.output.push(line.trim());
  }
  return commands;
};

export const consoleBlocks = (source: Source): readonly ConsoleBlock[] => {
  const lines = source.text.split('\n');
  return lines.flatMap((line, index) => {
    if (line.trim() !== '```console') return [];
    const end = lines.findIndex((other, at) => at > index && other.trim() === '```');
    const before = lines.slice(0, index).findLast((other) => other.trim() !== '');
    const body = lines.slice(index + 1, end === -1 ? undefined : end);
    return [{ path: source.path, line: index + 1, run: before?.trim() === '<!-- run -->', commands: commandsOf(body) }];
  });
};

const patternOf = (shown: string): RegExp =>
  new RegExp(
    shown
      .split('…')
      .map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'))
      .join('.*'),
  );

/** Lines shown in the document that the program did not print, in that order; `…` stands for anything. */
export const missingLines = (shown: readonly string[], printed: string): readonly string[] => {
  let rest = printed.split('\n');
  return shown
    .filter((line) => line !== '…')
    .filter((line) => {
      const at = rest.findIndex((other) => patternOf(line).test(other));
      if (at !== -1) rest = rest.slice(at + 1);
      return at === -1;
    });
};
