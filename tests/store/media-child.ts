/** A process that stores recordings, one after the other: DIR, then seed. It prints the hash of each once that is stored. */
import { createHash } from 'node:crypto';
import { writeSync } from 'node:fs';
import { realDisk } from '../../src/store/disk.ts';
import { openMedia } from '../../src/store/media.ts';
import { ok } from '../../src/words/failure.ts';
import { wavBytes } from '../media/wav.ts';

const [dir = '', seed = '1'] = process.argv.slice(2);

const main = async (): Promise<void> => {
  const opened = await openMedia({
    disk: realDisk,
    dir,
    freeBytes: () => Promise.resolve(Infinity),
    floorBytes: 0,
    decode: (_, media) => Promise.resolve(ok({ durationMs: media.durationMs })),
  });
  if (!opened.ok) throw new Error(opened.failure.code);
  const store = opened.value;
  writeSync(1, 'ready\n');
  for (let n = Number(seed); ; n += 1) {
    const content = wavBytes(3_000, n);
    const sha256 = createHash('sha256').update(content).digest('hex');
    const media = { sha256, bytes: content.length, format: 'wav' as const, durationMs: 3_000 };
    const begun = await store.begin(media);
    if (!begun.ok) throw new Error(begun.failure.code);
    for (let at = begun.value; at < content.length; at += 4_096)
      await store.append(sha256, at, content.subarray(at, at + 4_096));
    const finished = await store.finish(media);
    if (!finished.ok) throw new Error(finished.failure.code);
    writeSync(1, `${sha256}\n`);
  }
};

await main();
