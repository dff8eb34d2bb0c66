import ts from 'typescript';

/** One file of the project: its path from the project's root with `/`, and its whole text. */
export interface Source {
  readonly path: string;
  readonly text: string;
}

/** One broken rule. `line` counts from 1; 0 means the whole file. */
export interface Offence {
  readonly path: string;
  readonly line: number;
  readonly what: string;
}

export const show = ({ path, line, what }: Offence): string =>
  line === 0 ? `${path}: ${what}` : `${path}:${line}: ${what}`;

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

/** Lines of any text that match, as offences; for rules that need no syntax. */
export const matchingLines = (source: Source, pattern: RegExp, say: (found: string) => string): readonly Offence[] =>
  source.text.split('\n').flatMap((line, index) => {
    const found = pattern.exec(line);
    return found === null ? [] : [{ path: source.path, line: index + 1, what: say(found[0]) }];
  });
