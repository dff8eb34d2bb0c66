import { expect, test } from 'vitest';
import { fixedSeeds } from './fixed-seeds.ts';
import { readKept } from './ledger.ts';
import { loadExample } from './sim-village.ts';
import { simulate } from './simulate.ts';

const loaded = await loadExample(process.cwd());

test.each(fixedSeeds)(
  'every promise holds through an hour of seed %i',
  async (seed) => {
    const { breach } = await simulate({ seed, hours: 1, loaded });
    const said = breach === null ? '' : `promise ${breach.promise}: ${breach.what}\n${breach.timeline.join('\n')}`;
    expect(said).toBe('');
  },
  300_000,
);

const kept = readKept(process.cwd());

test.each(kept.map(({ seed, hours, why }) => ({ seed, hours, why })))(
  'every promise holds in seed $seed, which once broke one: $why',
  async ({ seed, hours }) => {
    const { breach } = await simulate({ seed, hours, loaded });
    expect(breach === null ? '' : `promise ${breach.promise}: ${breach.what}`).toBe('');
  },
  300_000,
);

test('the same seed gives the same trace, and another one another', async () => {
  const [first, again, other] = [
    await simulate({ seed: 7, hours: 0.2, loaded }),
    await simulate({ seed: 7, hours: 0.2, loaded }),
    await simulate({ seed: 8, hours: 0.2, loaded }),
  ];
  expect(again.trace).toBe(first.trace);
  expect(other.trace).not.toBe(first.trace);
}, 300_000);
