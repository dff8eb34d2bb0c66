// What `npm test` counts, apart from how it runs: pure functions, so that tests/house can feed them planted results.

/** Rows of the ledger that tests/support/needs.ts writes, as packages and as the tests that returned early. */
export const readSkips = (ledger) => {
  const rows = ledger
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split('\t'));
  return {
    packages: [...new Set(rows.map(([name]) => name))].sort(),
    // A test that misses two packages is one skipped test; a hook outside any test counts by itself.
    tests: new Set(rows.map(([, test], index) => (test ? test : `hook ${index}`))).size,
    returnedEarly: new Set(rows.map(([, test]) => test).filter(Boolean)).size,
  };
};

const sum = (numbers) => numbers.reduce((before, number) => before + number, 0);

/**
 * A file that failed to load has no tests and is one failure. So is a run that failed without a failed test: it never
 * reported, a branch was not taken, a rejection was not handled.
 */
const failuresIn = ({ passed, report }) => {
  const brokenFiles = (report?.testResults ?? []).filter(
    (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
  ).length;
  const failures = brokenFiles + (report?.numFailedTests ?? 0);
  return report === null || !passed ? Math.max(1, failures) : failures;
};

/**
 * Adds gates, runs of vitest with their JSON reports (null: it never wrote one) and the ledger. A test that returned early
 * for a missing tool is `passed` to vitest and `skipped` to us.
 */
export const total = (gates, testRuns, skips) => {
  const gatesPassed = gates.filter((gate) => gate.passed).length;
  const reports = testRuns.flatMap(({ report }) => report ?? []);
  return {
    passed: gatesPassed + sum(reports.map(({ numPassedTests }) => numPassedTests)) - skips.returnedEarly,
    failed: gates.length - gatesPassed + sum(testRuns.map(failuresIn)),
    skipped: sum(reports.map(({ numPendingTests, numTodoTests }) => numPendingTests + numTodoTests)) + skips.tests,
  };
};

export const closingLine = ({ passed, failed, skipped }) => `${passed} passed, ${failed} failed, ${skipped} skipped`;
