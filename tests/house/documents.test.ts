import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { distEntry } from '../support/dist.ts';
import { notRun } from './not-run.ts';
import { consoleBlocks, missingLines, type ConsoleBlock } from './rules/console-blocks.ts';
import { linkOffences } from './rules/links.ts';
import { show } from './rules/source.ts';
import { readTree, root } from './rules/tree.ts';
import { found, planted } from './planted.ts';

const { paths, sources } = readTree();
const documents = sources.filter(({ path }) => path.endsWith('.md'));
const blocks = documents.flatMap(consoleBlocks);
const runnable = blocks.filter(({ run }) => run).map((block) => [`${block.path}:${block.line}`, block] as const);

/** Runs one shown command as its reader would, with `mingluo` standing for the compiled program. */
const runShown = (command: string, language: 'zh' | 'en'): string => {
  const program = /\bmingluo\b/.test(command) ? distEntry('mingluo') : '';
  const script = `mingluo() { "${process.execPath}" "${program}" "$@"; }\n${command}`;
  const env = { ...process.env, LC_ALL: language === 'zh' ? 'zh_CN.UTF-8' : 'C.UTF-8' };
  const { stdout, stderr, status } = spawnSync('bash', ['-c', script], {
    cwd: root,
    env,
    encoding: 'utf8',
    timeout: 15_000,
  });
  return `${stdout}${stderr}${status === 0 ? '' : `\nexit ${status ?? 'never'}\n`}`;
};

const failuresOf = ({ path, commands }: ConsoleBlock): readonly string[] =>
  commands.flatMap(({ command, output }) => {
    const printed = runShown(command, path.includes('zh-CN') ? 'zh' : 'en');
    const missing = missingLines(output, printed).map((line) => `${command}: does not print “${line}”`);
    const hasFailed = /\nexit \w+\n$/.test(printed) && !output.some((line) => /^exit \d+$/.test(line));
    return hasFailed ? [...missing, `${command} failed:\n${printed}`] : missing;
  });

describe('links of the documents', () => {
  it('lead somewhere, and the index names every document', () => {
    expect(linkOffences(documents, paths).map(show)).toEqual([]);
  });

  it('are found when dead, and a document is found when the index forgets it', () => {
    const index = planted(
      'docs/README.md',
      '[a](reference/a.md#x) [b](reference/b.md)',
      '[out](https://example.org/x)',
    );
    const offences = linkOffences([index], ['docs/README.md', 'docs/reference/a.md', 'docs/reference/c.md']);
    expect(found(offences)).toEqual(['1 docs/reference/b.md does not exist', '0 docs/README.md does not name it']);
  });
});

describe('commands shown in the documents', () => {
  it('are each run by this test, or listed with the reason why not', () => {
    const isListed = (block: ConsoleBlock): boolean =>
      notRun.some(({ path, command }) => path === block.path && command === block.commands[0]?.command);
    const neither = blocks.filter((block) => !block.run && !isListed(block));
    expect(neither.map(({ path, line, commands }) => `${path}:${line} ${commands[0]?.command ?? ''}`)).toEqual([]);
    const stale = notRun.filter(
      ({ path, command }) =>
        !blocks.some((block) => !block.run && block.path === path && block.commands[0]?.command === command),
    );
    expect(stale).toEqual([]);
  });

  it.each(runnable)('%s does what it shows', { timeout: 60_000 }, (_, block) => {
    expect(failuresOf(block)).toEqual([]);
  });
});

describe('reading shown commands', () => {
  it('takes blocks with their mark, commands and output', () => {
    const text = [
      '<!-- run -->',
      '',
      '```console',
      '$ mingluo help',
      'usage: …',
      '$ mingluo version',
      '```',
      '```console',
      '$ npm start',
      '```',
    ];
    expect(consoleBlocks(planted('docs/a.md', ...text))).toEqual([
      {
        path: 'docs/a.md',
        line: 3,
        run: true,
        commands: [
          { command: 'mingluo help', output: ['usage: …'] },
          { command: 'mingluo version', output: [] },
        ],
      },
      { path: 'docs/a.md', line: 8, run: false, commands: [{ command: 'npm start', output: [] }] },
    ]);
  });

  it('finds shown lines that were not printed, or in another order', () => {
    const printed = 'a (1)\nb 2 ms\nc\n';
    expect(missingLines(['a (1)', 'b … ms', '…', 'c'], printed)).toEqual([]);
    expect(missingLines(['b … ms', 'a (1)'], printed)).toEqual(['a (1)']);
    expect(missingLines(['a .1.'], printed)).toEqual(['a .1.']);
  });

  it('runs a command and says when it fails', () => {
    const block = (command: string, ...output: readonly string[]): ConsoleBlock => ({
      path: 'docs/a.md',
      line: 1,
      run: true,
      commands: [{ command, output }],
    });
    expect(failuresOf(block('node -p 6*7', '42'))).toEqual([]);
    expect(failuresOf(block('node -p 6*7', '43'))).toHaveLength(1);
    expect(failuresOf(block('exit 3'))).toHaveLength(1);
    expect(failuresOf(block('exit 3', 'exit 3'))).toEqual([]);
  });
});
