/**
 * `npm run simulate -- --seed=N --hours=H [--count=K]`: lives through K seeds from N on. The last line of a single run is
 * `trace <sha256>`: the same seed gives the same one. A broken promise prints seed, promise and what led to it, exit 1.
 */
import { appendFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { loadExample } from './sim-village.ts';
import { simulate, type RunResult } from './simulate.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    hours: { type: 'string', default: '1' },
    count: { type: 'string', default: '1' },
    lines: { type: 'string', default: '80' },
    log: { type: 'string' },
  },
});

const say = (text: string): void => void process.stdout.write(`${text}\n`);
const listOf = (map: ReadonlyMap<string, number>): string =>
  [...map].map(([name, count]) => `${name} ${count}`).join(', ');

const tell = (result: RunResult, ms: number): void => {
  const speed = Math.round((Number(values.hours) * 3_600_000) / ms);
  say(`seed ${result.seed}: ${result.breach === null ? 'every promise held' : 'BROKEN'}, ${speed} times real time`);
  say(`  happenings: ${listOf(result.counts)}`);
  say(`  receipts: ${listOf(result.stages)}`);
  if (result.breach === null) return;
  const { promise, what, atMs, timeline } = result.breach;
  for (const line of timeline.slice(-Number(values.lines))) say(`    ${line.slice(0, 400)}`);
  say(`  promise ${promise} broken at ${(atMs / 1000).toFixed(3)} s: ${what}`);
};

const loaded = await loadExample(fileURLToPath(new URL('../..', import.meta.url)));
const from = Number(values.seed);
let broken = 0;
let trace = '';
for (let seed = from; seed < from + Number(values.count); seed += 1) {
  const startedAt = performance.now();
  const log = values.log === undefined ? {} : { log: (line: string) => appendFileSync(values.log ?? '', `${line}\n`) };
  const result = await simulate({ seed, hours: Number(values.hours), loaded, ...log });
  tell(result, performance.now() - startedAt);
  trace = result.trace;
  if (result.breach !== null) broken += 1;
}
say(`trace ${trace}`);
process.exitCode = broken > 0 ? 1 : 0;
