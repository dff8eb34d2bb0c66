import type { Offence, Source } from './source.ts';

/** One command of a ```console block, with the lines shown under it. */
export interface ShownCommand {
  readonly command: string;
  readonly output: readonly string[];
}

/** Where a block is run: in the project, in a folder of the reader's own, beside a running village or practice centre. */
const marks = {
  '<!-- run -->': 'project',
  '<!-- run in a folder -->': 'folder',
  '<!-- run in a village -->': 'village',
  '<!-- run in a centre -->': 'centre',
} as const;

export type Place = (typeof marks)[keyof typeof marks];

const isMark = (text: string): text is keyof typeof marks => Object.hasOwn(marks, text);

/** A ```console block of a document; `run` says where, when a mark of those above stands before it. */
export interface ConsoleBlock {
  readonly path: string;
  readonly line: number;
  readonly run: Place | null;
  readonly commands: readonly ShownCommand[];
}

const commandsOf = (body: readonly string[]): readonly ShownCommand[] => {
  const commands: { command: string; output: string[] }[] = [];
  for (const line of body) {
    const shown = line.trim();
    if (shown.startsWith('$ ')) commands.push({ command: shown.slice(2).trim(), output: [] });
    else if (shown !== '') commands.at(-1)?.output.push(shown);
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
    const mark = before?.trim() ?? '';
    const run = isMark(mark) ? marks[mark] : null;
    return [{ path: source.path, line: index + 1, run, commands: commandsOf(body) }];
  });
};

/** Commands that would escape: in a fence of another language, or in a block without one. */
export const hiddenCommands = ({ path, text }: Source): readonly Offence[] => {
  let fence: string | null = null;
  return text.split('\n').flatMap((line, index) => {
    const [, opened] = /^\s*```\s*([\w-]*)/.exec(line) ?? [];
    const at = { path, line: index + 1 };
    if (opened !== undefined) {
      fence = fence === null ? opened : null;
      return fence !== null && /^(sh|bash|zsh|shell|shell-session|terminal)$/i.test(fence)
        ? [{ ...at, what: `commands stand in a console block, not in ${fence}` }]
        : [];
    }
    return fence !== null && fence !== 'console' && /^\s*\$ \S/.test(line)
      ? [{ ...at, what: 'a command outside a console block' }]
      : [];
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
