import { afterEach, expect, test, vi } from 'vitest';
import type * as Precedence from '../../src/core/precedence.ts';
import type * as Quiet from '../../src/core/quiet.ts';
import type * as Restart from '../../src/core/restart.ts';
import type * as Stop from '../../src/core/stop.ts';
import type * as Verify from '../../src/intake/verify.ts';

/** A mistake planted into one module of the product; each breaks one promise. */
interface Planted {
  readonly mistake: string;
  readonly promise: string;
  readonly plant: () => void;
  /** Of the fixed seeds, those that show it; the first twelve numbers where nothing is said. */
  readonly seeds?: readonly number[];
}

type Mistaken<T> = { readonly [K in keyof T]?: T[K] };

/** Replaces some exports of a module, and leaves the others. */
const spoil = <T extends object>(path: string, how: (real: T) => Mistaken<T>): void => {
  vi.doMock(path, async (importOriginal) => {
    const real = await importOriginal<T>();
    return { ...real, ...how(real) };
  });
};

const firstTwelve = Array.from({ length: 12 }, (_, index) => index + 1);

const plants: readonly Planted[] = [
  {
    mistake: 'the lowest severity goes first',
    promise: '2',
    plant: () =>
      spoil<typeof Precedence>('../../src/core/precedence.ts', (real) => ({
        rankOf: (alert) => real.rankOf(alert).map((column, index) => (index === 1 ? -column : column)),
      })),
  },
  {
    mistake: 'signatures are not looked at',
    promise: '5',
    plant: () =>
      spoil<typeof Verify>('../../src/intake/verify.ts', (real) => ({
        verifySigned: (signed, trust, maxBytes) => {
          const pinned = trust.ring.get(signed.key);
          return pinned === undefined ? real.verifySigned(signed, trust, maxBytes) : { ok: true, value: pinned };
        },
      })),
  },
  {
    mistake: 'quiet hours are forgotten',
    promise: '7',
    plant: () =>
      spoil<typeof Quiet>('../../src/core/quiet.ts', () => ({
        routineRefusal: () => null,
      })),
  },
  {
    mistake: 'a stop silences nothing',
    promise: '6',
    plant: () => spoil<typeof Stop>('../../src/core/stop.ts', () => ({ stopAlerts: () => null })),
  },
  {
    mistake: 'what is found sounding at a start is left alone',
    promise: '8',
    seeds: [64, 31, ...firstTwelve],
    plant: () =>
      spoil<typeof Restart>('../../src/core/restart.ts', () => ({
        takeOutputs: (work) => {
          work.durable.settlingUntil = null;
        },
      })),
  },
];

afterEach(() => {
  vi.doUnmock('../../src/core/precedence.ts');
  vi.doUnmock('../../src/intake/verify.ts');
  vi.doUnmock('../../src/core/quiet.ts');
  vi.doUnmock('../../src/core/stop.ts');
  vi.doUnmock('../../src/core/restart.ts');
  vi.resetModules();
});

test.each(plants)(
  '$mistake: found as a broken promise $promise within the fixed seeds',
  async ({ promise, plant, seeds = firstTwelve }) => {
    vi.resetModules();
    plant();
    const { simulate } = await import('./simulate.ts');
    const { loadExample } = await import('./sim-village.ts');
    const loaded = await loadExample(process.cwd());
    const found: string[] = [];
    for (const seed of seeds) {
      if (found.includes(promise)) break;
      const { breach } = await simulate({ seed, hours: 1, loaded });
      if (breach !== null) found.push(breach.promise);
    }
    expect(found).toContain(promise);
  },
  120_000,
);
