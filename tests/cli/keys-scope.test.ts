import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { keysEnrol, spokenFingerprint } from '../../src/cli/keys.ts';
import { fingerprintOf } from '../../src/intake/keys.ts';
import { publicKeys } from '../intake/fixture.ts';

const enrolled = async (...scope: string[]) => {
  const folder = mkdtempSync(join(tmpdir(), 'mingluo-scope-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const [key, senders] = [join(folder, 'centre.pub'), join(folder, 'senders.json')];
  writeFileSync(key, publicKeys.county);
  const err: string[] = [];
  const io = { language: 'en', out: () => undefined, err: (line: string) => err.push(line), environment: {} } as const;
  const typed = ['--fingerprint', spokenFingerprint(fingerprintOf(publicKeys.county))];
  const code = await keysEnrol.run([key, '--senders', senders, '--id', 'county-1', ...typed, ...scope], io);
  const kept: unknown = existsSync(senders) ? JSON.parse(readFileSync(senders, 'utf8')) : null;
  return { code, err: err.join('\n'), kept };
};

test.each([[[]], [['--scope', '']]])(
  'a sender whose scope is not said (%j) is not enrolled for everywhere',
  async (scope) => {
    const { code, err, kept } = await enrolled(...scope);
    expect([code, kept]).toEqual([2, null]);
    expect(err).toMatch(/--scope and a division code .* or --scope all/);
  },
);

test('a sender is enrolled for the area that was said, or for everywhere', async () => {
  expect(await enrolled('--scope', '500112')).toMatchObject({ code: 0, kept: [{ scope: '500112' }] });
  expect(await enrolled('--scope', 'all')).toMatchObject({ code: 0, kept: [{ scope: '' }] });
});
