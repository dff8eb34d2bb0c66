/** Appends records to a journal in the given folder: `store-client DIR COUNT`, waits for a line before it begins. */
import { createInterface } from 'node:readline';
import { realDisk } from '../../../src/store/disk.ts';
import { openJournal } from '../../../src/store/journal.ts';

const [dir = '', count = '0'] = process.argv.slice(2);
const opened = await openJournal({ disk: realDisk, dir });
if (!opened.ok) throw new Error(opened.failure.code);
const { journal } = opened.value;

const record = (n: number): unknown => ({
  ...{ at: { mono: n, wall: 1_763_700_000_000 + n, trust: 'trusted' } },
  event: {
    kind: 'evidence',
    findings: [{ terminal: `siren-${n % 64}`, sight: 'sounding', grade: 'current', value: 4.2 }],
  },
  receipts: [{ number: n, body: { stage: 'terminal', terminal: `siren-${n % 64}`, verdict: 'sounded' } }],
});

const append = async (n: number): Promise<void> => {
  const appended = await journal.append(record(n));
  if (!appended.ok) throw new Error(appended.failure.code);
};
for (let n = 0; n < 5; n += 1) await append(n);
process.stdout.write('ready\n');
await new Promise((resolve) => createInterface({ input: process.stdin }).once('line', resolve));
const took: number[] = [];
for (let n = 0; n < Number(count); n += 1) {
  const from = performance.now();
  await append(5 + n);
  took.push(performance.now() - from);
}
took.sort((a, b) => a - b);
process.stdout.write(`${JSON.stringify({ p50Ms: took[took.length >> 1] ?? 0 })}\n`);
await journal.close();
process.exit(0);
