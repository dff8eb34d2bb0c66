import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import type { Command } from '../../src/cli/command.ts';
import { helpFor } from '../../src/cli/help.ts';
import { lift } from '../../src/cli/lift.ts';
import { journalShow, journalVerify } from '../../src/cli/journal.ts';

const commands: readonly Command[] = [lift, journalShow, journalVerify];

const asked = (line: string, language: 'zh' | 'en' = 'en') => {
  const said: string[] = [];
  const say = (text: string): void => void said.push(text);
  const io = { language, out: say, err: () => expect.fail('help is no complaint'), environment: {} };
  const code = helpFor(line.split(' ').filter(Boolean), commands, io);
  return { code, said: said.join('\n') };
};

describe('help', () => {
  test.each(['lift --help', 'lift -h', 'help lift', 'lift some-alert --help'])(
    '%s says the usage of that command alone, in both languages, and ends with 0',
    (line) => {
      for (const language of ['zh', 'en'] as const) {
        const { code, said } = asked(line, language);
        expect(code).toBe(0);
        expect(said).toBe(`  mingluo ${lift.usage}\n      ${lift.summary[language]}`);
      }
    },
  );

  test.each(['', 'help', '--help', 'help --help'])('“%s” is about every command', (line) => {
    const { code, said } = asked(line);
    expect(code).toBe(0);
    for (const { usage } of commands) expect(said).toContain(usage);
  });

  test('a first word alone is about all that begin with it', () => {
    const { code, said } = asked('journal --help');
    expect(code).toBe(0);
    expect(said).toContain(journalShow.usage);
    expect(said).toContain(journalVerify.usage);
    expect(said).not.toContain(lift.usage);
  });

  test('a command that nobody knows, or a line that asks for no help, is left to others', () => {
    expect(asked('lfit --help').code).toBeNull();
    expect(asked('lift some-alert').code).toBeNull();
  });

  test.each([
    ['zh_CN.UTF-8', '用法：npm start'],
    ['C.UTF-8', 'usage: npm start'],
  ])(
    'of the emulated village is said in %s and starts nothing',
    async (LANG, text) => {
      const run = promisify(execFile);
      const env = { PATH: process.env['PATH'] ?? '', LANG, LC_ALL: LANG };
      const { stdout } = await run(process.execPath, ['--import', 'tsx', 'emulator/village.ts', '--help'], { env });
      expect(stdout).toContain(text);
      expect(stdout).toContain('--fault');
    },
    60_000,
  );
});
