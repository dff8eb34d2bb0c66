import ts from 'typescript';
import type { Offence, Source } from './source.ts';
import { lineOf, nodesOf, parse } from './syntax.ts';

export const limits = { fileLines: 300, functionLines: 60, parameters: 4 } as const;

/** Something above a limit, by name: `size` is its lines or parameters today. */
export interface Oversize {
  readonly path: string;
  /** The function's name, or null for the whole file. */
  readonly name: string | null;
  readonly kind: keyof typeof limits;
  readonly size: number;
}

/** An oversize that is known, with the reason; the list may only shrink. */
export interface Allowance extends Oversize {
  readonly why: string;
}

const isFunction = (node: ts.Node): node is ts.FunctionLikeDeclaration =>
  (ts.isFunctionDeclaration(node) ||
    ts.isFunctionExpression(node) ||
    ts.isArrowFunction(node) ||
    ts.isMethodDeclaration(node) ||
    ts.isConstructorDeclaration(node) ||
    ts.isAccessor(node)) &&
  node.body !== undefined;

const nameOf = (node: ts.FunctionLikeDeclaration): string => {
  const { name, parent } = node;
  if (name !== undefined) return name.getText();
  if (ts.isConstructorDeclaration(node)) return 'constructor';
  if (ts.isVariableDeclaration(parent) || ts.isPropertyAssignment(parent) || ts.isPropertyDeclaration(parent))
    return parent.name.getText();
  if (ts.isCallExpression(parent)) return `argument of ${parent.expression.getText().split('\n')[0] ?? ''}`;
  return 'function';
};

/** A `describe` is a chapter of a test file, not a function with a job of its own. */
const isChapter = (node: ts.FunctionLikeDeclaration): boolean =>
  ts.isCallExpression(node.parent) && /^describe\b/.test(node.parent.expression.getText());

const lastLineOf = (source: Source, node: ts.Node): number =>
  parse(source).getLineAndCharacterOfPosition(node.getEnd()).line + 1;

const oversizesOf = (source: Source, node: ts.Node): readonly Oversize[] => {
  if (!isFunction(node) || isChapter(node)) return [];
  const name = nameOf(node);
  const found: readonly Oversize[] = [
    { path: source.path, name, kind: 'functionLines', size: lastLineOf(source, node) - lineOf(source, node) + 1 },
    { path: source.path, name, kind: 'parameters', size: node.parameters.length },
  ];
  return found.filter(({ kind, size }) => size > limits[kind]);
};

/** Everything above a limit, the widest first within a file. */
export const oversizes = (sources: readonly Source[]): readonly Oversize[] =>
  sources.flatMap((source) => {
    const lines = source.text.replace(/\n$/, '').split('\n').length;
    const file: readonly Oversize[] =
      lines > limits.fileLines ? [{ path: source.path, name: null, kind: 'fileLines', size: lines }] : [];
    return [...file, ...nodesOf(source).flatMap((node) => oversizesOf(source, node))];
  });

const keyOf = ({ path, name, kind }: Oversize): string => `${path} ${name ?? ''} ${kind}`;

const describeOversize = ({ name, kind, size }: Oversize): string =>
  `${name === null ? 'the file' : name} has ${size} ${kind === 'parameters' ? 'parameters' : 'lines'}, the limit is ${limits[kind]}`;

/** New oversizes, grown ones, and allowances that are no longer needed in full: the ratchet turns one way. */
export const sizeOffences = (sources: readonly Source[], allowances: readonly Allowance[]): readonly Offence[] => {
  const found = oversizes(sources);
  const allowed = new Map(allowances.map((allowance) => [keyOf(allowance), allowance]));
  const tooBig = found
    .filter((item) => item.size > (allowed.get(keyOf(item))?.size ?? 0))
    .map((item) => ({ path: item.path, line: 0, what: describeOversize(item) }));
  const stale = allowances.flatMap((allowance) => {
    const sizes = found.filter((item) => keyOf(item) === keyOf(allowance)).map(({ size }) => size);
    const largest = Math.max(0, ...sizes);
    if (largest >= allowance.size) return [];
    const now = largest === 0 ? 'within the limit: strike it from the list' : `${largest}: lower the allowance to it`;
    return [
      {
        path: allowance.path,
        line: 0,
        what: `the allowance of ${allowance.size} for ${allowance.name ?? 'the file'} is now ${now}`,
      },
    ];
  });
  return [...tooBig, ...stale];
};
