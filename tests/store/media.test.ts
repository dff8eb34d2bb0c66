import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatOf } from '../../src/store/media-format.ts';
import { durationFits, openMedia, type MediaPorts, type MediaStore, type NamedMedia } from '../../src/store/media.ts';
import { MemoryDisk } from '../../src/store/memory-disk.ts';
import { failed, ok } from '../../src/words/failure.ts';
import { wavOf } from '../media/rig.ts';
import { codeOf, valueOf } from './support.ts';

const dir = '/box/media';
const bytes = wavOf(2_000);
const named = (content: Buffer = bytes, more: Partial<NamedMedia> = {}): NamedMedia => ({
  sha256: createHash('sha256').update(content).digest('hex'),
  bytes: content.length,
  format: 'wav',
  durationMs: 2_000,
  ...more,
});

const openOn = async (disk: MemoryDisk, more: Partial<MediaPorts> = {}): Promise<MediaStore> =>
  valueOf(
    await openMedia({
      disk,
      dir,
      freeBytes: () => Promise.resolve(1e9),
      floorBytes: 0,
      decode: (_, media) => Promise.resolve(ok({ durationMs: media.durationMs })),
      ...more,
    }),
  );

/** Stores `content` from where it is; returns how it ended. */
const put = async (store: MediaStore, media: NamedMedia, content: Buffer = bytes, step = 5_000): Promise<string> => {
  const begun = await store.begin(media);
  if (!begun.ok) return begun.failure.code;
  for (let at = begun.value; at < content.length; at += step) {
    const written = await store.append(media.sha256, at, content.subarray(at, at + step));
    if (!written.ok) return written.failure.code;
  }
  return codeOf(await store.finish(media));
};

const names = async (disk: MemoryDisk): Promise<string[]> => [...valueOf(await disk.list(dir))].sort();

