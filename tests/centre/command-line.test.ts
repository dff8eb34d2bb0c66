import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { runCli, type ExitCode } from '../../emulator/centre/cli.ts';
import { servePage } from '../../emulator/centre/http.ts';
import { until } from './scripted-box.ts';
import { cleanUp, connectBox, later, startCentre, temporaryFolder } from './support.ts';

afterEach(cleanUp);

interface Outcome {
  readonly code: ExitCode;
  readonly out: string;
  readonly err: string;
}

const run = async (args: readonly string[], locale = 'en_GB.UTF-8'): Promise<Outcome> => {
  const out: string[] = [];
  const err: string[] = [];
  const code = await runCli(args, {
    environment: { LC_ALL: locale },
    out: (line) => out.push(line),
    err: (line) => err.push(line),
    serve: () => Promise.resolve(0),
  });
  return { code, out: out.join('\n'), err: err.join('\n') };
};

const start = async () => {
  const centre = await startCentre();
  const page = await servePage(centre, 0);
  later(() => page.close());
  return { centre, url: ['--url', page.url] };
};

describe('the command line', () => {
  it('issues a drill, and shows its receipts in the language of the locale', async () => {
    const { centre, url } = await start();
    const box = await connectBox(centre);
    const drill = await run(['drill', '--headline', '暴雨演练', ...url, '--json']);
    expect(drill.code).toBe(0);
    const { id, sentTo } = JSON.parse(drill.out) as { id: string; sentTo: string[] };
    expect(sentTo).toEqual([box.id]);
    box.send({ type: 'receipts', items: [box.receipt(1, { trace: id })] });
    await until(() => centre.receipts().length === 1);
    expect((await run(['receipts', ...url])).out).toMatch(/shiling-01 #1 .*received/);
    expect((await run(['receipts', ...url], 'zh_CN.UTF-8')).out).toMatch(/shiling-01 #1 .*已收到/);
    expect((await run(['receipts', '--trace', 'none', ...url])).out).toBe('');
    const state = (await run(['state', ...url])).out;
    expect(state).toContain('● shiling-01');
    expect(state).toMatch(new RegExp(`^issue {2}暴雨演练 .*\\[${id}\\]`, 'm'));
  });

  it('cuts the uplink for the seconds given', async () => {
    const { centre, url } = await start();
    const box = await connectBox(centre);
    expect((await run(['cut', '0.2', ...url])).code).toBe(0);
    await until(() => !box.isOpen());
  });

  it.each([
    [['explode'], 2, 'wrong usage'],
    [['drill', 'one', 'two'], 2, 'wrong usage'],
    [['drill', '--severity'], 2, 'Usage'],
    [[], 2, 'Usage'],
    [['drill', '--severity', 'purple'], 2, 'centre-input-field'],
    [['drill', '--colour', 'red'], 2, 'centre-input-unknown'],
    [['cancel'], 1, 'centre-alert-unknown'],
  ] as const)('%j ends with %i and says %s', async (args, code, said) => {
    const { url } = await start();
    const outcome = await run(args.length > 0 && args.at(-1) !== '--severity' ? [...args, ...url] : args);
    expect(outcome.code).toBe(code);
    expect(outcome.err).toContain(said);
  });

  it('says that no centre is there, with 1', async () => {
    const outcome = await run(['stop', '--url', 'http://127.0.0.1:9/'], 'zh_CN.UTF-8');
    expect(outcome.code).toBe(1);
    expect(outcome.err).toContain('centre-unreachable');
    expect(outcome.err).toContain('无法连接');
  });

  it('names the way to the centre of npm start, which has a port of its own, in both languages', async () => {
    for (const locale of ['en_GB.UTF-8', 'zh_CN.UTF-8']) {
      expect((await run(['red', '--url', 'http://127.0.0.1:9/'], locale)).err).toMatch(
        /npm start.*--url|--url.*npm start/,
      );
    }
  });

  it('explains itself in both languages', async () => {
    expect((await run(['--help'])).out).toContain('Exit codes');
    expect((await run(['--help'], 'zh_CN.UTF-8')).out).toContain('退出码');
    expect((await run(['drill', '--help'])).out).toContain('--sirenUnlocked');
  });
});

describe('the program', () => {
  const entry = join(fileURLToPath(new URL('../..', import.meta.url)), 'emulator/centre/centre.entry.ts');

  it('ends a command as it would when nobody reads on', async () => {
    const child = spawn(process.execPath, ['--import', 'tsx', entry, '--help'], { stdio: 'pipe' });
    child.stdout.destroy();
    let complaint = '';
    child.stderr.on('data', (data: Buffer) => (complaint += data.toString()));
    const code = await new Promise<number | null>((resolve) => child.once('exit', resolve));
    expect([code, complaint]).toEqual([0, '']);
  }, 90_000);

  it('serves with the time it was given, ends at SIGTERM with 0, and refuses bad options with 2', async () => {
    const program = (...args: readonly string[]) => {
      const child = spawn(process.execPath, ['--import', 'tsx', entry, 'serve', ...args], { stdio: 'pipe' });
      const code = new Promise<number | null>((resolve) => child.once('exit', resolve));
      later(async () => {
        child.kill();
        await code;
      });
      return { child, code };
    };
    const dir = await temporaryFolder();
    const good = program(
      '--port',
      '0',
      '--http',
      '0',
      '--dir',
      dir,
      '--json',
      '--start-time',
      '2026-11-23T09:00+08:00',
    );
    const bad = program('--port', '70000');
    let printed = '';
    good.child.stdout.on('data', (data: Buffer) => (printed += data.toString()));
    await until(() => printed.includes('\n'));
    const { page, url, keys } = JSON.parse(printed) as { page: string; url: string; keys: { practice: boolean }[] };
    expect(url).toMatch(/^ws:\/\/127\.0\.0\.1:\d+\/$/);
    expect(keys).toMatchObject([{ practice: true }]);
    const { value } = (await (await fetch(`${page}api/state`)).json()) as { value: { wall: number } };
    expect(Math.abs(value.wall - Date.parse('2026-11-23T09:00+08:00'))).toBeLessThan(60_000);
    good.child.kill('SIGTERM');
    expect([await good.code, await bad.code]).toEqual([0, 2]);
  }, 90_000);
});
