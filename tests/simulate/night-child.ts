/** One of the night's processes: lives through the seeds it is given, one at a time. */
import { loadExample } from './sim-village.ts';
import { simulate } from './simulate.ts';

/** What a child tells of one seed. */
export interface NightResult {
  readonly seed: number;
  /** Processor time: what else the machine does meanwhile is no part of it. */
  readonly ms: number;
  readonly simulatedMs: number;
  readonly counts: Readonly<Record<string, number>>;
  readonly breach: { readonly promise: string; readonly what: string; readonly atMs: number } | null;
}

const [root = '', hours = '1'] = process.argv.slice(2);
const loaded = await loadExample(root);

const live = async (seed: number): Promise<NightResult> => {
  const before = process.cpuUsage();
  const { breach, counts, simulatedMs } = await simulate({ seed, hours: Number(hours), loaded });
  const told = breach === null ? null : { promise: breach.promise, what: breach.what, atMs: breach.atMs };
  const { user, system } = process.cpuUsage(before);
  const ms = (user + system) / 1_000;
  return { seed, ms, simulatedMs, counts: Object.fromEntries(counts), breach: told };
};

process.on('message', (seed: unknown) => {
  if (typeof seed !== 'number') return;
  live(seed).then(
    (result) => process.send?.(result),
    (error: unknown) => {
      process.stderr.write(`seed ${seed}: ${String(error)}\n`);
      process.exit(1);
    },
  );
});
// A terminal tells its whole group of a signal; the night's own process decides what ends.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
process.on('disconnect', () => process.exit(0));
process.send?.('ready');
