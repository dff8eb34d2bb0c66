/**
 * A process that only appends: DIR, then how many records to write (0: until it is killed) and from which number. It prints
 * the number of each record once that is durable.
 */
import { writeSync } from 'node:fs';
import { realDisk } from '../../src/store/disk.ts';
import { openJournal } from '../../src/store/journal.ts';

const [dir = '', count = '0', segmentBytes = '65536'] = process.argv.slice(2);

const main = async (): Promise<void> => {
  const opened = await openJournal({ disk: realDisk, dir, segmentBytes: Number(segmentBytes), maxBytes: 16_777_216 });
  if (!opened.ok) throw new Error(opened.failure.code);
  const { journal, recovered } = opened.value;
  if (recovered.damaged.length > 0) throw new Error(JSON.stringify(recovered.damaged));
  const start = journal.head().number;
  for (let n = start + 1; count === '0' || n <= start + Number(count); n += 1) {
    const text = n % 23 === 0 ? 'x'.repeat(30_000) : 'x'.repeat((n * 37) % 6_000);
    const head = await journal.append({ n, text });
    if (!head.ok) throw new Error(head.failure.code);
    writeSync(1, `${head.value.number}\n`);
  }
  await journal.close();
};

await main();
