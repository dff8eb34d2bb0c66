import ts from 'typescript';
import { posix } from 'node:path';
import type { Source } from './source.ts';
import { lineOf, nodesOf } from './syntax.ts';

/** One import, re-export, `import()` or `import('…').Type`, as written. */
export interface Import {
  readonly specifier: string;
  readonly line: number;
  /** True where nothing of it remains at run time. */
  readonly typeOnly: boolean;
}

const isTypeOnlyImport = (node: ts.ImportDeclaration): boolean => {
  const clause = node.importClause;
  if (clause === undefined) return false;
  if (clause.phaseModifier === ts.SyntaxKind.TypeKeyword) return true;
  const named = clause.namedBindings;
  return clause.name === undefined && named !== undefined && ts.isNamedImports(named) && named.elements.length > 0
    ? named.elements.every((element) => element.isTypeOnly)
    : false;
};

const isTypeOnlyExport = (node: ts.ExportDeclaration): boolean =>
  node.isTypeOnly ||
  (node.exportClause !== undefined &&
    ts.isNamedExports(node.exportClause) &&
    node.exportClause.elements.every((element) => element.isTypeOnly));

const isRequire = (node: ts.CallExpression): boolean =>
  node.expression.kind === ts.SyntaxKind.ImportKeyword ||
  (ts.isIdentifier(node.expression) && node.expression.text === 'require');

const specifierOf = (node: ts.Node): { readonly text: string; readonly typeOnly: boolean } | null => {
  if (ts.isImportDeclaration(node) && ts.isStringLiteral(node.moduleSpecifier))
    return { text: node.moduleSpecifier.text, typeOnly: isTypeOnlyImport(node) };
  if (ts.isExportDeclaration(node) && node.moduleSpecifier !== undefined && ts.isStringLiteral(node.moduleSpecifier))
    return { text: node.moduleSpecifier.text, typeOnly: isTypeOnlyExport(node) };
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument) && ts.isStringLiteral(node.argument.literal))
    return { text: node.argument.literal.text, typeOnly: true };
  if (ts.isCallExpression(node) && isRequire(node)) {
    const [first] = node.arguments;
    // What is not a plain text cannot be followed; it is named, so that no rule takes it for harmless.
    return { text: first !== undefined && ts.isStringLiteralLike(first) ? first.text : '(computed)', typeOnly: false };
  }
  return null;
};

const read = new WeakMap<Source, readonly Import[]>();

/** All imports of a file in the order they stand; read once for all rules. */
export const importsOf = (source: Source): readonly Import[] => {
  const known = read.get(source);
  if (known !== undefined) return known;
  const imports = nodesOf(source).flatMap((node) => {
    const found = specifierOf(node);
    return found === null ? [] : [{ specifier: found.text, line: lineOf(source, node), typeOnly: found.typeOnly }];
  });
  read.set(source, imports);
  return imports;
};

/** The project path that a relative specifier names, or null for a package. */
export const targetOf = (path: string, specifier: string): string | null =>
  specifier.startsWith('.') ? posix.normalize(posix.join(posix.dirname(path), specifier)) : null;

/** The package that a specifier names (`lowdb/node` → `lowdb`, `@a/b/c` → `@a/b`), or null for relative and node: imports. */
export const packageOf = (specifier: string): string | null =>
  /^[.(]/.test(specifier) || specifier.startsWith('node:')
    ? null
    : specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
