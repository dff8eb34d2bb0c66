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

/**
 * Adds gates, vitest's JSON report (null: it never wrote one) and the ledger. A test that returned early for a missing tool
 * is `passed` to vitest and `skipped` to us; a file that failed to load has no tests and is one failure.
 */
export const total = (gates, report, skips) => {
  const gatesPassed = gates.filter((gate) => gate.passed).length;
  if (report === null) return { passed: gatesPassed, failed: gates.length - gatesPassed + 1, skipped: skips.tests };
  const brokenFiles = report.testResults.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
  ).length;
  return {
    passed: gatesPassed + report.numPassedTests - skips.returnedEarly,
    failed: gates.length - gatesPassed + report.numFailedTests + brokenFiles,
    skipped: report.numPendingTests + report.numTodoTests + skips.tests,
  };
};

export const closingLine = ({ passed, failed, skipped }) => `${passed} passed, ${failed} failed, ${skipped} skipped`;
