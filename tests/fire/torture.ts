import { loadExample } from '../simulate/sim-village.ts';
import { root } from '../bench/tools.ts';
import { portNames, type Failing, type PortName } from './failing-ports.ts';
import { tally, type FireBreach, type Section } from './section.ts';
import { tortureNight, type NightStory } from './torture-night.ts';

/** How the calls of each port may fail: a disk in two ways. */
const waysOf = (port: PortName): readonly Failing['errno'][] => (port === 'disk' ? ['EIO', 'ENOSPC'] : ['EIO']);

/** Every call of the clean night, once for each way to fail. */
const allCases = ({ count }: NightStory): readonly Failing[] =>
  portNames.flatMap((port) =>
    waysOf(port).flatMap((errno) =>
      Array.from({ length: count.calls[port] }, (_, index) => ({ port, errno, call: index + 1 })),
    ),
  );

/** So many of them, evenly over all, beginning at a place that the seed names. */
const some = (cases: readonly Failing[], most: number, seed: number): readonly Failing[] => {
  if (most >= cases.length) return cases;
  const step = cases.length / most;
  const start = seed % Math.max(1, Math.floor(step));
  return Array.from({ length: most }, (_, index) => cases[start + Math.floor(index * step)]).flatMap(
    (one) => one ?? [],
  );
};

/** What the box said that it does not say in a night in which nothing fails. */
const saidMore = (clean: NightStory, night: NightStory): readonly string[] =>
  [...night.reported].flatMap(([code, times]) => (times > (clean.reported.get(code) ?? 0) ? [code] : []));

const describe = ({ port, call, errno }: Failing, what: string | null): string =>
  `${port} call ${call} ${errno} (${what ?? 'never came'})`;

/** Every fallible call through a port fails once, one at a time. */
export const torture: Section = {
  name: 'torture',
  title: { zh: '每一次调用都失败一次', en: 'every call through a port fails once' },
  needs: [],
  usualCount: 100_000,
  run: async ({ seed, count, say }) => {
    const seen = tally();
    const broken: FireBreach[] = [];
    const loaded = await loadExample(root);
    const clean = await tortureNight(loaded, null);
    for (const what of clean.broken) broken.push({ promise: '11', what, where: 'nothing fails' });
    const cases = some(allCases(clean), count, seed);
    for (const [index, failing] of cases.entries()) {
      const night = await tortureNight(loaded, failing);
      const { failed } = night.count;
      const where = describe(failing, failed);
      for (const what of night.broken) {
        broken.push({ promise: '11', what: what.slice(0, 400), where });
        say(`${where}: ${what.slice(0, 400)}`);
      }
      const more = saidMore(clean, night);
      seen.add(`${failing.port} calls that failed`, failed === null ? 0 : 1);
      seen.add(`${failed ?? failing.port}: ${more.length === 0 ? 'mended' : more.join(' ')}`);
      if ((index + 1) % 200 === 0) say(`${index + 1} of ${cases.length}, ${broken.length} broken`);
    }
    return { cases: cases.length, counts: seen.counts, broken };
  },
};
