import ts from 'typescript';
import type { Offence, Source } from './source.ts';
import { nodesOf, offence } from './syntax.ts';

/** Names that reach outside: clocks, timers, dice, input and output, locale, the machine. */
const globals = new Set(
  (
    'Date performance setTimeout setInterval setImmediate clearTimeout clearInterval clearImmediate queueMicrotask ' +
    'crypto process console fetch WebSocket Worker MessageChannel BroadcastChannel Intl Buffer globalThis global require ' +
    'Promise navigator eval Function WeakRef FinalizationRegistry Atomics SharedArrayBuffer'
  ).split(' '),
);

/** Members that are impure, or differ by locale, on objects that are otherwise welcome. */
const members = /^(random|toLocale\w*|localeCompare)$/;

const isDeclaredName = (node: ts.Identifier): boolean => {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) return parent.name === node;
  if (ts.isPropertyAssignment(parent) || ts.isPropertySignature(parent) || ts.isMethodSignature(parent))
    return parent.name === node;
  return ts.isImportSpecifier(parent) || ts.isQualifiedName(parent);
};

const impurityOf = (node: ts.Node): string | null => {
  if (ts.isIdentifier(node) && globals.has(node.text) && !isDeclaredName(node)) return `${node.text} in core`;
  if (ts.isPropertyAccessExpression(node) && members.test(node.name.text)) return `.${node.name.text} in core`;
  if (ts.isElementAccessExpression(node) && ts.isStringLiteralLike(node.argumentExpression))
    return members.test(node.argumentExpression.text) ? `.${node.argumentExpression.text} in core` : null;
  if (ts.isAwaitExpression(node) || node.kind === ts.SyntaxKind.AsyncKeyword) return 'async in core';
  if (ts.isMetaProperty(node) && node.keywordToken === ts.SyntaxKind.ImportKeyword) return 'import.meta in core';
  if (
    ts.isVariableDeclarationList(node) &&
    ts.isSourceFile(node.parent.parent) &&
    (node.flags & ts.NodeFlags.Const) === 0
  )
    return 'state outside the village: a module variable that changes';
  return null;
};

/** Whatever would let two folds of one journal differ: core takes events and time as arguments and returns values. */
export const purityOffences = (sources: readonly Source[]): readonly Offence[] =>
  sources
    .filter(({ path }) => path.startsWith('src/core/'))
    .flatMap((source) =>
      nodesOf(source).flatMap((node) => {
        const what = impurityOf(node);
        return what === null ? [] : [offence(source, node, what)];
      }),
    );
