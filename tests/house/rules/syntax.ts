import ts from 'typescript';
import type { Offence, Source } from './source.ts';

const parsed = new WeakMap<Source, ts.SourceFile>();

/** The syntax tree with parents, parsed once for all rules. */
export const parse = (source: Source): ts.SourceFile => {
  const known = parsed.get(source);
  if (known !== undefined) return known;
  const tree = ts.createSourceFile(source.path, source.text, ts.ScriptTarget.ES2023, true);
  parsed.set(source, tree);
  return tree;
};

const walked = new WeakMap<Source, readonly ts.Node[]>();

/** Every node of the tree, outermost first; walked once for all rules. */
export const nodesOf = (source: Source): readonly ts.Node[] => {
  const known = walked.get(source);
  if (known !== undefined) return known;
  const nodes: ts.Node[] = [];
  const visit = (node: ts.Node): void => {
    nodes.push(node);
    ts.forEachChild(node, visit);
  };
  visit(parse(source));
  walked.set(source, nodes);
  return nodes;
};

export const lineOf = (source: Source, node: ts.Node): number => {
  const tree = parse(source);
  return tree.getLineAndCharacterOfPosition(node.getStart(tree)).line + 1;
};

export const offence = (source: Source, node: ts.Node, what: string): Offence => ({
  path: source.path,
  line: lineOf(source, node),
  what,
});
