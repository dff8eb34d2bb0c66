import { mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cacheFolder, diskCache, memoryCache, twoCaches, type CacheFiles } from '../../src/audio/make/pcm-cache.ts';
import { type Pcm } from '../../src/audio/pcm.ts';

import { folder } from './decode-bench.ts';
import { engineOf, made, workshop } from './workshop.ts';

describe('the cache', () => {
  const tone = (value: number, length = 1000): Pcm => new Int16Array(length).fill(value);

  it('gives back what was put, after a new start too', async () => {
    const at = join(folder, 'cache-a');
    expect(await diskCache(cacheFolder(at), 1_000_000).put('aa', tone(7), 'background')).toBeNull();
    const again = diskCache(cacheFolder(at), 1_000_000);
    expect(await again.get('aa')).toEqual(tone(7));
    expect(await again.get('bb')).toBeNull();
  });

  it('throws away what is not what was written, and half-written files', async () => {
    const at = join(folder, 'cache-b');
    await diskCache(cacheFolder(at), 1_000_000).put('aa', tone(7), 'background');
    const bytes = readFileSync(join(at, 'aa.pcm'));
    bytes[100] = (bytes[100] ?? 0) ^ 1;
    writeFileSync(join(at, 'aa.pcm'), bytes);
    writeFileSync(join(at, 'x.part'), bytes);
    expect(await diskCache(cacheFolder(at), 1_000_000).get('aa')).toBeNull();
    expect(readdirSync(at)).toEqual([]);
  });

  it('keeps within its size, what was used least goes first', async () => {
    const at = join(folder, 'cache-c');
    const first = diskCache(cacheFolder(at), 20_000);
    for (const key of ['a', 'b', 'c']) await first.put(key, tone(1, 2000), 'background');
    utimesSync(join(at, 'b.pcm'), 1, 1);
    const again = diskCache(cacheFolder(at), 20_000);
    for (const key of ['d', 'e', 'f']) await again.put(key, tone(1, 2000), 'background');
    expect(readdirSync(at).sort()).toEqual(['c.pcm', 'd.pcm', 'e.pcm', 'f.pcm']);
  });

  it('that cannot be written is told, and the sound is made all the same', async () => {
    const full: CacheFiles = {
      ...cacheFolder(join(folder, 'cache-d')),
      write: () => Promise.reject(Object.assign(new Error('full'), { code: 'ENOSPC' })),
    };
    const { maker, troubles } = workshop([engineOf('good', true)], full);
    const steps: number[] = [];
    await maker.prepare([{ make: 'speech', text: '请注意收听。' }], (count) => steps.push(count));
    expect(steps).toEqual([1]);
    expect((await made(maker, { make: 'speech', text: '请注意收听。' })).length).toBeGreaterThan(0);
    expect(troubles).toMatchObject([{ code: 'audio-cache', params: { why: 'ENOSPC' } }]);
  });

  it('on a card that can only be read any more gives what was made ahead, a half-written file beside it or not', async () => {
    const at = join(folder, 'cache-g');
    await diskCache(cacheFolder(at), 1_000_000).put('aa', tone(7), 'background');
    const readOnly = (): Promise<never> => Promise.reject(Object.assign(new Error('ro'), { code: 'EROFS' }));
    const files: CacheFiles = { ...cacheFolder(at), touch: readOnly, write: readOnly, remove: readOnly };
    const worn = diskCache(files, 1_000_000);
    expect(await worn.get('aa')).toEqual(tone(7));
    expect(await worn.put('bb', tone(8), 'background')).toBe('EROFS');
    // A folder in the place of a half-written file is what cannot be removed here, whoever runs the test.
    mkdirSync(join(at, 'x.part'));
    expect(await diskCache(cacheFolder(at), 1_000_000).get('aa')).toEqual(tone(7));
  });

  it('keeps on the disk what is made ahead, and what an order says in memory only', async () => {
    const at = join(folder, 'cache-e');
    const engine = engineOf('good', true);
    const { maker } = workshop([engine], cacheFolder(at));
    await made(maker, { make: 'speech', text: '三号水位五十一厘米。' });
    expect(readdirSync(at)).toEqual([]);
    await maker.prepare([{ make: 'speech', text: '请注意收听。' }], () => undefined);
    expect(readdirSync(at)).toHaveLength(1);
    const memory = memoryCache(2000);
    const both = twoCaches(memory, diskCache(cacheFolder(at), 1_000_000));
    await both.put('aa', tone(7, 100), 'urgent');
    expect(await both.get('aa')).toEqual(tone(7, 100));
    expect(readdirSync(at)).toHaveLength(1);
  });

  it('holds in memory the newest only', async () => {
    const memory = memoryCache(4000);
    for (const key of ['a', 'b', 'c', 'd', 'e']) await memory.put(key, tone(1), 'background');
    expect(await memory.get('a')).toBeNull();
    expect(await memory.get('e')).toEqual(tone(1));
  });
});
