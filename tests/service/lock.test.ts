import { mkdtempSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { lockFolder } from '../../src/box/lock.ts';

const folder = (): string => mkdtempSync(join(tmpdir(), 'mingluo-lock-'));

describe('the lock of the state folder', () => {
  test('is refused while its owner runs, and free again when it was given back', () => {
    const dir = folder();
    const first = lockFolder(dir);
    expect(lockFolder(dir)).toMatchObject({ ok: false, failure: { code: 'already-running' } });
    if (first.ok) first.value.release();
    expect(existsSync(join(dir, 'mingluo.pid'))).toBe(false);
    expect(lockFolder(dir).ok).toBe(true);
  });

  test('of a dead box is cleared away, also when its number belongs to another program now', () => {
    // Process 1 always runs and is never this box; a bare number is what an older version wrote.
    for (const left of ['1\n5 another-boot\n', '1', '999999999\n1 x\n', 'rubbish']) {
      const dir = folder();
      writeFileSync(join(dir, 'mingluo.pid'), left);
      expect(lockFolder(dir).ok).toBe(true);
      expect(readFileSync(join(dir, 'mingluo.pid'), 'utf8')).toMatch(new RegExp(`^${process.pid}\n`));
    }
  });
});
