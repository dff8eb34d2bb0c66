import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { realDisk } from '../../src/store/disk.ts';
import { openMedia } from '../../src/store/media.ts';
import { seededRandom } from '../../src/store/seeded-random.ts';
import { ok } from '../../src/words/failure.ts';
import { valueOf } from './support.ts';

const folder = mkdtempSync(join(tmpdir(), 'mingluo-media-'));
const writer = join(folder, 'writer.mjs');

beforeAll(async () => {
  const entry = join(import.meta.dirname, 'media-child.ts');
  await build({ entryPoints: [entry], outfile: writer, bundle: true, platform: 'node', format: 'esm' });
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface End {
  readonly ms: number;
  /** Counted from the moment in which so many recordings are stored. */
  readonly afterStored: number;
}

/** Starts a writer, kills it with -9, and gives back what it said was stored. */
const killedAfter = (dir: string, seed: number, { ms, afterStored }: End): Promise<readonly string[]> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [writer, dir, String(seed)], { stdio: ['ignore', 'pipe', 'inherit'] });
    let out = '';
    let isCounted = false;
    child.stdout.on('data', (chunk: Buffer) => {
      out += chunk.toString();
      if (isCounted || out.split('\n').length < afterStored + 2) return;
      isCounted = true;
      setTimeout(() => child.kill('SIGKILL'), ms);
    });
    child.on('error', reject);
    child.on('close', (code) => {
      if (code !== null) reject(new Error('the writer ended by itself'));
      else resolve(out.slice(0, out.lastIndexOf('\n')).split('\n').slice(1));
    });
  });

test('kill -9 in 12 lives: what was said to be stored is whole, and what has its name is what the name says', async () => {
  const dir = join(folder, 'killed');
  const random = seededRandom(12);
  let stored = 0;
  for (let life = 1; life <= 12; life += 1) {
    // Every second life stores something before it may end, however slow the machine is.
    const end = { ms: Math.floor(random() * 120), afterStored: life % 2 };
    const said = await killedAfter(dir, life * 1_000, end);
    const ports = { freeBytes: () => Promise.resolve(Infinity), floorBytes: 0 };
    const decode = () => Promise.resolve(ok({ durationMs: 3_000 }));
    const store = valueOf(await openMedia({ disk: realDisk, dir, decode, ...ports }));
    stored += said.length;
    for (const sha256 of said) expect(store.path(sha256), `life ${life}`).not.toBeNull();
    for (const name of readdirSync(dir)) {
      if (name.endsWith('.part')) continue;
      const hash = createHash('sha256')
        .update(readFileSync(join(dir, name)))
        .digest('hex');
      expect(hash, `life ${life}`).toBe(name);
    }
  }
  expect(stored).toBeGreaterThanOrEqual(6);
}, 60_000);
