import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { guardFolder } from '../../src/box/folder-guard.ts';
import type * as lock from '../../src/box/lock.ts';
import { journalAcceptLoss } from '../../src/cli/journal-accept-loss.ts';
import { startBox } from '../../src/main.ts';
import { ok } from '../../src/words/failure.ts';
import { needs } from '../support/needs.ts';

/** The disk takes no lock file. */
vi.mock('../../src/box/lock.ts', async (load) => ({
  ...(await load<typeof lock>()),
  lockFolder: () => ok({ isHeld: false, release: () => undefined }),
}));

const guarded = (): string => {
  const dir = mkdtempSync(join(tmpdir(), 'mingluo-guarded-'));
  const guard = guardFolder(dir);
  onTestFinished(() => {
    if (guard.ok) guard.value.release();
    rmSync(dir, { recursive: true, force: true });
  });
  return dir;
};

test('a second box is refused a guarded folder', async () => {
  if (!needs('util-linux', 'flock')) return;
  const started = await startBox({ configDir: 'config', devicesDir: 'devices', stateDir: guarded(), environment: {} });
  if (started.ok) await started.value.stop();
  expect(started).toMatchObject({ ok: false, failures: [{ code: 'already-running' }] });
});

test('nobody accepts a loss in a guarded folder', async () => {
  if (!needs('util-linux', 'flock')) return;
  const said: string[] = [];
  const write = (text: string): void => void said.push(text);
  const io = { language: 'en', out: write, err: write, environment: {} } as const;
  await journalAcceptLoss.run(['--state', guarded(), '--yes'], io);
  expect(said.join('')).toContain('already-running');
});
