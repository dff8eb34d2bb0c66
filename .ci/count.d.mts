/** Types of count.mjs, which itself must run without a compiler. */
export interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly testResults: readonly {
    readonly status: string;
    readonly assertionResults: readonly { readonly status: string }[];
  }[];
}
export interface TestRun {
  readonly passed: boolean;
  readonly report: Report | null;
}
export interface Skips {
  readonly packages: readonly string[];
  readonly tests: number;
  readonly returnedEarly: number;
}
export interface Count {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}
export declare const readSkips: (ledger: string) => Skips;
export declare const total: (
  gates: readonly { readonly passed: boolean }[],
  testRuns: readonly TestRun[],
  skips: Skips,
) => Count;
export declare const closingLine: (count: Count) => string;
