import { spawnSync } from 'node:child_process';
import { afterAll, describe, expect, it } from 'vitest';
import { distEntry } from '../support/dist.ts';
import { needs } from '../support/needs.ts';
import { notRun } from './not-run.ts';
import { consoleBlocks, hiddenCommands, missingLines, type ConsoleBlock } from './rules/console-blocks.ts';
import { linkOffences } from './rules/links.ts';
import { show } from './rules/source.ts';
import { readTree, root } from './rules/tree.ts';
import { found, planted } from './planted.ts';
import { openStage, type Stage } from './stages.ts';

const { paths, sources } = readTree();
const documents = sources.filter(({ path }) => path.endsWith('.md'));
const blocks = documents.flatMap(consoleBlocks);
const runnable = blocks
  .filter(({ run }) => run !== null)
  .map((block) => [`${block.path}:${block.line}`, block] as const);

/** The programs that a document calls by name; a refusal by HTTP is a failed command. */
const names = (command: string): string =>
  [
    ...['mingluo', 'centre'].map((name) => {
      const program = name === 'mingluo' ? 'mingluo' : 'centre.entry';
      const file = new RegExp(`\\b${name}\\b`).test(command) ? distEntry(program) : '';
      return `${name}() { "${process.execPath}" "${file}" "$@" ${name === 'centre' ? '--url "$CENTRE"' : ''}; }`;
    }),
    'curl() { command curl --fail-with-body "$@"; }',
  ].join('\n');

/** Runs one shown command as its reader would. */
const runShown = (command: string, language: 'zh' | 'en', { cwd, env }: Pick<Stage, 'cwd' | 'env'>): string => {
  const { stdout, stderr, status } = spawnSync('bash', ['-c', `${names(command)}\n${command}`], {
    cwd,
    env: { ...process.env, LC_ALL: language === 'zh' ? 'zh_CN.UTF-8' : 'C.UTF-8', ...env },
    encoding: 'utf8',
    timeout: 60_000,
  });
  return `${stdout}${stderr}${status === 0 ? '' : `\nexit ${status ?? 'never'}\n`}`;
};

const inProject = { cwd: root, env: {} };

const failuresOf = (
  { path, commands }: ConsoleBlock,
  stage: Pick<Stage, 'cwd' | 'env'> = inProject,
): readonly string[] =>
  commands.flatMap(({ command, output }) => {
    const printed = runShown(command, path.includes('zh-CN') ? 'zh' : 'en', stage);
    const missing = missingLines(output, printed).map((line) => `${command}: does not print “${line}”`);
    const hasFailed = /\nexit \w+\n$/.test(printed) && !output.some((line) => /^exit \d+$/.test(line));
    return hasFailed ? [...missing, `${command} failed:\n${printed}`] : missing;
  });

const callsOf = (block: ConsoleBlock, tool: string): boolean =>
  block.commands.some(({ command }) => new RegExp(`\\b${tool}\\b`).test(command));

const toolsAreThere = (block: ConsoleBlock): boolean =>
  (!callsOf(block, 'curl') || needs('curl', 'curl')) &&
  (!callsOf(block, 'mbpoll') || needs('mbpoll', 'mbpoll')) &&
  (!callsOf(block, 'openssl') || needs('openssl', 'openssl'));

/** One stage for all blocks of a document that want the same: what an earlier command did is there for the next. */
const stages = new Map<string, Promise<Stage>>();
const stageOf = ({ path, run }: ConsoleBlock): Promise<Stage> => {
  const key = `${path} ${run}`;
  const stage = stages.get(key) ?? openStage[run ?? 'project']();
  stages.set(key, stage);
  return stage;
};
afterAll(async () => {
  for (const stage of await Promise.allSettled(stages.values())) if (stage.status === 'fulfilled') stage.value.close();
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
    const neither = blocks.filter((block) => block.run === null && !isListed(block));
    expect(neither.map(({ path, line, commands }) => `${path}:${line} ${commands[0]?.command ?? ''}`)).toEqual([]);
    const stale = notRun.filter(
      ({ path, command }) =>
        !blocks.some((block) => block.run === null && block.path === path && block.commands[0]?.command === command),
    );
    expect(stale).toEqual([]);
  });

  it('stand nowhere but in console blocks', () => {
    expect(documents.flatMap(hiddenCommands).map(show)).toEqual([]);
  });

  it.each(runnable)('%s does what it shows', { timeout: 240_000 }, async (_, block) => {
    if (!toolsAreThere(block)) return;
    expect(failuresOf(block, await stageOf(block))).toEqual([]);
  });
});

describe('reading shown commands', { timeout: 60_000 }, () => {
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
        run: 'project',
        commands: [
          { command: 'mingluo help', output: ['usage: …'] },
          { command: 'mingluo version', output: [] },
        ],
      },
      { path: 'docs/a.md', line: 8, run: null, commands: [{ command: 'npm start', output: [] }] },
    ]);
    const indented = planted(
      'docs/b.md',
      '  <!-- run in a village -->',
      '',
      '  ```console',
      '  $ date',
      '  a',
      '  ```',
    );
    expect(consoleBlocks(indented)).toMatchObject([{ run: 'village', commands: [{ command: 'date', output: ['a'] }] }]);
  });

  it('finds commands in fences of other languages, or of none', () => {
    const shells = ['sh', 'bash', 'shell', 'zsh'].flatMap((language) => ['```' + language, 'rm -r x', '```']);
    const hidden = planted('docs/a.md', ...shells, '```', '$ rm -r x', '```', '```yaml', 'a: $5', '```');
    expect(found(hiddenCommands(hidden))).toEqual([
      '1 commands stand in a console block, not in sh',
      '4 commands stand in a console block, not in bash',
      '7 commands stand in a console block, not in shell',
      '10 commands stand in a console block, not in zsh',
      '14 a command outside a console block',
    ]);
    expect(hiddenCommands(planted('docs/a.md', '```console', '$ date', '```'))).toEqual([]);
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
      run: 'project',
      commands: [{ command, output }],
    });
    expect(failuresOf(block('node -p 6*7', '42'))).toEqual([]);
    expect(failuresOf(block('node -p 6*7', '43'))).toHaveLength(1);
    expect(failuresOf(block('exit 3'))).toHaveLength(1);
    expect(failuresOf(block('exit 3', 'exit 3'))).toEqual([]);
  });
});
