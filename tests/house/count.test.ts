import { describe, expect, it } from 'vitest';
import { closingLine, readSkips, total, type Report, type TestRun } from '../../.ci/count.mjs';

const report = (parts: Partial<Report>): Report => ({
  numPassedTests: 0,
  numFailedTests: 0,
  numPendingTests: 0,
  numTodoTests: 0,
  testResults: [],
  ...parts,
});
const ran = (parts: Partial<Report>, passed = true): TestRun => ({ passed, report: report(parts) });
const noSkips = readSkips('');
const gates = [{ passed: true }, { passed: true }];

describe('the closing line', () => {
  it('adds gates and every run of tests', () => {
    const runs = [
      ran({ numPassedTests: 30, numFailedTests: 1, numPendingTests: 2 }, false),
      ran({ numPassedTests: 10, numTodoTests: 1 }),
    ];
    expect(closingLine(total(gates, runs, noSkips))).toBe('42 passed, 1 failed, 3 skipped');
  });

  it('counts a run that failed without a failed test once, as one whose tests leave a branch out does', () => {
    const runs = [ran({ numPassedTests: 30 }, false), ran({ numPassedTests: 10, numFailedTests: 2 }, false)];
    expect(total(gates, runs, noSkips)).toEqual({ passed: 42, failed: 3, skipped: 0 });
  });

  it('counts a failed gate and a file that could not be loaded', () => {
    const broken = { status: 'failed', assertionResults: [] };
    const ordinary = { status: 'failed', assertionResults: [{ status: 'failed' }] };
    const run = ran({ numFailedTests: 1, testResults: [broken, ordinary] }, false);
    const counted = total([{ passed: false }], [run], noSkips);
    expect(counted).toEqual({ passed: 0, failed: 3, skipped: 0 });
  });

  it('counts a test run that never reported as failed', () => {
    expect(total(gates, [{ passed: true, report: null }], noSkips)).toEqual({ passed: 2, failed: 1, skipped: 0 });
  });

  it('counts a test that lacks two packages once, as skipped and not as passed, and names both', () => {
    const skips = readSkips('mbpoll\ta.test.ts reads\nsox\ta.test.ts reads\nmbpoll\tb.test.ts writes\n');
    expect(skips.packages).toEqual(['mbpoll', 'sox']);
    expect(total([], [ran({ numPassedTests: 10 })], skips)).toEqual({ passed: 8, failed: 0, skipped: 2 });
  });

  it('counts a package that a hook lacks as skipped, without taking a passed test away', () => {
    expect(total([], [ran({ numPassedTests: 10 })], readSkips('sox\t\n'))).toEqual({
      passed: 10,
      failed: 0,
      skipped: 1,
    });
  });
});