describe('the store of pushed audio', () => {
  it('has a file under its hash when it is whole, and nothing under it before', async () => {
    const disk = new MemoryDisk();
    const store = await openOn(disk);
    const media = named();
    expect(await store.begin(media)).toEqual(ok(0));
    await store.append(media.sha256, 0, bytes.subarray(0, 100));
    expect(store.path(media.sha256)).toBeNull();
    expect(await put(store, media)).toBe('ok');
    expect(store.path(media.sha256)).toBe(`${dir}/${media.sha256}`);
    expect(await names(disk)).toEqual([media.sha256]);
  });

  it('leaves the disk its floor: what would go below is refused before it is fetched, what fits to the byte is not', async () => {
    for (const [free, floorBytes, code] of [
      [bytes.length + 999, 1_000, 'media-disk-low'],
      [bytes.length + 1_000, 1_000, 'ok'],
    ] as const) {
      const disk = new MemoryDisk();
      const store = await openOn(disk, { freeBytes: () => Promise.resolve(free), floorBytes });
      expect(await put(store, named())).toBe(code);
      expect(await names(disk)).toEqual(code === 'ok' ? [named().sha256] : []);
    }
  });

  it('deletes what has the wrong hash, format or length, and what its decoder refuses', async () => {
    const other = wavOf(2_000, 9);
    const cases: readonly (readonly [string, NamedMedia, Buffer, Partial<MediaPorts>])[] = [
      ['media-hash-wrong', named(), other, {}],
      ['media-format-wrong', named(bytes, { format: 'opus' }), bytes, {}],
      [
        'media-duration-wrong',
        named(bytes, { durationMs: 1_000 }),
        bytes,
        { decode: () => Promise.resolve(ok({ durationMs: 2_000 })) },
      ],
      ['audio-truncated', named(), bytes, { decode: () => Promise.resolve(failed('audio-truncated')) }],
      ['audio-memory', named(), bytes, { decode: () => Promise.resolve(failed('audio-memory')) }],
    ];
    for (const [code, media, content, ports] of cases) {
      const disk = new MemoryDisk();
      const store = await openOn(disk, ports);
      expect(await put(store, media, content), code).toBe(code);
      expect(await names(disk), code).toEqual([]);
      expect(store.path(media.sha256), code).toBeNull();
    }
  });

  it('keeps what a decoder that could not run says nothing about', async () => {
    const disk = new MemoryDisk();
    let broken = true;
    const store = await openOn(disk, {
      decode: () => Promise.resolve(broken ? failed('audio-stopped') : ok({ durationMs: 2_000 })),
    });
    const media = named();
    expect(await put(store, media)).toBe('audio-stopped');
    broken = false;
    expect(await store.begin(media)).toEqual(ok(bytes.length));
    expect(codeOf(await store.finish(media))).toBe('ok');
  });

  it('asks again for a prefix that a power cut spoilt, and blames nobody', async () => {
    const disk = new MemoryDisk();
    const media = named();
    const first = await openOn(disk);
    await first.begin(media);
    await first.append(media.sha256, 0, Buffer.alloc(5_000));
    const second = await openOn(disk);
    expect(await put(second, media)).toBe('media-torn');
    expect(await put(second, media)).toBe('ok');
  });

  it('touches no other file than those it names from hashes', async () => {
    const disk = new MemoryDisk();
    await disk.makeDir(dir);
    for (const name of ['notes.txt', '..part', `${'a'.repeat(64)}.tmp`]) {
      const file = valueOf(await disk.open(`${dir}/${name}`, 'create'));
      await file.close();
    }
    await openOn(disk);
    expect(await names(disk)).toEqual([]);
  });

  it('keeps only what is still wanted', async () => {
    const disk = new MemoryDisk();
    const store = await openOn(disk);
    const [one, two] = [wavOf(500, 1), wavOf(500, 2)].map((content) => ({
      content,
      media: named(content, { durationMs: 500 }),
    }));
    for (const { content, media } of [one!, two!]) expect(await put(store, media, content)).toBe('ok');
    await store.keepOnly(new Set([two!.media.sha256]));
    expect(await names(disk)).toEqual([two!.media.sha256]);
    expect(store.path(one!.media.sha256)).toBeNull();
  });

  it('a power cut at every step leaves a whole file, a prefix, or nothing; and it is fetched on to its end', async () => {
    const media = named();
    for (let cutAt = 1; cutAt <= 64; cutAt += 1) {
      const disk = new MemoryDisk({ cutAtCall: cutAt });
      const attempt = openOn(disk).then((store) => put(store, media, bytes, 9_000));
      const acknowledged = (await Promise.race([attempt, disk.cut])) === 'ok';
      const after = disk.afterPowerCut(cutAt);
      const again = await openOn(after);
      const isWhole = again.path(media.sha256) !== null;
      if (acknowledged) expect(isWhole, `cut ${cutAt}`).toBe(true);
      const ended = isWhole ? 'ok' : await put(again, media);
      expect(['ok', 'media-torn']).toContain(ended);
      if (ended === 'media-torn') expect(await put(again, media)).toBe('ok');
      expect(after.peek(`${dir}/${media.sha256}`)?.equals(bytes), `cut ${cutAt}`).toBe(true);
    }
  });
});

describe('the format of a recording', () => {
  it('is told by its bytes and by nothing else', () => {
    const opus = Buffer.concat([Buffer.from('OggS'), Buffer.alloc(24), Buffer.from('OpusHead')]);
    expect(formatOf(bytes)).toBe('wav');
    expect(formatOf(opus)).toBe('opus');
    expect(formatOf(Buffer.from('ID3\u0004'))).toBe('mp3');
    expect(formatOf(Buffer.from([0xff, 0xfb, 0x90, 0]))).toBe('mp3');
    for (const other of ['OggSvorbis', 'RIFFxxxxAVI ', '<html>', '']) expect(formatOf(Buffer.from(other))).toBeNull();
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (any) => [null, 'wav', 'mp3', 'opus'].includes(formatOf(any))),
    );
  });

  it('allows encoders their silence at the ends, and no more', () => {
    expect(durationFits(10_240, 10_000)).toBe(true);
    expect(durationFits(10_300, 10_000)).toBe(false);
    expect(durationFits(606_000, 600_000)).toBe(true);
    expect(durationFits(0, 600_000)).toBe(false);
  });
});
