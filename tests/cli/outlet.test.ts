import { describe, expect, test } from 'vitest';
import type { Io } from '../../src/cli/command.ts';
import { journalExport, journalShow } from '../../src/cli/journal.ts';
import { guarded, outlet } from '../../src/cli/outlet.ts';
import { run } from '../../src/cli/run.ts';
import { checkSocketPath } from '../../src/console/control-server.ts';

const talk = (): { io: Io; said: string[] } => {
  const said: string[] = [];
  const say = (line: string): void => void said.push(line);
  return { said, io: { language: 'en', out: say, err: say, environment: {} } };
};

describe('the command line', () => {
  test('goes on in silence when nobody reads its output any more', () => {
    const written: string[] = [];
    let breakPipe: (error: Error) => void = () => expect.fail('nobody listens for errors');
    const line = outlet({
      write: (text) => written.push(text),
      on: (_event, listener) => (breakPipe = listener),
    });
    line('one');
    breakPipe(new Error('EPIPE'));
    line('two');
    expect(written).toEqual(['one\n']);
  });

  test('tells what nobody expected as one line with a code', async () => {
    const { io, said } = talk();
    expect(await guarded(io, () => Promise.reject(new Error('torn')))).toBe(1);
    expect(said).toEqual([expect.stringContaining('torn [unexpected]')]);
  });

  test('takes only a record number after --from', async () => {
    for (const command of [journalShow, journalExport]) {
      expect(await command.run(['--from', 'abc', '--state', '/nowhere'], talk().io)).toBe(2);
    }
  });

  test('names a missing file of overrides as such', async () => {
    const { io, said } = talk();
    expect(await run.run(['--config', '/nowhere', '--overrides', '/nowhere/o.json'], io)).toBe(3);
    expect(said.join()).toContain('[overrides-invalid]');
  });

  test('refuses a state folder whose control socket could not be opened', () => {
    expect(checkSocketPath(`/${'a'.repeat(107)}`)).toMatchObject({ ok: false });
    expect(checkSocketPath(`/${'a'.repeat(106)}`)).toMatchObject({ ok: true });
  });
});
