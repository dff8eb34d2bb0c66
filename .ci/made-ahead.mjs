// Schemas and their validators, made when the program is built. A schema is plain JSON, and typebox writes a validator as
// code (`Code`), so the running box needs neither its builder nor its compiler. What is wrong with a value is still told by
// typebox's own reading of the schema; that is a file of its own, loaded when it is first wanted.
//
// Made so are the modules named below. They may export schemas, validators (`Compile`), plain data and types; a function
// among the exports can only be used by another module of the kind.
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import { build } from 'esbuild';
import { Code } from 'typebox/compile';

const isMade =
  /\/(?:(?:[a-z-]+-)?schema|validators|config\/schema\/(?:site|plan|people)|uplink\/(?:audio-)?messages)\.ts$/;

/** Beside the programs, in dist/. */
const errorsFile = 'schema-errors.cjs';

const isValidator = (value) => typeof value?.Check === 'function' && typeof value.Code === 'function';

/** As JSON; throws for what JSON would lose. Symbols and hidden marks of typebox are no part of a schema. */
const json = (value, where) => {
  const text = JSON.stringify(value);
  if (text === undefined || !isDeepStrictEqual(JSON.parse(text), structuredClone(value)))
    throw new Error(`${where}: more than plain data`);
  return text;
};

/** What typebox writes, without the imports that this validator does not use. */
const moduleOf = (validator, where) => {
  const { Code: code, External: external } = Code(validator.Type());
  const lines = code.split('\n').filter((line) => {
    const name = /^import \{ (\w+) \}/.exec(line)?.[1];
    return name === undefined || code.includes(`${name}.`);
  });
  const values = external.variables.map((one) => (one instanceof RegExp ? String(one) : json(one, where)));
  return `${lines.join('\n')}\nSetExternal({ variables: [${values.join(', ')}] });\n`;
};

/** The source of one module: its exports as literals, its validators as imports of the code that typebox writes. */
const sourceOf = (exported, path, modules) => {
  const imports = [];
  const literal = (value, where) => {
    if (isValidator(value)) {
      const name = `${path}#${where}`;
      modules.set(name, moduleOf(value, name));
      imports.push(`import { Check as check${imports.length} } from ${JSON.stringify(`validator:${name}`)};`);
      const schema = JSON.stringify(json(value.Type(), name));
      const errors = `(value) => require('./${errorsFile}').Errors(JSON.parse(${schema}), value)`;
      return `{ Check: check${imports.length - 1}, Errors: ${errors} }`;
    }
    const holdsValidators = typeof value === 'object' && value !== null && Object.values(value).some(isValidator);
    if (!holdsValidators) return json(value, where);
    return `{${Object.entries(value).map(([key, one]) => `${JSON.stringify(key)}: ${literal(one, `${where}.${key}`)}`)}}`;
  };
  const lines = Object.entries(exported)
    .filter(([, value]) => typeof value !== 'function')
    .map(([name, value]) => `export const ${name} = ${literal(value, name)};`);
  return [...imports, ...lines].join('\n');
};

const evaluated = async (root, path) => {
  const folder = await mkdtemp(join(root, 'node_modules/.mingluo-ahead-'));
  try {
    const outfile = join(folder, 'module.mjs');
    const shape = { bundle: true, platform: 'node', format: 'esm', packages: 'external', logLevel: 'silent' };
    await build({ entryPoints: [path], outfile, absWorkingDir: root, ...shape });
    return await import(pathToFileURL(outfile).href);
  } finally {
    await rm(folder, { recursive: true });
  }
};

export const makeErrors = (root, outdir) =>
  build({
    stdin: { contents: "export { Errors } from 'typebox/value';", resolveDir: root },
    ...{ outfile: join(outdir, errorsFile), bundle: true, platform: 'node', format: 'cjs', target: 'node20' },
  });

/** Plug-in for esbuild. */
export const madeAhead = (root) => ({
  name: 'made-ahead',
  setup: (on) => {
    const modules = new Map();
    const sources = new Map();
    on.onLoad({ filter: isMade }, async ({ path }) => {
      if (!sources.has(path))
        sources.set(
          path,
          evaluated(root, path).then((all) => sourceOf(all, path, modules)),
        );
      return { contents: await sources.get(path), loader: 'js', resolveDir: root };
    });
    on.onResolve({ filter: /schema-errors\.cjs$/ }, ({ path }) => ({ path, external: true }));
    on.onResolve({ filter: /^validator:/ }, ({ path }) => ({
      path: path.slice('validator:'.length),
      namespace: 'validator',
    }));
    on.onLoad({ filter: /.*/, namespace: 'validator' }, ({ path }) => ({
      contents: modules.get(path),
      resolveDir: root,
    }));
  },
});
