/**
 * What our tests use of vitest, in the process that asks: tests are collected once and can then be run one by one, again and
 * again, thousands of times. Matchers are vitest's own. A name that is not here is not used by the tests of the mutated
 * rooms; one that is missing fails at the first run.
 */
import { ASYMMETRIC_MATCHERS_OBJECT, chai, JestAsymmetricMatchers, JestChaiExpect, JestExtend } from '@vitest/expect';

chai.use(JestExtend);
chai.use(JestChaiExpect);
chai.use(JestAsymmetricMatchers);

const matchers: unknown = Reflect.get(globalThis, ASYMMETRIC_MATCHERS_OBJECT);

export const expect = Object.assign(
  (value: unknown, message?: string): Chai.Assertion => chai.expect(value, message),
  chai.expect,
  matchers,
);

type Body = (...values: readonly unknown[]) => unknown;

/** One test, ready to be run as often as one likes. */
export interface CollectedTest {
  /** File and titles, each test's own. */
  readonly id: string;
  readonly file: string;
  readonly run: () => Promise<void>;
}

const collected = new Map<string, CollectedTest>();
const titles: string[] = [];
let file = '';

/** Everything that was collected since the module was loaded, in the order of files and lines. */
export const collectedTests = (): readonly CollectedTest[] => [...collected.values()];

/** What follows is of this file. */
export const beginFile = (path: string): void => {
  file = path;
};

type TestBody = () => unknown;

/** The body comes last, or before a time limit, which does not hold here: Stryker has its own. */
const add = (title: string, first: unknown, second?: unknown): void => {
  const given = [first, second].find((one): one is TestBody => typeof one === 'function');
  const body = given ?? (() => Promise.reject(new Error('a test without a body')));
  const name = [...titles, title].join(' ');
  let id = `${file}#${name}`;
  for (let count = 2; collected.has(id); count += 1) id = `${file}#${name} (${count})`;
  const run = async (): Promise<void> => {
    await body();
  };
  collected.set(id, { id, file, run });
};

const eachOf =
  (begin: (title: string, body: () => unknown) => void) =>
  (rows: readonly unknown[]) =>
  (title: string, body: Body): void =>
    rows.forEach((row, at) =>
      begin(`${title} [${at}]`, () => (Array.isArray(row) ? body(...(row as readonly unknown[])) : body(row))),
    );

export const test = Object.assign(add, { each: eachOf(add) });
export const it = test;

const within = (title: string, body: () => unknown): void => {
  titles.push(title);
  body();
  titles.pop();
};
export const describe = Object.assign(within, { each: eachOf(within) });

/** Tests run again and again here: what they share is cleared away by the system when the process ends. */
export const afterAll = (): void => undefined;
