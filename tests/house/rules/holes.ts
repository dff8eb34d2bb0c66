import ts from 'typescript';
import { matchingLines, type Offence, type Source } from './source.ts';
import { nodesOf, offence } from './syntax.ts';

const isAsserted = (node: ts.Node): node is ts.AsExpression => ts.isAsExpression(node);

const holeIn = (node: ts.Node): string | null => {
  if (node.kind === ts.SyntaxKind.AnyKeyword) return 'any';
  if (isAsserted(node) && node.type.kind === ts.SyntaxKind.NeverKeyword) return 'as never';
  if (isAsserted(node) && isAsserted(node.expression) && node.expression.type.kind === ts.SyntaxKind.UnknownKeyword)
    return 'a double assertion';
  if (ts.isEnumDeclaration(node)) return 'an enum: it does not survive type stripping';
  if (ts.isModuleDeclaration(node) && ts.isIdentifier(node.name))
    return 'a namespace: it does not survive type stripping';
  if (ts.isParameter(node) && (ts.getModifiers(node) ?? []).length > 0)
    return 'a parameter property: it does not survive type stripping';
  if (ts.isCatchClause(node) && node.block.statements.length === 0) return 'an empty catch';
  return null;
};

const silenced = /@ts-(?:ignore|expect-error|nocheck)/;
/** Lint may be silenced for one line, with the reason after two dashes. */
const unexplained = /eslint-d[i]sable(?!-(?:next-)?line [\w@/, -]+ -- \S)/;

/** Ways around the type checker and the linter. */
export const holeOffences = (sources: readonly Source[]): readonly Offence[] =>
  sources
    .filter(({ path }) => path.endsWith('.ts'))
    .flatMap((source) => [
      ...nodesOf(source).flatMap((node) => {
        const what = holeIn(node);
        return what === null ? [] : [offence(source, node, what)];
      }),
      ...matchingLines(source, silenced, (found) => found),
      ...matchingLines(source, unexplained, (found) => `${found} without a line and a reason`),
    ]);
