import { expect, test, vi } from 'vitest';
import { run } from '../../src/cli/run.ts';
import { startBox } from '../../src/main.ts';
import { failed } from '../../src/words/failure.ts';

vi.mock('../../src/main.ts', () => ({
  startBox: vi.fn(() => Promise.resolve({ ok: false, failures: [failed('unexpected', { detail: '' }).failure] })),
}));

/** The folder in which a box that is started so would keep its state. */
const folderOf = async (environment: Readonly<Record<string, string>>, ...more: string[]): Promise<string> => {
  const io = { language: 'en', out: () => undefined, err: () => undefined, environment } as const;
  await run.run(['--config', 'config', ...more], io);
  return vi.mocked(startBox).mock.lastCall?.[0].stateDir ?? '';
};

test('a box keeps its state where the other commands look for it', async () => {
  const [mine, given] = [{ MINGLUO_STATE: '/mine' }, { STATE_DIRECTORY: '/given' }];
  expect(await folderOf({ ...mine, ...given }, '--state', '/said')).toBe('/said');
  expect(await folderOf({ ...mine, ...given })).toBe('/mine');
  expect(await folderOf(given)).toBe('/given');
  expect(await folderOf({})).toBe('/var/lib/mingluo');
});

test('a variable that is empty names no folder: the box does not begin anew where it was started', async () => {
  expect(await folderOf({ MINGLUO_STATE: '', STATE_DIRECTORY: '/given' })).toBe('/given');
  expect(await folderOf({ MINGLUO_STATE: '', STATE_DIRECTORY: '' })).toBe('/var/lib/mingluo');
});
