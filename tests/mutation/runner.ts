/**
 * Stryker's test runner for the mutated rooms: all tests of a room are bundled once, loaded into Stryker's own child process
 * and called as functions, so that a mutant costs milliseconds instead of a start of vitest.
 */
import { readdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { declareFactoryPlugin, PluginKind } from '@stryker-mutator/api/plugin';
import {
  determineHitLimitReached,
  DryRunStatus,
  TestStatus,
  toMutantRunResult,
  type CompleteDryRunResult,
  type DryRunResult,
  type MutantRunOptions,
  type MutantRunResult,
  type TestResult,
  type TestRunner,
  type TestRunnerCapabilities,
} from '@stryker-mutator/api/test-runner';
import type { MutantCoverage } from '@stryker-mutator/api/core';
import { build } from 'esbuild';
import type { CollectedTest } from './vitest-in-place.ts';

/** These play whole nights, or ask another program at every turn: too slow for thousands of mutants. */
const leftOut = new Set(['long-night.test.ts', 'properties.test.ts', 'sm2-vectors.test.ts']);

/** Where the instrumented sources look which mutant is on, and count. */
interface Instruments {
  activeMutant?: string | undefined;
  currentTestId?: string | undefined;
  hitCount?: number | undefined;
  hitLimit?: number | undefined;
  mutantCoverage?: MutantCoverage;
}

const instruments = (): Instruments => {
  const known: unknown = Reflect.get(globalThis, '__stryker__');
  if (known !== undefined) return known as Instruments;
  const made: Instruments = {};
  Reflect.set(globalThis, '__stryker__', made);
  return made;
};

const testFilesOf = (room: string): readonly string[] =>
  readdirSync(join('tests', room))
    .filter((name) => name.endsWith('.test.ts') && !leftOut.has(name))
    .sort()
    .map((name) => `tests/${room}/${name}`);

/** One module that collects the tests of all these files, in this order. */
const entryOf = (files: readonly string[]): string =>
  [
    `import { beginFile, collectedTests } from 'vitest';`,
    ...files.map((path) => `beginFile('${path}'); await import('./${path}');`),
    `export { collectedTests };`,
  ].join('\n');

const now = (): number => performance.now();

class InPlaceRunner implements TestRunner {
  private tests: readonly CollectedTest[] = [];
  /** How long each test took at last: the quick ones are asked first. */
  private readonly tookMs = new Map<string, number>();
  private loads = 0;
  private readonly room = process.env['MINGLUO_MUTATE'] ?? '';
  /** Beside the tests, so that what they read by a path from themselves is found. */
  private readonly bundle = resolve(`tests/${this.room}/mutated-${process.pid}.mjs`);

  capabilities(): TestRunnerCapabilities {
    return { reloadEnvironment: true };
  }

  async init(): Promise<void> {
    const files = testFilesOf(this.room);
    await build({
      stdin: { contents: entryOf(files), resolveDir: process.cwd(), sourcefile: 'tests.ts', loader: 'ts' },
      outfile: this.bundle,
      bundle: true,
      format: 'esm',
      platform: 'node',
      target: 'node20',
      packages: 'external',
      plugins: [
        {
          name: 'vitest in place',
          setup: ({ onResolve }) => {
            onResolve({ filter: /^vitest$/ }, () => ({ path: resolve('tests/mutation/vitest-in-place.ts') }));
          },
        },
      ],
    });
    await this.load();
  }

  async dryRun(): Promise<DryRunResult> {
    const result = await this.run(this.tests, false);
    const { mutantCoverage = { static: {}, perTest: {} } } = instruments();
    return { ...result, mutantCoverage };
  }

  async mutantRun(options: MutantRunOptions): Promise<MutantRunResult> {
    const { activeMutant, testFilter, hitLimit } = options;
    const space = instruments();
    space.hitCount = 0;
    space.hitLimit = hitLimit;
    space.activeMutant = options.mutantActivation === 'static' ? activeMutant.id : undefined;
    try {
      if (options.reloadEnvironment) await this.load();
    } catch (error) {
      return toMutantRunResult(this.failedLoading(error));
    }
    space.activeMutant = activeMutant.id;
    const chosen = this.quickFirst(testFilter === undefined ? undefined : new Set(testFilter));
    const result = await this.run(chosen, true);
    space.activeMutant = undefined;
    return toMutantRunResult(determineHitLimitReached(space.hitCount, hitLimit) ?? result);
  }

  dispose(): Promise<void> {
    rmSync(this.bundle, { force: true });
    return Promise.resolve();
  }

  /** These tests, or all of them for a mutant that counts while the modules are loaded. */
  private quickFirst(ids?: ReadonlySet<string>): readonly CollectedTest[] {
    const cost = ({ id }: CollectedTest): number => this.tookMs.get(id) ?? 0;
    return this.tests.filter(({ id }) => ids?.has(id) ?? true).sort((a, b) => cost(a) - cost(b));
  }

  /** A module is loaded anew under another name only. */
  private async load(): Promise<void> {
    this.loads += 1;
    const loaded: unknown = await import(`${pathToFileURL(this.bundle).href}?load=${this.loads}`);
    const { collectedTests } = loaded as { readonly collectedTests: () => readonly CollectedTest[] };
    this.tests = collectedTests();
  }

  /** A mutant that the tests cannot even be loaded with is found by the first of them. */
  private failedLoading(error: unknown): CompleteDryRunResult {
    const id = this.tests[0]?.id ?? 'loading';
    const failed = { id, name: id, status: TestStatus.Failed, timeSpentMs: 0, failureMessage: String(error) } as const;
    return { status: DryRunStatus.Complete, tests: [failed] };
  }

  private async run(tests: readonly CollectedTest[], bail: boolean): Promise<CompleteDryRunResult> {
    const results: TestResult[] = [];
    for (const one of tests) {
      const result = await this.judge(one);
      results.push(result);
      if (bail && result.status === TestStatus.Failed) break;
    }
    return { status: DryRunStatus.Complete, tests: results };
  }

  private async judge({ id, file, run }: CollectedTest): Promise<TestResult> {
    const space = instruments();
    const startedAt = now();
    const told = { id, name: id.slice(file.length + 1), fileName: resolve(file) };
    space.currentTestId = id;
    try {
      await run();
      return { ...told, status: TestStatus.Success, timeSpentMs: now() - startedAt };
    } catch (error) {
      return { ...told, status: TestStatus.Failed, timeSpentMs: now() - startedAt, failureMessage: String(error) };
    } finally {
      space.currentTestId = undefined;
      this.tookMs.set(id, now() - startedAt);
    }
  }
}

export const strykerPlugins = [declareFactoryPlugin(PluginKind.TestRunner, 'in-place', () => new InPlaceRunner())];
