import ts from 'typescript';
import type { Offence, Source } from './source.ts';
import { nodesOf, offence } from './syntax.ts';

const hushed = new Set(['skip', 'skipIf', 'runIf', 'only', 'todo', 'fails']);
const runners = new Set(['it', 'test', 'describe', 'suite', 'bench', 'context', 'ctx']);

const rootOf = (node: ts.Expression): string =>
  ts.isPropertyAccessExpression(node) || ts.isCallExpression(node)
    ? rootOf(node.expression)
    : ts.isIdentifier(node)
      ? node.text
      : '';

const whatIn = (node: ts.Node): string | null => {
  if (ts.isPropertyAccessExpression(node) && hushed.has(node.name.text) && runners.has(rootOf(node.expression)))
    return `.${node.name.text}: every test runs, or asks needs() for its package`;
  if (
    ts.isCallExpression(node) &&
    ts.isIdentifier(node.expression) &&
    /^(x|f)(it|test|describe)$/.test(node.expression.text)
  )
    return `${node.expression.text}: every test runs`;
  if (
    ts.isPropertyAssignment(node) &&
    ts.isIdentifier(node.name) &&
    node.name.text === 'retry' &&
    node.initializer.getText() !== '0'
  )
    return 'retry: a test that needs a second try is wrong or says something true';
  return null;
};

const isTest = ({ path }: Source): boolean =>
  (path.startsWith('tests/') && path.endsWith('.ts')) || path === 'vitest.config.ts';

/** Tests that are skipped, focused, conditional or tried again. */
export const hushedTestOffences = (sources: readonly Source[]): readonly Offence[] =>
  sources.filter(isTest).flatMap((source) =>
    nodesOf(source).flatMap((node) => {
      const what = whatIn(node);
      return what === null ? [] : [offence(source, node, what)];
    }),
  );

/** One call of needs(package, binary); null where the package is not written as a plain text. */
export interface Need {
  readonly debianPackage: string | null;
  readonly path: string;
  readonly line: number;
}

export const needsOf = (sources: readonly Source[]): readonly Need[] =>
  sources.filter(isTest).flatMap((source) =>
    nodesOf(source).flatMap((node) => {
      if (!ts.isCallExpression(node) || !ts.isIdentifier(node.expression) || node.expression.text !== 'needs')
        return [];
      const [first] = node.arguments;
      const { line, path } = offence(source, node, '');
      return [{ debianPackage: first !== undefined && ts.isStringLiteralLike(first) ? first.text : null, path, line }];
    }),
  );

/** Packages of a `package  # why` list. */
export const listedPackages = (list: string): readonly string[] =>
  list
    .split('\n')
    .map((line) => line.replace(/#.*/, '').trim())
    .filter((name) => name !== '');

/** The list that .ci/debian.sh installs, compared with what tests ask for, both ways. */
export const needOffences = (sources: readonly Source[], list: Source): readonly Offence[] => {
  const needs = needsOf(sources);
  const listed = listedPackages(list.text);
  const asked = new Set(needs.map(({ debianPackage }) => debianPackage));
  return [
    ...needs
      .filter(({ debianPackage }) => debianPackage === null || !listed.includes(debianPackage))
      .map(({ debianPackage, path, line }) => ({
        path,
        line,
        what:
          debianPackage === null
            ? 'needs() wants the package as a plain text'
            : `${debianPackage} is not in ${list.path}`,
      })),
    ...listed
      .filter((name) => !asked.has(name))
      .map((name) => ({ path: list.path, line: 0, what: `no test asks for ${name}` })),
  ];
};
