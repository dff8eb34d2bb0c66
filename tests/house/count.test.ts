import { describe, expect, it } from 'vitest';
import { closingLine, readSkips, total, type Report } from '../../.ci/count.mjs';

const report = (parts: Partial<Report>): Report => ({
  numPassedTests: 0,
  numFailedTests: 0,
  numPendingTests: 0,
  numTodoTests: 0,
  testResults: [],
  ...parts,
});
const noSkips = readSkips('');
const gates = [{ passed: true }, { passed: true }];

describe('the closing line', () => {
  it('adds gates and tests', () => {
    const line = closingLine(
      total(gates, report({ numPassedTests: 40, numFailedTests: 1, numPendingTests: 2 }), noSkips),
    );
    expect(line).toBe('42 passed, 1 failed, 2 skipped');
  });

  it('counts a failed gate and a file that could not be loaded', () => {
    const broken = { status: 'failed', assertionResults: [] };
    const ordinary = { status: 'failed', assertionResults: [{ status: 'failed' }] };
    const counted = total([{ passed: false }], report({ numFailedTests: 1, testResults: [broken, ordinary] }), noSkips);
    expect(counted).toEqual({ passed: 0, failed: 3, skipped: 0 });
  });

  it('counts a test run that never reported as failed', () => {
    expect(total(gates, null, noSkips)).toEqual({ passed: 2, failed: 1, skipped: 0 });
  });

  it('counts a test that lacks two packages once, as skipped and not as passed, and names both', () => {
    const skips = readSkips('mbpoll\ta.test.ts reads\nsox\ta.test.ts reads\nmbpoll\tb.test.ts writes\n');
    expect(skips.packages).toEqual(['mbpoll', 'sox']);
    expect(total([], report({ numPassedTests: 10 }), skips)).toEqual({ passed: 8, failed: 0, skipped: 2 });
  });

  it('counts a package that a hook lacks as skipped, without taking a passed test away', () => {
    expect(total([], report({ numPassedTests: 10 }), readSkips('sox\t\n'))).toEqual({
      passed: 10,
      failed: 0,
      skipped: 1,
    });
  });
});
